//! What a person keeps of a page: a printed sheet, a file.

use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::json;
use tokio::time::sleep;

use super::devtools::Devtools;
use super::{Browser, GLANCE, deadline, past};
use crate::scratch::Scratch;

/// How the name of a file ends that is still on its way.
const UNFINISHED: &str = "crdownload";

impl Browser {
    /// Shows the page as it would be printed, or on the screen again.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn on_paper(&self, printed: bool) -> anyhow::Result<()> {
        let media = json!({ "media": if printed { "print" } else { "" } });
        self.client.issue_cmd(Devtools::call("Emulation.setEmulatedMedia", media)).await?;
        // The next picture is to be one of the new look.
        sleep(Duration::from_millis(100)).await;
        Ok(())
    }

    /// Presses the button of the form that goes to `action`, and reads the file that comes: its name and its text.
    ///
    /// # Errors
    /// When there is no such form, or no file comes within 15 seconds.
    pub async fn download(&self, action: &str) -> anyhow::Result<(String, String)> {
        let folder = Scratch::new("download")?;
        let how = json!({ "behavior": "allow", "downloadPath": folder.path() });
        self.client.issue_cmd(Devtools::call("Browser.setDownloadBehavior", how)).await?;
        self.find(&format!("form[action='{action}'] button")).await?.click().await?;
        let until = deadline();
        loop {
            let found = std::fs::read_dir(folder.path())?.flatten().map(|entry| entry.path());
            let mut whole = found.filter(|path| {
                let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
                !hidden && path.extension().is_none_or(|extension| extension != UNFINISHED)
            });
            if let Some(path) = whole.next() {
                let name = path.file_name().context("no name")?.to_string_lossy().into_owned();
                return Ok((name, std::fs::read_to_string(&path)?));
            }
            if past(until) {
                bail!("{action} gave no file");
            }
            sleep(GLANCE).await;
        }
    }
}

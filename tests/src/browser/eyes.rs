//! What a person, or a test beside them, can see.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use fantoccini::Locator;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::devtools::{Devtools, decoded};
use super::{Browser, GLANCE, deadline, past};

impl Browser {
    /// The words a person can see.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn text(&self) -> anyhow::Result<String> {
        Ok(self.find("body").await?.text().await?)
    }

    /// The page as it was delivered.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn source(&self) -> anyhow::Result<String> {
        Ok(self.client.source().await?)
    }

    /// Waits until the words of the page contain `words`.
    ///
    /// # Errors
    /// When they do not within 15 seconds; the message shows the page.
    pub async fn see(&self, words: &str) -> anyhow::Result<()> {
        self.see_one_of(&[words]).await.map(drop)
    }

    /// Waits until the page contains one of several texts, and says which.
    ///
    /// # Errors
    /// As [`Browser::see`].
    pub async fn see_one_of<'w>(&self, words: &[&'w str]) -> anyhow::Result<&'w str> {
        let until = deadline();
        loop {
            // A page that is just being replaced has no words for a moment.
            let text = self.text().await.unwrap_or_default();
            if let Some(found) = words.iter().find(|words| text.contains(**words)) {
                return Ok(found);
            }
            if past(until) {
                let address = self.address().await.unwrap_or_default();
                bail!("expected {words:?} at {address}, which says:\n{text}");
            }
            sleep(GLANCE).await;
        }
    }

    /// Waits until the address contains `part`.
    ///
    /// # Errors
    /// When it does not within 15 seconds; the message shows where the browser is.
    pub async fn arrive_at(&self, part: &str) -> anyhow::Result<()> {
        let until = deadline();
        loop {
            let address = self.address().await?;
            if address.contains(part) {
                return Ok(());
            }
            if past(until) {
                bail!("expected to arrive at {part}, but stayed at {address}:\n{}", self.text().await?);
            }
            sleep(GLANCE).await;
        }
    }

    /// Whether the page has something that this CSS selector finds.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn has(&self, selector: &str) -> anyhow::Result<bool> {
        Ok(!self.client.find_all(Locator::Css(selector)).await?.is_empty())
    }

    /// What stands in the control of this name.
    ///
    /// # Errors
    /// When there is no such control.
    pub async fn value(&self, name: &str) -> anyhow::Result<String> {
        Ok(self.control(name).await?.prop("value").await?.unwrap_or_default())
    }

    /// The text of what a CSS selector finds first, or an attribute of it.
    ///
    /// # Errors
    /// When it finds nothing.
    pub async fn read(&self, selector: &str, attribute: Option<&str>) -> anyhow::Result<String> {
        let element = self.find(selector).await?;
        match attribute {
            Some(attribute) => Ok(element.attr(attribute).await?.unwrap_or_default()),
            // What is folded away is there as well.
            None => Ok(element.prop("textContent").await?.unwrap_or_default()),
        }
    }

    /// What a script of the test's own answers, in the page.
    ///
    /// # Errors
    /// When the script fails.
    pub async fn ask(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Waits until a script of the test's own answers true.
    ///
    /// # Errors
    /// When it does not within 15 seconds.
    pub async fn wait_for(&self, script: &str) -> anyhow::Result<()> {
        let until = deadline();
        while self.ask(script).await? != Value::Bool(true) {
            if past(until) {
                bail!("{script} did not come true at {}", self.address().await?);
            }
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// What the browser complained about since the last call: blocked content, failed loads, broken scripts.
    ///
    /// # Errors
    /// When the driver does not say.
    pub async fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let entries = self.client.issue_cmd(Devtools::Log).await?;
        let said =
            |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let bad = |entry: &&Value| {
            // Pages that are answers to mistakes have their status as complaints.
            said(entry, "level") != "INFO" && !said(entry, "message").contains("responded with a status of")
        };
        Ok(entries.as_array().into_iter().flatten().filter(bad).map(|entry| said(entry, "message")).collect())
    }

    /// Names and values of the cookies this page's host has set.
    ///
    /// # Errors
    /// When the driver does not say.
    pub async fn cookies(&self) -> anyhow::Result<Vec<(String, String)>> {
        let cookies = self.client.get_all_cookies().await?;
        Ok(cookies.iter().map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned())).collect())
    }

    /// Everything that is known of the cookies that these addresses would be sent: `name`, `domain`, `path`, `secure`,
    /// `httpOnly`, `sameSite` and so on, as the developer tools have them.
    ///
    /// # Errors
    /// When the driver does not say.
    pub async fn jar(&self, addresses: &[&str]) -> anyhow::Result<Vec<Value>> {
        let asked = Devtools::call("Network.getCookies", json!({ "urls": addresses }));
        let answer = self.client.issue_cmd(asked).await?;
        answer.get("cookies").and_then(Value::as_array).cloned().context("no cookies")
    }

    /// Puts cookies back that this page's host has set, as somebody who copied them would.
    ///
    /// # Errors
    /// When the browser refuses one.
    pub async fn put_cookies(&self, cookies: &[(String, String)]) -> anyhow::Result<()> {
        let url = self.address().await?;
        for (name, value) in cookies {
            let cookie = json!({ "name": name, "value": value, "url": url, "httpOnly": true });
            self.client.issue_cmd(Devtools::call("Network.setCookie", cookie)).await?;
        }
        Ok(())
    }

    /// Takes a picture of the whole page into `target/screens/NAME.png`.
    ///
    /// # Errors
    /// When the browser does not give one, or the file cannot be written.
    pub async fn picture(&self, name: &str) -> anyhow::Result<PathBuf> {
        let metrics = self.client.issue_cmd(Devtools::call("Page.getLayoutMetrics", json!({}))).await?;
        let size = metrics.get("cssContentSize").context("no size")?;
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let how = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let answer = self.client.issue_cmd(Devtools::call("Page.captureScreenshot", how)).await?;
        let picture = decoded(&answer)?;
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screens"));
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, picture)?;
        Ok(path)
    }
}

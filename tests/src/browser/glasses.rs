//! How a person has set their browser: how wide it is, how large its text, whether things may move.

use serde_json::{Value, json};

use super::Browser;
use super::devtools::Devtools;

impl Browser {
    /// Makes the page this wide, in CSS pixels: 320 is also a desk of 1280 at 400 %, 640 one at 200 %.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn widen(&self, width: u32) -> anyhow::Result<()> {
        let size = json!({ "width": width, "height": 812, "deviceScaleFactor": 2, "mobile": width < 600 });
        self.client.issue_cmd(Devtools::call("Emulation.setDeviceMetricsOverride", size)).await?;
        Ok(())
    }

    /// Asks pages to keep still.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn keep_still(&self) -> anyhow::Result<()> {
        let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.client.issue_cmd(Devtools::call("Emulation.setEmulatedMedia", still)).await?;
        Ok(())
    }

    /// What the browser reads in the page's manifest, with what is wrong with it in `errors`.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn manifest(&self) -> anyhow::Result<Value> {
        Ok(self.client.issue_cmd(Devtools::call("Page.getAppManifest", json!({}))).await?)
    }
}

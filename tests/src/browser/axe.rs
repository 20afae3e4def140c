//! What axe-core finds wrong with a page, for people who hear it, magnify it or use no mouse.
//!
//! The version stands in the lock file of `tests/axe`, and `tests/run` installs it. It is brought in by the driver, to
//! which a page's content security policy does not apply, so pages are looked at as they are delivered.

use std::path::Path;
use std::sync::OnceLock;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::Browser;
use super::devtools::Devtools;

/// Where `npm ci` puts it.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/axe/node_modules/axe-core/axe.min.js");

/// WCAG 2.0 to 2.2 at A and AA, and what axe-core holds to be good practice of pages; a letter is no page, and has neither
/// landmarks nor a heading of its own.
const LOOK: &str = "
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
if (isPage) tags.push('best-practice');
const how = { runOnly: tags, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'],
  iframes: false, preload: false };
return axe.run(document, how).then(found => found.violations.map(one =>
  one.id + ': ' + one.help + one.nodes.map(node => '\\n    ' + node.target + ' ' + node.html.slice(0, 200) + '\\n      '
    + node.failureSummary.replaceAll('\\n', ' ')).join('')));";

impl Browser {
    /// What is wrong with the page, rule by rule; empty when nothing is, and where the person lets no scripts run.
    ///
    /// # Errors
    /// When axe-core is not installed, or does not answer.
    pub async fn faults(&self) -> anyhow::Result<Vec<String>> {
        if !self.scripts {
            return Ok(Vec::new());
        }
        // A letter is shown in a box in which no script runs: the box is opened for as long as it is looked at.
        let boxed = self.ask("return window.origin === 'null'").await? == Value::Bool(true);
        if boxed {
            self.open_box(true).await?;
        }
        let faults = self.found(!boxed).await;
        if boxed {
            self.open_box(false).await?;
        }
        faults
    }

    async fn open_box(&self, open: bool) -> anyhow::Result<()> {
        self.client.issue_cmd(Devtools::call("Page.setBypassCSP", json!({ "enabled": open }))).await?;
        self.reload().await
    }

    async fn found(&self, is_page: bool) -> anyhow::Result<Vec<String>> {
        let found = self
            .ask(&format!("{}\nconst isPage = {is_page};\n{LOOK}", axe()?))
            .await
            .context("axe-core gives no answer")?;
        let faults = found.as_array().context("axe-core says something else than a list")?;
        Ok(faults.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}

fn axe() -> anyhow::Result<&'static str> {
    static TEXT: OnceLock<String> = OnceLock::new();
    if let Some(text) = TEXT.get() {
        return Ok(text);
    }
    let read = std::fs::read_to_string(Path::new(FILE));
    let text = read.with_context(|| format!("{FILE} is missing: tests/run installs it"))?;
    Ok(TEXT.get_or_init(|| text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::Kind;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_with_faults_is_said_to_have_them() -> anyhow::Result<()> {
        let browser = Browser::open(Kind::PHONE).await?;
        browser.go("data:text/html,<html lang=xx><title>t</title><main><h1>h</h1><img src=x><a href=x style='color:%23ccc'>pale</a>").await?;
        let faults = browser.faults().await?;
        for rule in ["html-lang-valid", "image-alt", "color-contrast"] {
            assert!(faults.iter().any(|fault| fault.starts_with(&format!("{rule}: "))), "{rule}: {faults:?}");
        }
        Ok(())
    }
}

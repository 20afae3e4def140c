//! What Chromium can do beyond the `WebDriver` standard.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A command of Chromium's own.
#[derive(Debug)]
pub(super) enum Devtools {
    /// A call of the developer tools' protocol.
    Call {
        /// Its name, such as `Page.captureScreenshot`.
        name: &'static str,
        /// Its parameters.
        how: Value,
    },
    /// What the console said since the last time.
    Log,
}

impl Devtools {
    /// A call of the developer tools' protocol.
    pub(super) fn call(name: &'static str, how: Value) -> Self {
        Self::Call { name, how }
    }
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let path = match self {
            Self::Call { .. } => "goog/cdp/execute",
            Self::Log => "se/log",
        };
        base.join(&format!("session/{}/{path}", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = match self {
            Self::Call { name, how } => json!({ "cmd": name, "params": how }),
            Self::Log => json!({ "type": "browser" }),
        };
        (Method::POST, Some(body.to_string()))
    }
}

/// The bytes in the answer to a call that gives some.
pub(super) fn decoded(answer: &Value) -> anyhow::Result<Vec<u8>> {
    let text = answer.get("data").and_then(Value::as_str).context("the browser gave nothing")?;
    Ok(STANDARD.decode(text)?)
}

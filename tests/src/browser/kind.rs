//! What kind of browser a person has.

use sekisho_base::Language;
use serde_json::{Map, Value, json};

use crate::apart::DOMAINS;
use crate::scratch::Scratch;

/// What kind of browser a person has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Width and height of the page in CSS pixels.
    pub size: (u32, u32),
    /// The language it asks for.
    pub language: Language,
    /// Whether the person prefers dark colours.
    pub dark: bool,
    /// Whether scripts run.
    pub scripts: bool,
    /// Whether it finds houses that stand apart ([`crate::apart`]), and believes their certificates.
    pub apart: bool,
}

impl Kind {
    /// A phone in Japanese.
    pub const PHONE: Self =
        Self { size: (375, 812), language: Language::Ja, dark: false, scripts: true, apart: false };
    /// A desk in Japanese.
    pub const DESK: Self = Self { size: (1280, 900), ..Self::PHONE };

    /// The same browser in another language.
    #[must_use]
    pub const fn speaking(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The same browser in the dark.
    #[must_use]
    pub const fn in_the_dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same browser, where houses stand apart.
    #[must_use]
    pub const fn among_those_apart(self) -> Self {
        Self { apart: true, ..self }
    }

    /// The same browser without JavaScript.
    #[must_use]
    pub const fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }

    pub(super) fn capabilities(self, profile: &Scratch) -> Map<String, Value> {
        let mut args = vec![
            "--headless=new".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--no-default-browser-check".to_owned(),
            "--no-first-run".to_owned(),
            // Continuous integration runs as root, under which Chromium has no sandbox.
            "--no-sandbox".to_owned(),
            format!("--lang={}", self.language.tag()),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        if self.dark {
            args.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        if self.apart {
            let here = DOMAINS.map(|domain| format!("MAP *.{domain} 127.0.0.1")).join(",");
            args.push(format!("--host-resolver-rules={here}"));
        }
        let (width, height) = self.size;
        let phone = width < 600;
        let metrics =
            json!({ "width": width, "height": height, "pixelRatio": 2.0, "mobile": phone, "touch": phone });
        let scripts = if self.scripts { 1 } else { 2 };
        let options = json!({
            "args": args,
            "mobileEmulation": { "deviceMetrics": metrics },
            "prefs": {
                "intl.accept_languages": self.language.tag(),
                "profile.managed_default_content_settings.javascript": scripts,
                "profile.default_content_setting_values.notifications": 2,
                "credentials_enable_service": false,
            },
        });
        Map::from_iter([
            ("goog:chromeOptions".to_owned(), options),
            // In milliseconds: far longer than any page of ours takes, far shorter than the driver's own five minutes.
            ("timeouts".to_owned(), json!({ "pageLoad": 15_000, "script": 15_000 })),
            ("acceptInsecureCerts".to_owned(), json!(self.apart)),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ])
    }
}

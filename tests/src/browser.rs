//! A person's browser: Debian's Chromium, headless, with a profile of its own.

mod devtools;
mod driver;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use fantoccini::cookies::Cookie;
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use sekisho_base::Language;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep};

use crate::scratch::Scratch;
use devtools::Devtools;
use driver::Driver;

/// How long a page may take to show what is expected of it.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is looked at meanwhile.
const GLANCE: Duration = Duration::from_millis(25);
/// The keys of a keyboard, as WebDriver names them (WebDriver §17.4.2).
const ENTER: &str = "\u{E007}";
const SPACE: &str = "\u{E00D}";

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
}

impl Kind {
    /// A phone in Japanese.
    pub const PHONE: Self = Self { size: (375, 812), language: Language::Ja, dark: false, scripts: true };
    /// A desk in Japanese.
    pub const DESK: Self = Self { size: (1280, 900), ..Self::PHONE };

    /// The same browser in another language.
    pub const fn speaking(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The same browser in the dark.
    pub const fn in_the_dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same browser without JavaScript.
    pub const fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }

    fn capabilities(self, profile: &Scratch) -> Map<String, Value> {
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
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ])
    }
}

/// One person's browser. It is closed when this value goes.
pub struct Browser {
    client: Client,
    scripts: bool,
    // Dropped in this order: the browser has to be gone before its profile is removed.
    _driver: Driver,
    _profile: Scratch,
}

impl Browser {
    /// Opens a browser that has been nowhere yet.
    ///
    /// # Errors
    /// When Chromium or its driver is not installed (`tests/run` does it) or does not start.
    pub async fn open(kind: Kind) -> anyhow::Result<Self> {
        let profile = Scratch::new("browser")?;
        let mut driver = Driver::start()?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(kind.capabilities(&profile));
        let client = builder.connect(driver.address()).await.context("Chromium did not start")?;
        let process = client.capabilities().and_then(|granted| granted.get("goog:processID")?.as_u64());
        driver.holds(process);
        Ok(Self { client, scripts: kind.scripts, _driver: driver, _profile: profile })
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn go(&self, address: &str) -> anyhow::Result<()> {
        self.client.goto(address).await.with_context(|| format!("{address} could not be opened"))
    }

    /// Where the browser is.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn address(&self) -> anyhow::Result<String> {
        Ok(self.client.current_url().await?.to_string())
    }

    /// Presses "back".
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn back(&self) -> anyhow::Result<()> {
        Ok(self.client.back().await?)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn reload(&self) -> anyhow::Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// The title of the tab.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn title(&self) -> anyhow::Result<String> {
        Ok(self.client.title().await?)
    }

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

    /// Types into the control of this name, over what stood there.
    ///
    /// # Errors
    /// When there is no such control.
    pub async fn fill(&self, name: &str, value: &str) -> anyhow::Result<()> {
        let control = self.control(name).await?;
        control.clear().await?;
        Ok(control.send_keys(value).await?)
    }

    /// What stands in the control of this name.
    ///
    /// # Errors
    /// When there is no such control.
    pub async fn value(&self, name: &str) -> anyhow::Result<String> {
        Ok(self.control(name).await?.prop("value").await?.unwrap_or_default())
    }

    /// Chooses one answer of a radio group.
    ///
    /// # Errors
    /// When there is no such answer.
    pub async fn choose(&self, name: &str, value: &str) -> anyhow::Result<()> {
        let answer = self.find(&format!("input[name='{name}'][value='{value}']")).await?;
        self.touch(&answer, SPACE).await
    }

    /// Ticks the checkbox of this name, unless it is ticked.
    ///
    /// # Errors
    /// When there is no such box.
    pub async fn tick(&self, name: &str) -> anyhow::Result<()> {
        let box_ = self.control(name).await?;
        if box_.is_selected().await? { Ok(()) } else { self.touch(&box_, SPACE).await }
    }

    /// Presses the first submit button of the first form, which goes onward.
    ///
    /// # Errors
    /// When there is no form.
    pub async fn onward(&self) -> anyhow::Result<()> {
        self.leave_by("main form button:not([type=button])").await
    }

    /// Presses the button of this name and value: `press("do", "resend")`, `press("lang", "en")`.
    ///
    /// # Errors
    /// When there is no such button.
    pub async fn press(&self, name: &str, value: &str) -> anyhow::Result<()> {
        self.leave_by(&format!("button[name='{name}'][value='{value}']")).await
    }

    /// Presses the button of the form that goes to `action`.
    ///
    /// # Errors
    /// When there is no such form.
    pub async fn send(&self, action: &str) -> anyhow::Result<()> {
        self.leave_by(&format!("form[action='{action}'] button")).await
    }

    /// Follows the first link whose address begins with `href`.
    ///
    /// # Errors
    /// When there is no such link.
    pub async fn follow(&self, href: &str) -> anyhow::Result<()> {
        self.leave_by(&format!("a[href^='{href}']")).await
    }

    /// Follows the first link whose address ends with `href`.
    ///
    /// # Errors
    /// When there is no such link.
    pub async fn follow_ending(&self, href: &str) -> anyhow::Result<()> {
        self.leave_by(&format!("a[href$='{href}']")).await
    }

    /// Whether the page has something that this CSS selector finds.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn has(&self, selector: &str) -> anyhow::Result<bool> {
        Ok(!self.client.find_all(Locator::Css(selector)).await?.is_empty())
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

    /// Puts cookies back that this page's host has set, as somebody who copied them would.
    ///
    /// # Errors
    /// When the browser refuses one.
    pub async fn put_cookies(&self, cookies: &[(String, String)]) -> anyhow::Result<()> {
        for (name, value) in cookies {
            self.client.add_cookie(Cookie::new(name.clone(), value.clone())).await?;
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
        let picture = devtools::decoded(&answer)?;
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screens"));
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, picture)?;
        Ok(path)
    }

    /// The control of this name that a person can use: a hidden one is none.
    async fn control(&self, name: &str) -> anyhow::Result<Element> {
        self.find(&format!("[name='{name}']:not([type=hidden])")).await
    }

    /// Presses what leads to another page, and waits until this one is gone.
    async fn leave_by(&self, selector: &str) -> anyhow::Result<()> {
        let element = self.find(selector).await?;
        let page = self.find("html").await?;
        self.touch(&element, ENTER).await?;
        let until = deadline();
        // A page that was left knows its own elements no more.
        while page.tag_name().await.is_ok() {
            if past(until) {
                bail!("{selector} led nowhere from {}", self.address().await?);
            }
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// Presses an element; by the keyboard where scripts are off, because the driver clicks with their help.
    async fn touch(&self, element: &Element, key: &str) -> anyhow::Result<()> {
        Ok(if self.scripts { element.click().await? } else { element.send_keys(key).await? })
    }

    /// What a selector finds first, once it is there.
    async fn find(&self, selector: &str) -> anyhow::Result<Element> {
        let until = deadline();
        loop {
            match self.client.find(Locator::Css(selector)).await {
                Ok(element) => return Ok(element),
                Err(error) if past(until) => {
                    let address = self.address().await.unwrap_or_default();
                    let body = self.client.find(Locator::Css("body")).await?.text().await.unwrap_or_default();
                    return Err(error)
                        .with_context(|| format!("no {selector} at {address}, which says:\n{body}"));
                }
                Err(_) => sleep(GLANCE).await,
            }
        }
    }
}

fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

fn past(moment: Instant) -> bool {
    Instant::now() > moment
}

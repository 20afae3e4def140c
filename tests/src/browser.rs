//! A person's browser: Debian's Chromium, headless, with a profile of its own.

mod authenticator;
mod axe;
mod devtools;
mod driver;
mod eyes;
mod glasses;
mod hands;
mod kind;
mod paper;
mod weight;

use std::time::Duration;

use anyhow::Context as _;
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::time::{Instant, sleep};

pub use authenticator::{Authenticator, Keeper, Kept};
pub use hands::{END, ENTER, SPACE, TAB};
pub use kind::Kind;

use crate::scratch::Scratch;
use driver::Driver;

/// How long a page may take to show what is expected of it.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often a page is opened, and a driver started, before it is given up.
const ATTEMPTS: u32 = 3;
/// How often it is looked at meanwhile.
const GLANCE: Duration = Duration::from_millis(25);

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
        let mut driver = driver()?;
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
        // Where scripts are off, the driver now and then misses that a page has loaded, until its own time runs out.
        for _ in 1..ATTEMPTS {
            if self.client.goto(address).await.is_ok() {
                return Ok(());
            }
        }
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

/// A driver; a busy machine does not always let one take the port that it found free.
fn driver() -> anyhow::Result<Driver> {
    for _ in 1..ATTEMPTS {
        if let Ok(driver) = Driver::start() {
            return Ok(driver);
        }
    }
    Driver::start()
}

fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

fn past(moment: Instant) -> bool {
    Instant::now() > moment
}

//! Looking at a page for what no page may have.

use anyhow::Context as _;
use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::Town;

/// Pictures a page after checking that it fits the screen, that every text is there, and that the browser and axe-core are
/// content.
pub async fn look(browser: &Browser, name: &str) -> anyhow::Result<()> {
    let wide = browser.ask("return document.documentElement.scrollWidth - window.innerWidth").await?;
    anyhow::ensure!(wide.as_i64().is_some_and(|wide| wide <= 0), "{name} scrolls sideways by {wide}");
    let text = browser.text().await?;
    for word in text.split_whitespace() {
        let parts: Vec<&str> = word.split('.').collect();
        let plain =
            |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let key = parts.len() >= 2 && parts.iter().all(plain) && word.contains('_');
        anyhow::ensure!(!key && !word.contains('{'), "{name} shows {word}");
    }
    let title = browser.title().await?;
    anyhow::ensure!(!title.is_empty() && !title.contains('{'), "{name} has the title {title}");
    browser.picture(name).await?;
    let mut complaints = browser.complaints().await?;
    // Chromium's advice to name the account beside every password.
    complaints.retain(|complaint| !complaint.contains("should have (optionally hidden) username fields"));
    anyhow::ensure!(complaints.is_empty(), "{name}: {complaints:?}");
    let faults = browser.faults().await?;
    anyhow::ensure!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
    browser.weigh().await.with_context(|| name.to_owned())
}

/// Somebody whose every page is looked at.
pub struct Tour<'t> {
    pub browser: Browser,
    pub town: &'t Town,
    name: String,
}

impl<'t> Tour<'t> {
    pub async fn new(town: &'t Town, kind: Kind, name: &str) -> anyhow::Result<Self> {
        Ok(Self::with(Browser::open(kind).await?, town, name))
    }

    /// Somebody who has a browser.
    pub fn with(browser: Browser, town: &'t Town, name: &str) -> Self {
        Self { browser, town, name: name.to_owned() }
    }

    /// Looks at the page.
    pub async fn see(&self, page: &str) -> anyhow::Result<()> {
        look(&self.browser, &format!("{}-{page}", self.name)).await
    }

    /// Looks at the page with everything open that was folded.
    pub async fn see_unfolded(&self, page: &str) -> anyhow::Result<()> {
        self.browser
            .ask("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
            .await?;
        self.see(page).await
    }

    /// Goes to an address of the identity provider.
    pub async fn go(&self, path: &str) -> anyhow::Result<()> {
        self.browser.go(&format!("{}{path}", self.town.idp())).await
    }

    /// Types into controls and goes onward.
    pub async fn answer(&self, items: &[(&str, &str)]) -> anyhow::Result<()> {
        for (name, value) in items {
            self.browser.fill(name, value).await?;
        }
        self.browser.onward().await
    }

    /// Opens the link of the next mail.
    pub async fn open_mail(&self, to: &str) -> anyhow::Result<()> {
        let link = self.town.link(to).await?;
        self.browser.go(&link).await
    }

    /// Looks at every mail that came.
    pub async fn see_mails(&self, to: &str) -> anyhow::Result<()> {
        for (number, message) in self.town.messages(to).iter().rev().enumerate() {
            self.browser.go(&format!("{}/messages/{}", self.town.inbox(), message.id)).await?;
            self.see(&format!("mail-{number}")).await?;
        }
        Ok(())
    }
}

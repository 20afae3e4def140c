//! What people do who have lost something: the password, the ID, the second factor.

use anyhow::Context as _;
use sekisho_demo::inbox::Message;

use crate::browser::{Browser, Kind};
use crate::town::Town;

/// Somebody on the way back, at a browser.
pub struct Visitor<'t> {
    /// The browser.
    pub browser: Browser,
    /// The place they are in.
    pub town: &'t Town,
    /// The insurer's code.
    pub insurer: &'static str,
}

impl<'t> Visitor<'t> {
    /// Somebody with a browser that has been nowhere yet.
    ///
    /// # Errors
    /// When the browser does not open.
    pub async fn new(town: &'t Town, kind: Kind, insurer: &'static str) -> anyhow::Result<Self> {
        Ok(Self { browser: Browser::open(kind).await?, town, insurer })
    }

    /// Opens the insurer's sign-in page.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn to_sign_in(&self) -> anyhow::Result<()> {
        self.browser.go(&format!("{}/login?insurer={}", self.town.idp(), self.insurer)).await
    }

    /// Types into controls and goes onward.
    ///
    /// # Errors
    /// When the page has no such controls.
    pub async fn answer(&self, items: &[(&str, &str)]) -> anyhow::Result<()> {
        for (name, value) in items {
            self.browser.fill(name, value).await?;
        }
        self.browser.onward().await
    }

    /// Types name and password, on one page or on two.
    ///
    /// # Errors
    /// When the pages ask something else.
    pub async fn sign_in(&self, name: &str, password: &str) -> anyhow::Result<()> {
        self.to_sign_in().await?;
        self.browser.fill("login_id", name).await?;
        if !self.browser.has("[name=password]").await? {
            self.browser.onward().await?;
        }
        self.answer(&[("password", password)]).await
    }

    /// From the sign-in page to the page that says a mail was sent.
    ///
    /// # Errors
    /// When the way is not there.
    pub async fn forget_password(&self, name: &str) -> anyhow::Result<()> {
        self.to_sign_in().await?;
        self.browser.follow("/recover?").await?;
        self.answer(&[("login_id", name)]).await?;
        self.browser.arrive_at("/journey/").await
    }

    /// The next mail to an address with these words in its subject; older ones of other subjects are passed over.
    ///
    /// # Errors
    /// When none comes.
    pub async fn letter(&self, to: &str, subject: &str) -> anyhow::Result<Message> {
        loop {
            let letter = self.town.message(to).await.with_context(|| format!("no mail about {subject}"))?;
            if letter.subject.contains(subject) {
                return Ok(letter);
            }
        }
    }

    /// Opens the link in a mail, without going on from it.
    ///
    /// # Errors
    /// When there is none, or nobody answers.
    pub async fn open(&self, letter: &Message) -> anyhow::Result<()> {
        let mut words = letter.text.split_whitespace();
        let link = words.find(|word| word.contains("/link/"));
        self.browser.go(link.with_context(|| format!("no link in {}", letter.text))?).await
    }

    /// Chooses a password, typing it as often as the page asks.
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn choose_password(&self, password: &str) -> anyhow::Result<()> {
        self.browser.fill("password", password).await?;
        if self.browser.has("[name=password_again]").await? {
            self.browser.fill("password_again", password).await?;
        }
        self.browser.onward().await
    }
}

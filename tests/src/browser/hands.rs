//! What a person does with a page.

use anyhow::bail;
use fantoccini::elements::Element;
use tokio::time::sleep;

use super::{Browser, GLANCE, deadline, past};

/// The keys of a keyboard, by their code points in the `WebDriver` standard (§17.4.2).
pub const ENTER: &str = "\u{E007}";
/// The space bar.
pub const SPACE: &str = "\u{E00D}";
/// To the next thing that takes keys.
pub const TAB: &str = "\u{E004}";
/// To the end of a text.
pub const END: &str = "\u{E010}";

impl Browser {
    /// Types into the control of this name, over what stood there.
    ///
    /// # Errors
    /// When there is no such control.
    pub async fn fill(&self, name: &str, value: &str) -> anyhow::Result<()> {
        let control = self.control(name).await?;
        control.clear().await?;
        Ok(control.send_keys(value).await?)
    }

    /// Presses a key of the keyboard, wherever the focus is.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn key(&self, key: &str) -> anyhow::Result<()> {
        Ok(self.client.active_element().await?.send_keys(key).await?)
    }

    /// Picks a value from the list of this name.
    ///
    /// # Errors
    /// When there is no such list, or the value is not on it.
    pub async fn pick(&self, name: &str, value: &str) -> anyhow::Result<()> {
        Ok(self.control(name).await?.select_by_value(value).await?)
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
        if self.is_ticked(name).await? { Ok(()) } else { self.toggle(name).await }
    }

    /// Whether the checkbox of this name is ticked.
    ///
    /// # Errors
    /// When there is no such box.
    pub async fn is_ticked(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.control(name).await?.is_selected().await?)
    }

    /// Presses the checkbox of this name, whatever it shows.
    ///
    /// # Errors
    /// When there is no such box.
    pub async fn toggle(&self, name: &str) -> anyhow::Result<()> {
        let tick = self.control(name).await?;
        self.touch(&tick, SPACE).await
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

    /// Presses what a CSS selector finds first, and waits until it has led to another page.
    ///
    /// # Errors
    /// When it is not there or leads nowhere.
    pub async fn tap(&self, selector: &str) -> anyhow::Result<()> {
        self.leave_by(selector).await
    }

    /// Presses what a CSS selector finds first; the page may stay.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn poke(&self, selector: &str) -> anyhow::Result<()> {
        let element = self.find(selector).await?;
        self.touch(&element, ENTER).await
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
        let touched = if self.scripts { element.click().await } else { element.send_keys(key).await };
        Ok(touched?)
    }

    /// The control of this name that a person can use: a hidden one is none.
    pub(super) async fn control(&self, name: &str) -> anyhow::Result<Element> {
        self.find(&format!("[name='{name}']:not([type=hidden])")).await
    }
}

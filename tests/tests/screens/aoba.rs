//! Guide 000: the portal, registration, the second key, the certificate, and what stands beside them.

use sekisho_base::Language;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{App, Second, Visitor};

use super::look::look;

/// A visitor whose every page is looked at.
struct Tour<'t> {
    visitor: Visitor<'t>,
    name: &'static str,
}

impl Tour<'_> {
    async fn see(&self, page: &str) -> anyhow::Result<()> {
        look(&self.visitor.browser, &format!("{}-{page}", self.name)).await
    }

    /// The doors, and registration as far as what the person knows.
    async fn register(&self) -> anyhow::Result<()> {
        let Visitor { browser, town, .. } = &self.visitor;
        browser.go(&format!("{}/?insurer=aoba", town.portal())).await?;
        self.see("01-portal").await?;
        browser.go(&format!("{}/login?insurer=aoba", town.idp())).await?;
        self.see("02-sign-in").await?;
        self.visitor.type_password("wrong password").await?;
        self.see("03-sign-in-failed").await?;
        self.visitor.begin_registration().await?;
        self.see("04-register").await?;
        self.visitor.choose_password().await?;
        self.see("05-code").await?;
        self.visitor.enter("1").await?;
        self.see("06-code-wrong").await?;
        self.visitor.enter_mailed_code().await?;
        self.visitor.fill_identity().await?;
        self.see("07-identity").await?;
        self.visitor.say_who().await?;
        self.see("08-terms").await?;
        self.visitor.agree().await
    }

    /// The second key, by both ways.
    async fn set_up(&self) -> anyhow::Result<()> {
        let Visitor { browser, town, .. } = &self.visitor;
        self.see("09-second-key").await?;
        browser.choose("factor", "sms").await?;
        browser.onward().await?;
        self.see("10-phone").await?;
        browser.press("do", "other").await?;
        browser.choose("factor", "totp").await?;
        browser.onward().await?;
        self.see("11-app").await?;
        let app = App::scan(browser).await?;
        self.visitor.enter(&app.digits(town)).await?;
        browser.arrive_at(&town.portal()).await
    }

    /// The portal's pages, from the reason to signing out.
    async fn apply(&self) -> anyhow::Result<()> {
        let Visitor { browser, town, .. } = &self.visitor;
        self.see("12-reason").await?;
        browser.choose("reason", "card-lost").await?;
        browser.tick("address_changed").await?;
        browser.onward().await?;
        self.see("13-address").await?;
        browser.press("do", "back").await?;
        browser.choose("reason", "card-lost").await?;
        if browser.is_ticked("address_changed").await? {
            browser.toggle("address_changed").await?;
        }
        browser.onward().await?;
        browser.see("発行番号").await?;
        self.see("14-certificate").await?;
        browser.go(&format!("{}/certificates", town.portal())).await?;
        self.see("15-display-or-again").await?;
        browser.go(&format!("{}/home-screen?insurer=aoba", town.portal())).await?;
        self.see("16-home-screen").await?;
        self.visitor.sign_out().await?;
        self.see("17-signed-out").await
    }

    /// What stands beside every page.
    async fn ask(&self) -> anyhow::Result<()> {
        for (page, path) in [
            ("18-help", "/help"),
            ("19-inquiry", "/inquiry"),
            ("20-terms", "/terms/terms"),
            ("21-recover", "/recover"),
            ("22-not-there", "/no"),
        ] {
            self.visitor.browser.go(&format!("{}{path}?insurer=aoba", self.visitor.town.idp())).await?;
            self.see(page).await?;
        }
        Ok(())
    }
}

/// Walks from the portal to the certificate and out again, looking at every page.
async fn walk(kind: Kind, name: &'static str) -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let tour = Tour { visitor: Visitor::new(&town, kind).await?, name };
    tour.register().await?;
    tour.set_up().await?;
    tour.apply().await?;
    tour.ask().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_on_a_phone_in_japanese() -> anyhow::Result<()> {
    walk(Kind::PHONE, "phone-ja").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_at_a_desk_in_english_in_the_dark() -> anyhow::Result<()> {
    walk(Kind::DESK.speaking(Language::En).in_the_dark(), "desk-en-dark").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_on_a_phone_in_english_in_the_dark() -> anyhow::Result<()> {
    walk(Kind::PHONE.speaking(Language::En).in_the_dark(), "phone-en-dark").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_phone_shows_every_mail_in_the_inbox() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind { size: (320, 640), ..Kind::PHONE }).await?;
    visitor.register(Second::Sms).await?;
    visitor.browser.go(&town.inbox()).await?;
    visitor.browser.see("登録が終わりました").await?;
    look(&visitor.browser, "small-ja-inbox").await?;
    for message in town.messages(visitor.member.email) {
        visitor.browser.go(&format!("{}/messages/{}", town.inbox(), message.id)).await?;
        look(&visitor.browser, &format!("small-ja-mail-{}", message.id)).await?;
    }
    Ok(())
}

//! Passkeys: signing in, adding, naming, removing, and the offer after a sign-in by password.

use sekisho_base::Language;
use sekisho_tests::browser::{Keeper, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};

use super::look::look;

const MAKE: &str = "#step .go";

async fn walk(kind: Kind, name: &str) -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, kind).await?;
    let see = async |page: &str| look(&visitor.browser, &format!("passkeys-{name}-{page}")).await;
    let go = async |path: &str| visitor.browser.go(&format!("{}{path}", town.idp())).await;
    visitor.browser.list_no_passkeys().await?;
    visitor.register(Second::Sms).await?;
    visitor.sign_out().await?;

    let held = visitor.browser.hold(Keeper::INTERNAL).await?;
    go("/login?insurer=aoba").await?;
    visitor.browser.wait_for("return document.getElementById('keys').value === 'able'").await?;
    see("01-sign-in").await?;
    visitor.browser.poke("#passkey-go").await?;
    visitor.browser.wait_for("return !!document.querySelector('#passkey-told .note:not([hidden])')").await?;
    see("02-none").await?;
    visitor.type_password(visitor.member.password).await?;
    visitor.enter_sms_code().await?;
    see("03-offer").await?;
    visitor.browser.press("do", "later").await?;

    go("/account/passkeys").await?;
    see("04-list-empty").await?;
    go("/account/passkeys/new").await?;
    see("05-new").await?;
    visitor.browser.verify_owner(&held, false).await?;
    visitor.browser.poke(MAKE).await?;
    visitor.browser.wait_for("return !!document.querySelector('#passkey-told .note:not([hidden])')").await?;
    see("06-new-stopped").await?;
    visitor.browser.verify_owner(&held, true).await?;
    visitor.browser.tap(MAKE).await?;
    see("07-made").await?;
    visitor.browser.follow("/account/passkeys/fac").await?;
    see("08-one").await?;
    visitor.browser.follow_ending("/remove").await?;
    see("09-remove").await?;
    go("/account").await?;
    see("10-account").await?;
    town.pass(std::time::Duration::from_mins(20));
    go("/account/passkeys/new").await?;
    see("11-again").await?;

    go("/login?insurer=aoba").await?;
    visitor.browser.ask("document.getElementById('passkey-form').elements.sealed.value = 'old'").await?;
    visitor.browser.tap("#passkey-go").await?;
    see("12-sign-in-old").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_passkeys_on_a_phone_in_japanese() -> anyhow::Result<()> {
    walk(Kind::PHONE, "phone-ja").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_passkeys_at_a_desk_in_english_in_the_dark() -> anyhow::Result<()> {
    walk(Kind::DESK.speaking(Language::En).in_the_dark(), "desk-en-dark").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_passkeys_on_a_small_phone_in_english() -> anyhow::Result<()> {
    walk(Kind { size: (320, 640), ..Kind::PHONE.speaking(Language::En) }, "small-en").await
}

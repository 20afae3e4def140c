//! Showing again who one is: before a change, and for a portal that asks for more or for something fresher.

use std::time::Duration;

use sekisho_base::Language;
use sekisho_tests::browser::{Keeper, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};

use super::look::look;

const PASSKEY: &str = "/login?return_to=/&insurer=aoba&acr_values=urn:sekisho:acr:pr";
const FRESH: &str = "/login?return_to=/&insurer=aoba&max_age=60";

async fn walk(kind: Kind, name: &str) -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, kind).await?;
    let browser = &visitor.browser;
    let see = async |page: &str| look(browser, &format!("again-{name}-{page}")).await;
    let go = async |path: &str| browser.go(&format!("{}{path}", town.idp())).await;
    let at_portal = async |path: &str| browser.go(&format!("{}{path}", town.portal())).await;
    visitor.register(Second::Sms).await?;

    town.pass(Duration::from_mins(20));
    go("/login/again?to=codes").await?;
    see("01-change").await?;
    browser.fill("password", "not this one").await?;
    browser.onward().await?;
    see("02-wrong").await?;
    browser.fill("password", visitor.member.password).await?;
    browser.onward().await?;
    see("03-second").await?;
    visitor.enter_sms_code().await?;
    browser.arrive_at("/account/codes").await?;

    // A passkey is asked for, and none is there.
    at_portal(PASSKEY).await?;
    browser.arrive_at(&town.portal()).await?;
    see("04-not-enough").await?;
    let _held = browser.hold(Keeper::INTERNAL).await?;
    go("/account/passkeys/new").await?;
    browser.tap("#step .go").await?;
    at_portal(PASSKEY).await?;
    browser.arrive_at("/login/again").await?;
    see("05-passkey").await?;
    browser.tap("#step .go").await?;
    browser.arrive_at(&town.portal()).await?;

    town.pass(Duration::from_mins(2));
    at_portal(FRESH).await?;
    browser.arrive_at("/login/again").await?;
    see("06-either").await?;
    browser.press("do", "without").await?;
    browser.arrive_at(&town.portal()).await?;
    see("07-without").await?;
    browser.know_no_passkeys().await?;
    at_portal(PASSKEY).await?;
    browser.arrive_at(&town.portal()).await?;
    town.pass(Duration::from_mins(2));
    at_portal(&format!("{PASSKEY}&max_age=60")).await?;
    browser.arrive_at("/login/again").await?;
    see("08-no-passkeys-here").await
}

#[tokio::test(flavor = "multi_thread")]
async fn showing_again_who_one_is_on_a_phone_in_japanese() -> anyhow::Result<()> {
    walk(Kind::PHONE, "phone-ja").await
}

#[tokio::test(flavor = "multi_thread")]
async fn showing_again_who_one_is_at_a_desk_in_english_in_the_dark() -> anyhow::Result<()> {
    walk(Kind::DESK.speaking(Language::En).in_the_dark(), "desk-en-dark").await
}

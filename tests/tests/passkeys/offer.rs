//! Offered after a sign-in by password.

use sekisho_tests::browser::{Authenticator, Keeper, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::Visitor;

use super::{BUTTON, MAKE, member, to_sign_in};

const OFFER: &str = "次から、すぐに";

/// A member without a passkey, signed out, on a device that could keep one.
async fn able(town: &Town) -> anyhow::Result<(Visitor<'_>, Authenticator)> {
    let (visitor, held) = member(town, Kind::PHONE, Keeper::INTERNAL).await?;
    visitor.sign_out().await?;
    Ok((visitor, held))
}

async fn by_password(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    to_sign_in(visitor).await?;
    visitor.browser.wait_for("return document.getElementById('keys').value === 'able'").await?;
    visitor.type_password(visitor.member.password).await?;
    visitor.enter_sms_code().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_made_on_the_way_leads_on_to_the_portal_and_signs_in_the_next_time() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = able(&town).await?;
    by_password(&visitor).await?;
    visitor.browser.see(OFFER).await?;
    visitor.browser.tap(MAKE).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.sign_out().await?;
    to_sign_in(&visitor).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_one_now_or_ever_goes_on_and_is_not_asked_again_there() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (first, _held) = able(&town).await?;
    declines(&first, "later").await?;
    // Another device is another question.
    let second = Visitor::new(&town, Kind::PHONE).await?;
    second.browser.list_no_passkeys().await?;
    let _held = second.browser.hold(Keeper::INTERNAL).await?;
    declines(&second, "never").await
}

async fn declines(visitor: &Visitor<'_>, answer: &str) -> anyhow::Result<()> {
    by_password(visitor).await?;
    visitor.browser.see(OFFER).await?;
    visitor.browser.press("do", answer).await?;
    visitor.browser.arrive_at(&visitor.town.portal()).await?;
    visitor.sign_out().await?;
    by_password(visitor).await?;
    visitor.browser.arrive_at(&visitor.town.portal()).await?;
    visitor.sign_out().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_keeps_no_passkeys_is_offered_none() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = member(&town, Kind::PHONE, Keeper::PLAIN_USB).await?;
    visitor.sign_out().await?;
    visitor.sign_in(None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finger_that_is_not_read_leaves_the_offer_and_its_way_on() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = able(&town).await?;
    by_password(&visitor).await?;
    visitor.browser.see(OFFER).await?;
    visitor.browser.verify_owner(&held, false).await?;
    visitor.browser.poke(MAKE).await?;
    let told = ["この端末や鍵では、パスキーを使えませんでした", "パスキーは、まだ作られていません"];
    visitor.browser.see_one_of(&told).await?;
    visitor.browser.press("do", "later").await?;
    visitor.browser.arrive_at(&town.portal()).await
}

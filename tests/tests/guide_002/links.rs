//! Mailed links that are too old, or not the newest, and several tabs.

use std::time::Duration;

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::sora::{ICHIRO, SHOKO, Visitor, link_in};

use super::is_too_old;

const MINUTE: Duration = Duration::from_mins(1);

/// Rows C8, C14, C24: three hours, half an hour; then one begins again.
#[tokio::test(flavor = "multi_thread")]
async fn c14_c24_links_end_after_three_hours_and_after_half_an_hour_and_one_begins_again()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    visitor.to_sign_up().await?;
    visitor.send_address().await?;
    let late = town.message(SHOKO.email).await?;
    town.pass(180 * MINUTE);
    is_too_old(browser, &late).await?;
    browser.picture("sora-14-link-old").await?;

    // C8: from the address again. This time the first link is just in time, the second is not.
    visitor.to_sign_up().await?;
    visitor.send_address().await?;
    let mail = town.message(SHOKO.email).await?;
    town.pass(179 * MINUTE);
    visitor.open(link_in(&mail.text)?).await?;
    visitor.take_the_other_way().await?;
    visitor.say_who().await?;
    visitor.note_the_key().await?;
    let late = town.message(SHOKO.email).await?;
    town.pass(30 * MINUTE);
    is_too_old(browser, &late).await?;
    is_too_old(browser, &mail).await?;

    // C24: from the start; who was found before is not bound to anything.
    visitor.register().await?;
    visitor.sign_in().await
}

/// Rows C8, C38: of several mails only the newest leads on.
#[tokio::test(flavor = "multi_thread")]
async fn c08_only_the_newest_link_lives() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    visitor.to_sign_up().await?;
    visitor.send_address().await?;
    let first = town.message(SHOKO.email).await?;
    browser.press("do", "resend").await?;
    browser.see("送ったばかりです").await?;
    town.pass(MINUTE);
    browser.press("do", "resend").await?;
    browser.see("前のメールのリンクは使えません").await?;
    is_too_old(browser, &first).await?;
    visitor.open_link().await?;
    visitor.take_the_other_way().await?;
    visitor.say_who().await?;
    let key = visitor.note_the_key().await?;
    let second = town.message(SHOKO.email).await?;
    town.pass(MINUTE);
    browser.press("do", "resend").await?;
    browser.see("前のメールのリンクは使えません").await?;
    assert_eq!(visitor.note_the_key().await?, key, "the key that was noted down stays");
    is_too_old(browser, &second).await?;
    let newest = town.message(SHOKO.email).await?;
    visitor.open(link_in(&newest.text)?).await?;
    visitor.enter_the_key(&key).await?;
    // A link that was followed is spent.
    let other = visitor.elsewhere(Kind::DESK).await?;
    is_too_old(&other.browser, &newest).await?;
    visitor.browser.back().await?;
    visitor.browser.reload().await?;
    visitor.browser.see("新しいログインID").await
}

/// Row C42: two tabs are two journeys; what one is answered is nothing to the other.
#[tokio::test(flavor = "multi_thread")]
async fn c42_two_tabs_are_two_journeys() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.to_identity().await?;
    let first_tab = visitor.browser.address().await?;
    visitor.member = ICHIRO;
    visitor.to_identity().await?;
    let second_tab = visitor.browser.address().await?;
    assert_ne!(first_tab, second_tab);
    visitor.say_who().await?;
    let ichiro = visitor.note_the_key().await?;
    visitor.member = SHOKO;
    visitor.browser.go(&first_tab).await?;
    visitor.say_who().await?;
    let shoko = visitor.note_the_key().await?;
    visitor.open_link().await?;
    visitor.enter_the_key(&shoko).await?;
    // A page of before, answered again: the journey stands where it was.
    visitor.browser.back().await?;
    if visitor.browser.has("[name=auth_key]").await? {
        visitor.enter_the_key(&shoko).await?;
    }
    visitor.browser.see("新しいログインID").await?;
    visitor.choose_an_id().await?;
    visitor.is_registered().await?;
    visitor.member = ICHIRO;
    visitor.browser.go(&second_tab).await?;
    visitor.open_link().await?;
    visitor.enter_the_key(&ichiro).await?;
    visitor.choose_an_id().await?;
    visitor.is_registered().await?;
    visitor.sign_in().await
}

//! The key that comes by mail at sign-in: one browser's, for ten minutes, once.

use std::time::Duration;

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::sora::{SHOKO, Visitor, other_than};

const MINUTE: Duration = Duration::from_mins(1);

async fn registered(town: &Town) -> anyhow::Result<Visitor<'_>> {
    let visitor = Visitor::new(town, Kind::PHONE).await?;
    visitor.register().await?;
    Ok(visitor)
}

/// Rows C31, C33, C35, C38.
#[tokio::test(flavor = "multi_thread")]
async fn c31_c38_a_key_ends_after_ten_minutes_and_only_the_newest_is_good_once() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = registered(&town).await?;
    let browser = &visitor.browser;
    let first = visitor.begin_sign_in().await?;
    visitor.enter(other_than(&first)).await?;
    browser.see("あと4回").await?;
    // C38: another one can be had after a minute, and ends the one before.
    browser.press("do", "resend").await?;
    browser.see("送ったばかりです").await?;
    town.pass(MINUTE);
    browser.press("do", "resend").await?;
    browser.see("前のものは使えません").await?;
    let second = town.code(SHOKO.email).await?;
    if second != first {
        visitor.enter(&first).await?;
        browser.see("ログイン認証キーが違います").await?;
    }
    // C31: ten minutes.
    town.pass(10 * MINUTE);
    visitor.enter(&second).await?;
    browser.see("時間が過ぎました").await?;
    browser.press("do", "resend").await?;
    browser.see("前のものは使えません").await?;
    let third = town.code(SHOKO.email).await?;
    let page = browser.address().await?;
    visitor.enter(&third).await?;
    browser.arrive_at(&town.portal()).await?;
    // C35: this one time only.
    browser.go(&page).await?;
    assert!(!browser.has("[name=code]").await?, "{}", browser.text().await?);
    let again = visitor.elsewhere(Kind::PHONE).await?;
    let fourth = again.begin_sign_in().await?;
    if fourth != third {
        again.enter(&third).await?;
        again.browser.see("ログイン認証キーが違います").await?;
    }
    again.enter(&fourth).await?;
    again.browser.arrive_at(&town.portal()).await
}

/// Rows C32, C33.
#[tokio::test(flavor = "multi_thread")]
async fn c32_a_key_is_this_browsers_outlasts_reload_and_back_and_dies_when_one_begins_anew()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = registered(&town).await?;
    let browser = &visitor.browser;
    let first = visitor.begin_sign_in().await?;
    let page = browser.address().await?;

    // Another browser has the address of the page, and sees nothing of it.
    let stranger = visitor.elsewhere(Kind::DESK).await?;
    stranger.browser.go(&page).await?;
    assert!(!stranger.browser.has("[name=code]").await?, "{}", stranger.browser.text().await?);
    assert!(!stranger.browser.text().await?.contains("s•••@"));

    // Reload and Back keep the key.
    browser.reload().await?;
    browser.back().await?;
    browser.go(&page).await?;
    visitor.enter(other_than(&first)).await?;
    browser.see("あと4回").await?;

    // Beginning anew ends it: its page is over, and its key is none of the new page.
    let second = visitor.begin_sign_in().await?;
    let new = browser.address().await?;
    assert_ne!(new, page);
    browser.go(&page).await?;
    browser.see("はじめから").await?;
    assert!(!browser.has("[name=code]").await?);
    browser.go(&new).await?;
    if first != second {
        visitor.enter(&first).await?;
        browser.see("ログイン認証キーが違います").await?;
    }
    // A sign-in in another browser leaves this one alone.
    let other = stranger.begin_sign_in().await?;
    visitor.enter(&second).await?;
    browser.arrive_at(&town.portal()).await?;
    stranger.enter(&other).await?;
    stranger.browser.arrive_at(&town.portal()).await?;

    // Who closed the browser has lost the key with it.
    let closed = visitor.elsewhere(Kind::PHONE).await?;
    closed.begin_sign_in().await?;
    let page = closed.browser.address().await?;
    let reopened = visitor.elsewhere(Kind::PHONE).await?;
    drop(closed);
    reopened.browser.go(&page).await?;
    assert!(!reopened.browser.has("[name=code]").await?);
    Ok(())
}

/// Row C42: guesses are counted for the account, however often a sign-in is begun anew.
#[tokio::test(flavor = "multi_thread")]
async fn c42_wrong_keys_are_counted_across_sign_ins_and_rest_for_a_while() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = registered(&town).await?;
    let browser = &visitor.browser;
    let code = visitor.begin_sign_in().await?;
    for left in ["あと4回", "あと3回", "あと2回", "あと1回"] {
        visitor.enter(other_than(&code)).await?;
        browser.see(left).await?;
    }
    visitor.enter(other_than(&code)).await?;
    browser.see("使えなくなりました").await?;
    visitor.enter(&code).await?;
    browser.see("もう一度送ってください").await?;
    let code = visitor.begin_sign_in().await?;
    for left in ["あと4回", "あと3回", "あと2回", "あと1回"] {
        visitor.enter(other_than(&code)).await?;
        browser.see(left).await?;
    }
    // That were ten: the right one has to wait as well, in any browser.
    visitor.enter(&code).await?;
    browser.see("しばらくお待ち").await?;
    let elsewhere = visitor.elsewhere(Kind::PHONE).await?;
    let code = elsewhere.begin_sign_in().await?;
    elsewhere.enter(&code).await?;
    elsewhere.browser.see("しばらくお待ち").await?;
    elsewhere.browser.picture("sora-11-key-rests").await?;
    assert!(!elsewhere.browser.address().await?.starts_with(&town.portal()));
    // An hour later nothing of it is left but the way in.
    town.pass(60 * MINUTE);
    elsewhere.sign_in().await
}

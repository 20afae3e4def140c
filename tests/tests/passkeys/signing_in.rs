//! By the button.

use sekisho_tests::browser::{Keeper, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::Visitor;

use super::{BUTTON, go, keeper_of_one, make, member, to_sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_at_a_portal_with_two_taps_and_nothing_is_sent() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let (visitor, _held) = keeper_of_one(&town).await?;
    let sent = town.messages(visitor.member.phone_e164).len();
    let hashed = town.state().hashing.hashed();
    visitor.browser.go(&format!("{}/?insurer=aoba", town.portal())).await?;
    visitor.browser.follow("/login").await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    assert_eq!(town.messages(visitor.member.phone_e164).len(), sent, "no code");
    assert_eq!(town.state().hashing.hashed(), hashed, "no password");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_without_a_portal_and_without_an_insurer_being_named() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = keeper_of_one(&town).await?;
    go(&visitor, "/login").await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.see("ログインしています").await?;
    go(&visitor, "/account/passkeys").await?;
    visitor.browser.see("今日使用").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_begins_in_another_browser_that_holds_the_same_passkey() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (first, held) = member(&town, Kind::PHONE, Keeper::INTERNAL).await?;
    make(&first, "あおい電話").await?;
    let kept = first.browser.kept(&held).await?;
    let second = Visitor::new(&town, Kind::DESK).await?;
    second.browser.list_no_passkeys().await?;
    go(&second, "/login?insurer=aoba").await?;
    let other = second.browser.hold(Keeper::INTERNAL).await?;
    for key in &kept {
        second.browser.keep(&other, key).await?;
    }
    second.browser.tap(BUTTON).await?;
    second.browser.see("ログインしています").await?;
    assert!(first.is_signed_in().await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_and_without_passkeys_the_page_asks_for_the_password_alone() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    for scripts in [true, false] {
        let visitor = Visitor::new(&town, Kind { scripts, ..Kind::PHONE }).await?;
        if scripts {
            visitor.browser.know_no_passkeys().await?;
        }
        go(&visitor, "/login?insurer=aoba").await?;
        let text = visitor.browser.text().await?;
        assert!(!text.contains("パスキー"), "{text}");
        assert!(text.contains("パスワード"), "{text}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_stood_for_ten_minutes_still_signs_in() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = keeper_of_one(&town).await?;
    to_sign_in(&visitor).await?;
    town.pass(std::time::Duration::from_mins(10));
    // The page goes by the browser's clock, which the test does not move: it sends what is too old, and is asked again.
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.see("時間がたちすぎました").await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_fetches_fresh_options_before_its_own_are_too_old() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.browser.list_no_passkeys().await?;
    visitor.register(sekisho_tests::walk::Second::Sms).await?;
    let _held = visitor.browser.hold(Keeper::INTERNAL).await?;
    make(&visitor, "あおい電話").await?;
    visitor.sign_out().await?;
    visitor.browser.run_clocks_ahead().await?;
    to_sign_in(&visitor).await?;
    let before = visitor.browser.read("#passkey", Some("data-options")).await?;
    town.pass(std::time::Duration::from_mins(10));
    visitor.browser.ask("window.ahead = 10 * 60_000").await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    assert!(before.contains("challenge"));
    Ok(())
}

//! In the list under the first field (conditional mediation).

use sekisho_tests::browser::{Keeper, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};

use super::{go, make, to_sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_chosen_from_the_list_under_the_field_signs_in_without_another_tap() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    let _held = visitor.browser.hold(Keeper::INTERNAL).await?;
    make(&visitor, "あおい電話").await?;
    visitor.sign_out().await?;
    visitor.browser.go(&format!("{}/login?insurer=aoba", town.portal())).await?;
    // A virtual authenticator stands for the person who chooses.
    visitor.browser.arrive_at(&format!("{}/certificates", town.portal())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_field_says_that_it_lists_passkeys_only_where_the_browser_does() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    to_sign_in(&visitor).await?;
    visitor.browser.see("欄にふれると、保存したパスキーも選べます。").await?;
    assert_eq!(visitor.browser.read("#login_id", Some("autocomplete")).await?, "username webauthn");
    assert!(visitor.browser.read("#login_id", Some("aria-describedby")).await?.contains("login_id-later"));

    let other = Visitor::new(&town, Kind::PHONE).await?;
    other.browser.list_no_passkeys().await?;
    go(&other, "/login?insurer=aoba").await?;
    other.browser.see("パスキーでログイン").await?;
    let hint = "return document.getElementById('login_id-later').hidden";
    other.browser.wait_for(hint).await?;
    assert!(!other.browser.read("#login_id", Some("aria-describedby")).await?.contains("login_id-later"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_types_a_password_while_the_list_is_open_is_not_disturbed() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    visitor.sign_out().await?;
    let held = visitor.browser.hold(Keeper::INTERNAL).await?;
    visitor.begin_sign_in().await?;
    visitor.enter_sms_code().await?;
    visitor.browser.see("次から、すぐに").await?;
    visitor.browser.drop_keeper(&held).await?;
    visitor.browser.press("do", "later").await?;
    visitor.browser.arrive_at(&town.portal()).await
}

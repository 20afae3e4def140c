//! On the account's pages: names, and what is removed.

use std::time::Duration;

use sekisho_tests::browser::{Keeper, Kind};
use sekisho_tests::town::{Rows, Town};

use super::{BUTTON, enter_code, go, keeper_of_one, make, member, to_sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_listed_by_its_name_named_anew_and_its_owner_was_written_to() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let (visitor, _held) = member(&town, Kind::PHONE, Keeper::INTERNAL).await?;
    make(&visitor, "あおい電話").await?;
    visitor.browser.see("あおい電話").await?;
    visitor.browser.see("11月21日に作成").await?;
    visitor.browser.follow("/account/passkeys/fac").await?;
    assert_eq!(visitor.browser.value("name").await?, "あおい電話");
    visitor.browser.fill("name", "  <b>仕事の</b>電話\u{202e} ").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("名前を変えました").await?;
    visitor.browser.see("<b>仕事の</b>電話").await?;
    loop {
        let message = town.message(visitor.member.email).await?;
        if message.subject.contains("パスキーを追加しました") {
            break;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn several_passkeys_stand_side_by_side_and_each_signs_in() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, phone) = member(&town, Kind::PHONE, Keeper::INTERNAL).await?;
    make(&visitor, "あおい電話").await?;
    let kept = visitor.browser.kept(&phone).await?;
    visitor.browser.drop_keeper(&phone).await?;
    let ring = Keeper { transport: "usb", ..Keeper::INTERNAL };
    let ring = visitor.browser.hold(ring).await?;
    make(&visitor, "鍵たばの鍵").await?;
    let text = visitor.browser.text().await?;
    assert!(text.contains("あおい電話") && text.contains("鍵たばの鍵"), "{text}");
    visitor.sign_out().await?;
    to_sign_in(&visitor).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.sign_out().await?;
    visitor.browser.drop_keeper(&ring).await?;
    let phone = visitor.browser.hold(Keeper::INTERNAL).await?;
    for key in &kept {
        visitor.browser.keep(&phone, key).await?;
    }
    to_sign_in(&visitor).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_removed_only_after_a_fresh_sign_in_and_then_opens_nothing() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = keeper_of_one(&town).await?;
    to_sign_in(&visitor).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    let kept = visitor.browser.kept(&held).await?;
    town.pass(Duration::from_mins(20));
    go(&visitor, "/account/passkeys").await?;
    visitor.browser.follow_ending("/remove").await?;
    visitor.browser.arrive_at("/login/again").await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at("/account/passkeys").await?;
    visitor.browser.follow_ending("/remove").await?;
    visitor.browser.see("あおい電話").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("パスキーを消しました").await?;
    loop {
        if town.message(visitor.member.email).await?.subject.contains("パスキーを消しました") {
            break;
        }
    }

    // The device forgets it with us, where the browser listens; somebody who kept it all the same gets nowhere.
    visitor.sign_out().await?;
    for key in visitor.browser.kept(&held).await? {
        visitor.browser.forget(&held, &key).await?;
    }
    for key in &kept {
        visitor.browser.keep(&held, key).await?;
    }
    to_sign_in(&visitor).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.see("このパスキーは、ここでは使えません").await?;
    visitor.type_password(visitor.member.password).await?;
    enter_code(&visitor).await?;
    // Who has none is offered one.
    visitor.browser.see("次から、すぐに").await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looked_away_for_too_long_signs_in_again_before_another_one_is_made() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = member(&town, Kind::PHONE, Keeper::INTERNAL).await?;
    town.pass(Duration::from_mins(20));
    go(&visitor, "/account/passkeys/new").await?;
    visitor.browser.arrive_at("/login/again").await?;
    visitor.browser.fill("password", visitor.member.password).await?;
    visitor.browser.onward().await?;
    visitor.enter_sms_code().await?;
    visitor.browser.arrive_at("/account/passkeys/new").await?;
    visitor.browser.tap(super::MAKE).await?;
    visitor.browser.see("パスキーを作りました").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_device_forgets_what_was_removed_and_what_is_of_no_use_where_the_browser_listens()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = member(&town, Kind::PHONE, Keeper::INTERNAL).await?;
    let listens = "return typeof PublicKeyCredential.signalAllAcceptedCredentials === 'function' \
        && typeof PublicKeyCredential.signalUnknownCredential === 'function'";
    go(&visitor, "/account/passkeys").await?;
    assert_eq!(visitor.browser.ask(listens).await?, true, "a browser of today listens");
    make(&visitor, "あおい電話").await?;
    let kept = visitor.browser.kept(&held).await?;
    assert_eq!(kept.len(), 1);
    visitor.browser.follow_ending("/remove").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("パスキーを消しました").await?;
    visitor.browser.forgets_all(&held).await?;

    // Somebody's device that was away meanwhile hears of it when it is used.
    for key in &kept {
        visitor.browser.keep(&held, key).await?;
    }
    visitor.sign_out().await?;
    to_sign_in(&visitor).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.see("このパスキーは、ここでは使えません").await?;
    visitor.browser.forgets_all(&held).await
}

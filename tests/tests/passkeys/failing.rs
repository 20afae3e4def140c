//! Ceremonies that come to nothing: each ends in plain words, on a page with another way on.

use sekisho_base::Language;
use sekisho_tests::browser::{Keeper, Kind};
use sekisho_tests::town::{Rows, Town};

use super::{BUTTON, MAKE, by_password, go, keeper_of_one, member, to_sign_in};

/// What is said where a passkey was not used, for whatever reason the browser keeps to itself.
const NOT_USED: [&str; 2] = ["パスキーを使わずに戻りました", "この端末では、パスキーが見つかりませんでした"];

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_is_not_recognised_is_told_so_and_gets_in_by_password() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = keeper_of_one(&town).await?;
    visitor.browser.verify_owner(&held, false).await?;
    to_sign_in(&visitor).await?;
    visitor.browser.poke(BUTTON).await?;
    visitor.browser.see_one_of(&NOT_USED).await?;
    by_password(&visitor).await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_finger_that_was_not_read_the_next_one_signs_in() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = keeper_of_one(&town).await?;
    visitor.browser.verify_owner(&held, false).await?;
    to_sign_in(&visitor).await?;
    visitor.browser.poke(BUTTON).await?;
    visitor.browser.see_one_of(&NOT_USED).await?;
    visitor.browser.verify_owner(&held, true).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_passkeys_says_that_there_is_none() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = member(&town, Kind::PHONE, Keeper::INTERNAL).await?;
    visitor.sign_out().await?;
    to_sign_in(&visitor).await?;
    visitor.browser.poke(BUTTON).await?;
    visitor.browser.see_one_of(&NOT_USED).await?;
    assert!(visitor.browser.has("#step [name=password]").await?, "the other way is on the same page");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wa_01_a_passkey_of_another_site_is_not_found_here() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = keeper_of_one(&town).await?;
    for key in visitor.browser.kept(&held).await? {
        assert_eq!(key.site(), "localhost");
        visitor.browser.forget(&held, &key).await?;
        visitor.browser.keep(&held, &key.at("example.jp")).await?;
    }
    to_sign_in(&visitor).await?;
    visitor.browser.poke(BUTTON).await?;
    visitor.browser.see_one_of(&NOT_USED).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn wa_01_a_page_that_asks_in_the_name_of_another_site_is_refused_by_the_browser() -> anyhow::Result<()>
{
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = keeper_of_one(&town).await?;
    to_sign_in(&visitor).await?;
    let elsewhere = "const field = document.getElementById('passkey'); \
        field.dataset.options = field.dataset.options.replace('localhost', 'example.jp')";
    visitor.browser.ask(elsewhere).await?;
    visitor.browser.poke(BUTTON).await?;
    visitor.browser.see("この画面では、パスキーを使えません").await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_presses_and_lets_the_time_run_out_is_back_on_the_page() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = keeper_of_one(&town).await?;
    let kept = visitor.browser.kept(&held).await?;
    visitor.browser.drop_keeper(&held).await?;
    let absent = visitor.browser.hold(Keeper::INTERNAL.declined()).await?;
    for key in &kept {
        visitor.browser.keep(&absent, key).await?;
    }
    to_sign_in(&visitor).await?;
    let hurry = "const field = document.getElementById('passkey'); \
        field.dataset.options = JSON.stringify({ ...JSON.parse(field.dataset.options), timeout: 1000 })";
    visitor.browser.ask(hurry).await?;
    visitor.browser.poke(BUTTON).await?;
    visitor.browser.see_one_of(&NOT_USED).await?;
    visitor.type_password(visitor.member.password).await?;
    visitor.browser.see("SMSに届いた").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ceremony_that_somebody_cancels_leaves_the_page_as_it_was() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = keeper_of_one(&town).await?;
    to_sign_in(&visitor).await?;
    // What a browser answers when its dialog is closed; the driver has no hand for the dialog itself.
    let closes = "navigator.credentials.get = () => new Promise((_, no) => \
        setTimeout(() => no(new DOMException('', 'NotAllowedError')), 600))";
    visitor.browser.ask(closes).await?;
    visitor.browser.fill("login_id", visitor.member.email).await?;
    visitor.browser.poke(BUTTON).await?;
    visitor.browser.see("パスキーを使わずに戻りました").await?;
    assert_eq!(visitor.browser.value("login_id").await?, visitor.member.email, "what was typed is there");
    assert!(!visitor.browser.has("[aria-busy]").await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_keeps_no_passkeys_says_so_where_one_is_made() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _held) = member(&town, Kind::PHONE, Keeper::PLAIN_USB).await?;
    go(&visitor, "/account/passkeys/new").await?;
    visitor.browser.poke(MAKE).await?;
    let told = ["この端末や鍵では、パスキーを使えませんでした", "パスキーは、まだ作られていません"];
    visitor.browser.see_one_of(&told).await?;
    visitor.browser.follow("/account/passkeys").await?;
    visitor.browser.see("パスキーを追加").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_is_not_recognised_makes_no_passkey() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = member(&town, Kind::PHONE, Keeper::INTERNAL).await?;
    visitor.browser.verify_owner(&held, false).await?;
    go(&visitor, "/account/passkeys/new").await?;
    visitor.browser.poke(MAKE).await?;
    let told = ["この端末や鍵では、パスキーを使えませんでした", "パスキーは、まだ作られていません"];
    visitor.browser.see_one_of(&told).await?;
    assert!(visitor.browser.kept(&held).await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_has_one_makes_no_second_for_the_same_person() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, held) = member(&town, Kind::PHONE, Keeper::INTERNAL).await?;
    super::make(&visitor, "あおい電話").await?;
    go(&visitor, "/account/passkeys/new").await?;
    visitor.browser.poke(MAKE).await?;
    visitor.browser.see("この端末には、もうあなたのパスキーがあります").await?;
    assert_eq!(visitor.browser.kept(&held).await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn in_english_it_is_said_in_english() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let kind = Kind::PHONE.speaking(Language::En);
    let (visitor, held) = member(&town, kind, Keeper::INTERNAL).await?;
    visitor.browser.verify_owner(&held, false).await?;
    go(&visitor, "/account/passkeys/new").await?;
    visitor.browser.poke(MAKE).await?;
    visitor
        .browser
        .see_one_of(&["This device or key cannot keep a passkey", "No passkey was created"])
        .await?;
    visitor.sign_out().await?;
    go(&visitor, "/login?insurer=aoba").await?;
    visitor.browser.poke(BUTTON).await?;
    visitor
        .browser
        .see_one_of(&["No passkey was found on this device", "No passkey was used"])
        .await
        .map(drop)
}

//! At a registration: as the second key that is chosen, and as the only key there is.

use sekisho_tests::browser::{Keeper, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::Visitor;

use super::{BUTTON, MAKE, go, to_sign_in};

const AOBA: &str = "insurers/aoba.toml";
/// The sample insurer with passkeys as one of three second keys.
const ONE_OF_THREE: (&str, &str, &str) =
    (AOBA, r#"choices = ["sms", "totp"]"#, r#"choices = ["passkey", "sms", "totp"]"#);
/// The sample insurer with passkeys instead of passwords.
const INSTEAD: [(&str, &str, &str); 4] = [
    (AOBA, "[sign_in]\n", "[sign_in]\nnames = [\"chosen\"]\n"),
    (AOBA, r#"choices = ["sms", "totp"]"#, r#"choices = ["passkey"]"#),
    (AOBA, r#"# fields = ["email", "password"]"#, r#"fields = ["email"]"#),
    (
        AOBA,
        "[[journeys.enrol]]\nstep = \"setup_factor\"",
        "[[journeys.enrol]]\nstep = \"credentials\"\nfields = [\"login_id\"]\n\n[[journeys.enrol]]\nstep = \"setup_factor\"",
    ),
];

/// As far as the choice of the second key.
async fn begun(town: &Town) -> anyhow::Result<Visitor<'_>> {
    let visitor = Visitor::new(town, Kind::PHONE).await?;
    visitor.browser.list_no_passkeys().await?;
    visitor.begin_registration().await?;
    Ok(visitor)
}

async fn as_far_as_the_key(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    visitor.enter_mailed_code().await?;
    visitor.say_who().await?;
    visitor.agree().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_chosen_first_needs_no_code_later() -> anyhow::Result<()> {
    let town = Town::start_otherwise(Rows::Sqlite, &[ONE_OF_THREE]).await?;
    let visitor = begun(&town).await?;
    let _held = visitor.browser.hold(Keeper::INTERNAL).await?;
    visitor.choose_password().await?;
    as_far_as_the_key(&visitor).await?;
    visitor.browser.choose("factor", "passkey").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("パスキーを作ります").await?;
    visitor.browser.tap(MAKE).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.sign_out().await?;
    to_sign_in(&visitor).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.sign_out().await?;

    // With the password the same passkey is the second key.
    to_sign_in(&visitor).await?;
    visitor.type_password(visitor.member.password).await?;
    visitor.browser.see("パスキーで").await?;
    visitor.browser.tap(MAKE).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_device_can_make_none_another_key_is_chosen() -> anyhow::Result<()> {
    let town = Town::start_otherwise(Rows::Sqlite, &[ONE_OF_THREE]).await?;
    let visitor = begun(&town).await?;
    let _held = visitor.browser.hold(Keeper::PLAIN_USB).await?;
    visitor.choose_password().await?;
    as_far_as_the_key(&visitor).await?;
    visitor.browser.choose("factor", "passkey").await?;
    visitor.browser.onward().await?;
    visitor.browser.poke(MAKE).await?;
    let told = ["この端末や鍵では、パスキーを使えませんでした", "パスキーは、まだ作られていません"];
    visitor.browser.see_one_of(&told).await?;
    visitor.browser.press("do", "other").await?;
    visitor.set_up(sekisho_tests::walk::Second::Sms).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_page_leads_to_another_key() -> anyhow::Result<()> {
    let town = Town::start_otherwise(Rows::Sqlite, &[ONE_OF_THREE]).await?;
    let visitor = Visitor::new(&town, Kind::PHONE.without_scripts()).await?;
    visitor.begin_registration().await?;
    visitor.choose_password().await?;
    as_far_as_the_key(&visitor).await?;
    visitor.browser.choose("factor", "passkey").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("この画面では、パスキーを作れません").await?;
    visitor.browser.press("do", "other").await?;
    visitor.set_up(sekisho_tests::walk::Second::Sms).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_may_have_a_passkey_and_no_password() -> anyhow::Result<()> {
    let town = Town::start_otherwise(Rows::Postgres, &INSTEAD).await?;
    let visitor = begun(&town).await?;
    let _held = visitor.browser.hold(Keeper::INTERNAL).await?;
    assert!(!visitor.browser.has("[name=password]").await?, "no password is asked for");
    visitor.browser.fill("email", visitor.member.email).await?;
    visitor.browser.onward().await?;
    as_far_as_the_key(&visitor).await?;
    visitor.browser.fill("login_id", "midori_2026").await?;
    visitor.browser.onward().await?;
    visitor.browser.tap(MAKE).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.sign_out().await?;
    to_sign_in(&visitor).await?;
    visitor.browser.tap(BUTTON).await?;
    visitor.browser.arrive_at(&town.portal()).await?;

    // The only key is not given away.
    go(&visitor, "/account/passkeys").await?;
    visitor.browser.follow_ending("/remove").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("ログインに使えるものが、ほかにありません").await
}

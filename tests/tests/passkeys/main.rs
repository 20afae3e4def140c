//! Passkeys as people meet them: in a real browser, with virtual authenticators of every kind.
//!
//! A virtual authenticator answers the list under a field at once and by itself, so whoever presses the button here has
//! a browser without that list.

mod account;
mod failing;
mod list;
#[path = "../screens/look.rs"]
#[expect(dead_code, reason = "the tour of every page uses all of it")]
mod look;
mod offer;
mod registration;
mod signing_in;

use sekisho_tests::browser::{Authenticator, Keeper, Kind};
use sekisho_tests::town::{Town, code_in};
use sekisho_tests::walk::{Second, Visitor};

/// The button of the sign-in page.
const BUTTON: &str = "#passkey-go";
/// What is pressed to make one.
const MAKE: &str = "#step .go";

/// A member who registered with codes by SMS, in a browser that lists no passkeys and holds one authenticator.
async fn member(town: &Town, kind: Kind, keeper: Keeper) -> anyhow::Result<(Visitor<'_>, Authenticator)> {
    let visitor = Visitor::new(town, kind).await?;
    visitor.browser.list_no_passkeys().await?;
    visitor.register(Second::Sms).await?;
    let held = visitor.browser.hold(keeper).await?;
    Ok((visitor, held))
}

/// The same with a passkey, named, and signed out.
async fn keeper_of_one(town: &Town) -> anyhow::Result<(Visitor<'_>, Authenticator)> {
    let (visitor, held) = member(town, Kind::PHONE, Keeper::INTERNAL).await?;
    make(&visitor, "あおい電話").await?;
    visitor.sign_out().await?;
    Ok((visitor, held))
}

/// Makes a passkey on the account's page, under a name.
async fn make(visitor: &Visitor<'_>, name: &str) -> anyhow::Result<()> {
    go(visitor, "/account/passkeys/new").await?;
    visitor.browser.fill("name", name).await?;
    visitor.browser.tap(MAKE).await?;
    visitor.browser.see("パスキーを作りました").await
}

/// Goes to a page of the identity provider.
async fn go(visitor: &Visitor<'_>, path: &str) -> anyhow::Result<()> {
    visitor.browser.go(&format!("{}{path}", visitor.town.idp())).await
}

/// From the portal's front page to the sign-in page.
async fn to_sign_in(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    visitor.browser.go(&format!("{}/?insurer=aoba", visitor.town.portal())).await?;
    visitor.browser.follow("/login").await
}

/// From the sign-in page to the portal by password and SMS.
async fn by_password(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    visitor.type_password(visitor.member.password).await?;
    enter_code(visitor).await?;
    visitor.browser.arrive_at(&visitor.town.portal()).await
}

/// Enters the code that came to the phone; other notices may have come before it.
async fn enter_code(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let code = loop {
        let message = visitor.town.message(visitor.member.phone_e164).await?;
        if message.text.contains("確認コード") {
            break code_in(&message.text).unwrap_or_default();
        }
    };
    visitor.enter(&code).await
}

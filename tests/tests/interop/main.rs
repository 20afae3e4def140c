//! Relying parties on libraries that nobody here wrote: Apache with `mod_auth_openidc`, openid-client on Node.js, Authlib on
//! Python, the crate openidconnect.
//!
//! Each signs a real person in through Chromium. Their programs and registrations stand in `tests/interop`, and the README
//! shows them; `tests/run` installs what they are made of. They go by the machine's clock, so the house does as well.

mod apache;
mod authlib;
mod openid_client;
mod openidconnect;
mod peer;
mod readme;

use anyhow::Context as _;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};
use serde_json::Value;

/// What every client here shares: its secret is no secret.
const SECRET: &str = "a secret of a test, which + needs % its own : encoding";

/// The member's, as the insurer's records have it.
const FAMILY_NAME: &str = "健保";

/// A house of today with a member who is registered, and signed out again.
async fn town() -> anyhow::Result<Town> {
    Town::of_today(Rows::Sqlite).await
}

async fn member(town: &Town) -> anyhow::Result<Visitor<'_>> {
    let visitor = Visitor::new(town, Kind::DESK).await?;
    visitor.register(Second::Sms).await?;
    visitor.sign_out().await?;
    Ok(visitor)
}

/// From a client's door through the whole sign-in, and back to the client.
async fn sign_in(visitor: &Visitor<'_>, door: &str, home: &str) -> anyhow::Result<()> {
    visitor.browser.go(door).await?;
    visitor.browser.arrive_at("/login").await?;
    visitor.type_password(visitor.member.password).await?;
    visitor.enter_sms_code().await?;
    allow(visitor, home).await
}

/// Allows what a client wants to read.
async fn allow(visitor: &Visitor<'_>, home: &str) -> anyhow::Result<()> {
    visitor.browser.press("decision", "allow").await?;
    visitor.browser.arrive_at(home).await
}

/// What a client's page says, as JSON.
async fn said(visitor: &Visitor<'_>) -> anyhow::Result<Value> {
    let text = visitor.browser.text().await?;
    serde_json::from_str(&text).with_context(|| format!("no answer, but {text}"))
}

//! Authlib: `client_secret_post`, PKCE, `max_age`, an ID token in RS256, userinfo.

use std::process::Command;

use sekisho_tests::town;
use serde_json::json;

use super::peer::{Peer, file, registration};
use super::{FAMILY_NAME, SECRET, member, said, sign_in, town};

#[tokio::test(flavor = "multi_thread")]
async fn authlib_signs_a_member_in_and_believes_what_it_reads() -> anyhow::Result<()> {
    let town = town().await?;
    let [port] = town::free()?;
    town.register(registration("authlib", port)?).await?;
    let mut python = Command::new(file("authlib/.venv/bin/python"));
    python
        .arg(file("authlib/rp.py"))
        .env("ISSUER", town.idp())
        .env("PORT", port.to_string())
        .env("CLIENT_ID", "authlib")
        .env("CLIENT_SECRET", SECRET);
    let peer = Peer::start(&mut python, port).await?;
    let visitor = member(&town).await?;

    sign_in(&visitor, &peer.at("/login"), &peer.at("/callback")).await?;
    let answer = said(&visitor).await?;
    assert_eq!(answer["claims"]["aud"], "authlib", "{answer}");
    assert_eq!(answer["claims"]["amr"], json!(["pwd", "sms", "mfa"]));
    assert_eq!(answer["userinfo"]["sub"], answer["claims"]["sub"]);
    assert_eq!(answer["userinfo"]["family_name"], FAMILY_NAME);
    assert_eq!(answer["token_type"], "Bearer");

    // Who is signed in and has allowed it is not asked again.
    visitor.browser.go(&peer.at("/login")).await?;
    visitor.browser.arrive_at(&peer.at("/callback")).await?;
    assert_eq!(said(&visitor).await?["claims"]["sub"], answer["claims"]["sub"]);
    Ok(())
}

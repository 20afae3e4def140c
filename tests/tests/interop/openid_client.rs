//! openid-client: `private_key_jwt`, PKCE, userinfo, refresh, introspection, revocation, RP-initiated logout.

use std::collections::HashMap;
use std::process::Command;

use anyhow::Context as _;
use sekisho_tests::town::{self, Town};
use serde_json::{Value, json};

use super::peer::{Peer, file, registration};
use super::{member, said, sign_in, town};

/// A key pair of the client's own making: private and public.
fn keys() -> anyhow::Result<(Value, Value)> {
    let output = Command::new("node").arg(file("openid-client/rp.mjs")).arg("keys").output()?;
    let mut pair: HashMap<String, Value> = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("no keys: {}", String::from_utf8_lossy(&output.stderr)))?;
    let mut take = |name| pair.remove(name).context("a key is missing");
    Ok((take("private")?, take("public")?))
}

async fn employ(town: &Town) -> anyhow::Result<Peer> {
    let [port] = town::free()?;
    let (private, public) = keys()?;
    let mut client = registration("openid-client", port)?;
    *client.get_mut("jwks").context("it has no keys")? = json!({ "keys": [public] });
    town.register(client).await?;
    let mut node = Command::new("node");
    node.arg(file("openid-client/rp.mjs"))
        .env("ISSUER", town.idp())
        .env("PORT", port.to_string())
        .env("CLIENT_ID", "openid-client")
        .env("CLIENT_KEY", private.to_string());
    Peer::start(&mut node, port).await
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_signs_a_member_in_renews_asks_revokes_and_signs_out() -> anyhow::Result<()> {
    let town = town().await?;
    let peer = employ(&town).await?;
    let visitor = member(&town).await?;
    let browser = &visitor.browser;

    sign_in(&visitor, &peer.at("/login"), &peer.at("/callback")).await?;
    let answer = said(&visitor).await?;
    assert_eq!(answer["claims"]["acr"], "urn:sekisho:acr:2f", "{answer}");
    assert_eq!(answer["claims"]["aud"], "openid-client");
    assert_eq!(answer["userinfo"]["sub"], answer["claims"]["sub"]);
    assert_eq!(answer["userinfo"]["email"], visitor.member.email);
    assert_eq!(answer["userinfo"]["email_verified"], true);

    browser.go(&peer.at("/renew")).await?;
    let renewed = said(&visitor).await?;
    assert_eq!(renewed["renewed"], true, "{renewed}");
    assert_eq!(renewed["introspected"]["active"], true);
    assert_eq!(renewed["introspected"]["client_id"], "openid-client");
    assert_eq!(renewed["userinfo"], answer["userinfo"]);

    browser.go(&peer.at("/revoke")).await?;
    let revoked = said(&visitor).await?;
    assert_eq!(revoked["after"], json!({ "active": false }), "{revoked}");
    assert_eq!(revoked["refreshed"], "invalid_grant");

    // The ID token as a hint says whose wish it is, so nothing is asked.
    browser.go(&peer.at("/logout")).await?;
    browser.arrive_at(&peer.at("/out")).await?;
    assert_eq!(said(&visitor).await?["out"], "?state=bye");
    assert!(!visitor.is_signed_in().await?);
    Ok(())
}

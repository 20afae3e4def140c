//! Apache with `mod_auth_openidc`: answers by `form_post`, `client_secret_basic`, logout begun by the client and told to it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use sekisho_tests::scratch::Scratch;
use sekisho_tests::town::{self, Town};
use sekisho_tests::walk::Visitor;
use tokio::time::{Instant, sleep};

use super::peer::{Peer, file, registration};
use super::{FAMILY_NAME, SECRET, member, sign_in, town};

/// Shows who signed in.
const PAGE: &str = "<!doctype html><meta charset=\"utf-8\"><title>members</title><p>sub=<!--#echo var=\"OIDC_CLAIM_sub\" --> \
    name=<!--#echo var=\"OIDC_CLAIM_family_name\" --> acr=<!--#echo var=\"OIDC_CLAIM_acr\" --></p>";

async fn employ(town: &Town, folder: &Scratch) -> anyhow::Result<Peer> {
    let [port] = town::free()?;
    town.register(registration("apache", port)?).await?;
    let pages = folder.path().join("pages");
    fs::create_dir_all(pages.join("members"))?;
    fs::write(pages.join("members/index.html"), PAGE)?;
    fs::write(pages.join("out.html"), "<!doctype html><title>out</title><p>signed out</p>")?;
    let mut apache = Command::new("apache2");
    apache
        // In one process, so that it ends whole.
        .args(["-X", "-f"])
        .arg(file("apache/httpd.conf"))
        .env("FOLDER", folder.path())
        .env("MODULES", "/usr/lib/apache2/modules")
        .env("PORT", port.to_string())
        .env("ISSUER", town.idp())
        .env("CLIENT_SECRET", SECRET)
        .env("PASSPHRASE", "of a test");
    Peer::start(&mut apache, port).await
}

/// What the members' page says.
async fn greeting(visitor: &Visitor<'_>) -> anyhow::Result<String> {
    let text = visitor.browser.text().await?;
    ensure!(text.starts_with("sub="), "nobody is greeted, but: {text}");
    Ok(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn apache_signs_a_member_in_by_form_post_and_out_again() -> anyhow::Result<()> {
    let town = town().await?;
    let folder = Scratch::new("apache")?;
    let peer = employ(&town, &folder).await?;
    let visitor = member(&town).await?;
    let (members, out) = (peer.at("/members/index.html"), peer.at("/out.html"));

    sign_in(&visitor, &members, &members).await?;
    let greeting = greeting(&visitor).await?;
    assert!(greeting.contains(FAMILY_NAME), "{greeting}");
    assert!(greeting.ends_with("acr=urn:sekisho:acr:2f"), "{greeting}");

    visitor.browser.go(&peer.at(&format!("/members/callback?logout={out}"))).await?;
    visitor.browser.arrive_at(&out).await?;
    assert!(!visitor.is_signed_in().await?);
    visitor.browser.go(&members).await?;
    visitor.browser.arrive_at("/login").await
}

#[tokio::test(flavor = "multi_thread")]
async fn apache_is_told_when_the_session_ends_elsewhere() -> anyhow::Result<()> {
    let town = town().await?;
    let folder = Scratch::new("apache")?;
    let peer = employ(&town, &folder).await?;
    let visitor = member(&town).await?;
    let members = peer.at("/members/index.html");
    sign_in(&visitor, &members, &members).await?;
    greeting(&visitor).await?;

    // The certificate portal signs out at the identity provider, which tells everybody else.
    visitor.browser.go(&format!("{}/?insurer=aoba", town.portal())).await?;
    visitor.browser.follow("/login").await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.sign_out().await?;
    let until = Instant::now() + Duration::from_secs(15);
    loop {
        visitor.browser.go(&members).await?;
        if visitor.browser.address().await?.contains("/login") {
            return Ok(());
        }
        ensure!(Instant::now() < until, "Apache still greets: {}", log(&folder)?);
        sleep(Duration::from_millis(200)).await;
    }
}

fn log(folder: &Scratch) -> anyhow::Result<String> {
    fs::read_to_string(folder.path().join("error.log")).context("Apache keeps no log")
}

//! The modules of RP-Initiated Logout, each with the browser signed in before and asked silently after.

use sekisho_domain::jose::{Alg, SigningKey, Typ, sign};

use super::story::seen;
use super::{Mode, Story, hold};
use crate::house::{BYE, CALLBACK, Reply, SECRET, SUITE, claims, form};

/// A browser that is signed in, and what the client holds.
async fn begin() -> (Story, String) {
    let mut story = Story::begin(Mode::Query).await;
    let uri = story.address(&[]);
    let reply = story.browser.get(&story.house, &uri).await;
    let code = story.code_of(&reply);
    let redirect_uri = CALLBACK;
    let pairs = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", redirect_uri)];
    let tokens = story.house.token((SUITE, SECRET), &form(&pairs)).await;
    let token = tokens.json()["id_token"].as_str().unwrap().to_owned();
    (story, token)
}

async fn leave(story: &mut Story, pairs: &[(&str, &str)]) -> Reply {
    let reply = story.browser.get(&story.house, &format!("/logout?{}", form(pairs))).await;
    story.tell("end of session", &seen(&reply));
    reply
}

/// Whether the browser is still signed in, asked as the suite does.
async fn is_out(story: &mut Story) {
    let reply = story.ask(&[("prompt", "none")]).await;
    assert_eq!(story.error_of(&reply), "login_required");
}

/// The person is asked, says yes, and stays here.
async fn confirmed(story: &mut Story, asked: &Reply) {
    assert_eq!((asked.status.as_u16(), asked.location()), (200, None));
    let yes = [
        ("form", asked.hidden("form")),
        ("request", asked.hidden("request")),
        ("decision", "yes".to_owned()),
    ];
    let yes: Vec<_> = yes.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reply = story.browser.post(&story.house, "/logout/confirm", &form(&yes)).await;
    story.tell("confirmed", &seen(&reply));
    assert_eq!((reply.status.as_u16(), reply.location()), (200, None));
}

/// Nobody is sent anywhere; the person is asked.
async fn stays(pairs: &[(&str, &str)]) -> String {
    let (mut story, token) = begin().await;
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| (*name, if *value == "HINT" { &token } else { *value })).collect();
    let asked = leave(&mut story, &pairs).await;
    confirmed(&mut story, &asked).await;
    is_out(&mut story).await;
    story.end()
}

#[tokio::test]
async fn oidcc_rp_initiated_logout() {
    let (mut story, token) = begin().await;
    let pairs = [
        ("id_token_hint", token.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", super::story::STATE),
    ];
    let reply = leave(&mut story, &pairs).await;
    let url = url::Url::parse(reply.location().unwrap()).unwrap();
    let answered: Vec<_> = url.query_pairs().into_owned().collect();
    assert_eq!(answered, [("state".to_owned(), super::story::STATE.to_owned())]);
    is_out(&mut story).await;
    hold("logout", "oidcc_rp_initiated_logout", &story.end());
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    let (mut story, token) = begin().await;
    let reply =
        leave(&mut story, &[("id_token_hint", token.as_str()), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(reply.location(), Some(BYE));
    is_out(&mut story).await;
    hold("logout", "oidcc_rp_initiated_logout_no_state", &story.end());
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let (mut story, token) = begin().await;
    let reply = leave(&mut story, &[("id_token_hint", token.as_str())]).await;
    assert_eq!((reply.status.as_u16(), reply.location()), (200, None));
    is_out(&mut story).await;
    hold("logout", "oidcc_rp_initiated_logout_no_post_logout_redirect_uri", &story.end());
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    hold("logout", "oidcc_rp_initiated_logout_no_params", &stays(&[]).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state() {
    hold("logout", "oidcc_rp_initiated_logout_only_state", &stays(&[("state", "s")]).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    hold(
        "logout",
        "oidcc_rp_initiated_logout_no_id_token_hint",
        &stays(&[("post_logout_redirect_uri", BYE), ("state", "s")]).await,
    );
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let bad = &format!("{BYE}/elsewhere");
    hold(
        "logout",
        "oidcc_rp_initiated_logout_bad_post_logout_redirect_uri",
        &stays(&[("id_token_hint", "HINT"), ("post_logout_redirect_uri", bad), ("state", "s")]).await,
    );
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let bad = &format!("{BYE}?foo=bar");
    hold(
        "logout",
        "oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri",
        &stays(&[("id_token_hint", "HINT"), ("post_logout_redirect_uri", bad), ("state", "s")]).await,
    );
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let (mut story, token) = begin().await;
    let payload = token.split('.').nth(1).unwrap();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{payload}.");
    let pairs = [("id_token_hint", unsigned.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s")];
    let asked = leave(&mut story, &pairs).await;
    confirmed(&mut story, &asked).await;
    hold("logout", "oidcc_rp_initiated_logout_modified_id_token_hint", &story.end());
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let (mut story, token) = begin().await;
    let theirs = SigningKey::generate(Alg::Es256).unwrap();
    let forged = sign(&theirs, Typ::Jwt, &claims(&token)).unwrap();
    let pairs = [("id_token_hint", forged.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s")];
    let asked = leave(&mut story, &pairs).await;
    confirmed(&mut story, &asked).await;
    hold("logout", "oidcc_rp_initiated_logout_bad_id_token_hint", &story.end());
}

//! What a request may look like, and what is refused.

use super::story::seen;
use super::{Mode, Story};
use crate::house::{CALLBACK, CHALLENGE, SECRET, SUITE, VERIFIER, claims, form};

pub(super) async fn response_type_missing(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let reply = story.ask(&[("response_type", "")]).await;
    assert_eq!(story.error_of(&reply), "invalid_request");
    story.end()
}

pub(super) async fn ensure_request_without_nonce_succeeds_for_code_flow(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let (id, _) = story.happy(&[("nonce", "")]).await;
    assert!(id.get("nonce").is_none());
    story.end()
}

pub(super) async fn alternate_happy_flow(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let forward = story.address(&[("scope", "phone address email profile openid")]);
    let (path, query) = forward.split_once('?').unwrap();
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.reverse();
    let reply = story.ask_at(&format!("{path}?{}", pairs.join("&"))).await;
    story.arrived(&reply).await;
    story.end()
}

pub(super) async fn ensure_request_with_unknown_parameter_succeeds(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    story.happy(&[("extra", "foobar")]).await;
    story.end()
}

pub(super) async fn ensure_registered_redirect_uri(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let reply = story.ask(&[("redirect_uri", &format!("{CALLBACK}/not-registered"))]).await;
    assert_eq!((reply.status.as_u16(), reply.location()), (400, None));
    story.end()
}

pub(super) async fn ensure_post_request_succeeds(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let address = story.address(&[]);
    let (path, query) = address.split_once('?').unwrap();
    let led = story.house.post(path, query).await;
    story.tell("authorization by POST", &seen(&led));
    assert_eq!(led.status.as_u16(), 303);
    let reply = story.ask_at(led.location().unwrap()).await;
    story.arrived(&reply).await;
    story.end()
}

pub(super) async fn ensure_request_with_valid_pkce_succeeds(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let reply = story.ask(&[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]).await;
    let code = story.code_of(&reply);
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = story.trade((SUITE, SECRET), &form(&pairs)).await;
    assert!(claims(tokens.json()["id_token"].as_str().unwrap()).get("sub").is_some());
    story.end()
}

pub(super) async fn request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    mode: Mode,
) -> String {
    let mut story = Story::begin(mode).await;
    let reply = story.ask(&[("request_uri", &format!("{CALLBACK}/request.jwt"))]).await;
    assert_eq!(story.error_of(&reply), "request_uri_not_supported");
    story.end()
}

pub(super) async fn unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    mode: Mode,
) -> String {
    let mut story = Story::begin(mode).await;
    let reply = story.ask(&[("request", "eyJhbGciOiJub25lIn0.e30.")]).await;
    assert_eq!(story.error_of(&reply), "request_not_supported");
    story.end()
}

/// The address outside the object is a bad one: nothing may go there, nor to a guessed one.
pub(super) async fn ensure_request_object_with_redirect_uri(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let elsewhere = format!("{CALLBACK}/other");
    let bad = [("request", "eyJhbGciOiJub25lIn0.e30."), ("redirect_uri", elsewhere.as_str())];
    let reply = story.ask(&bad).await;
    assert_eq!((reply.status.as_u16(), reply.location()), (400, None));
    story.end()
}

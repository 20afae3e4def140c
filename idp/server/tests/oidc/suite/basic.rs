//! The code flow itself.

use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use serde_json::json;

use super::story::seen;
use super::{Mode, Story};
use crate::house::{CALLBACK, POST, SECRET, SUITE, form, posted};

pub(super) async fn server(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let (id, told) = story.happy(&[]).await;
    assert_eq!((id["aud"].as_str(), id["nonce"].as_str()), (Some(SUITE), Some("n-1")));
    assert_eq!(told.as_object().unwrap().len(), 1, "{told}");
    story.end()
}

/// The default of registration is RS256.
pub(super) async fn idtoken_signature(mode: Mode) -> String {
    server(mode).await
}

pub(super) async fn userinfo_get(mode: Mode) -> String {
    server(mode).await
}

pub(super) async fn userinfo_post_header(mode: Mode) -> String {
    by_post(mode, true).await
}

pub(super) async fn userinfo_post_body(mode: Mode) -> String {
    by_post(mode, false).await
}

async fn by_post(mode: Mode, in_header: bool) -> String {
    let mut story = Story::begin(mode).await;
    let reply = story.ask(&[]).await;
    let code = story.code_of(&reply);
    let tokens = story.redeem(&code).await;
    let access = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let request = if in_header {
        let mut request = posted("/userinfo", "");
        request.headers_mut().insert(AUTHORIZATION, format!("Bearer {access}").parse().unwrap());
        request
    } else {
        posted("/userinfo", &form(&[("access_token", &access)]))
    };
    let told = story.house.send(request).await;
    story.told_of(&told, &tokens);
    story.end()
}

pub(super) async fn codereuse(mode: Mode) -> String {
    reused(mode, Duration::ZERO).await
}

pub(super) async fn codereuse_30seconds(mode: Mode) -> String {
    reused(mode, Duration::from_secs(30)).await
}

async fn reused(mode: Mode, after: Duration) -> String {
    let mut story = Story::begin(mode).await;
    let reply = story.ask(&[]).await;
    let code = story.code_of(&reply);
    let tokens = story.redeem(&code).await;
    story.house.wait(after);
    let again = story.redeem(&code).await;
    assert_eq!((again.status.as_u16(), &again.json()["error"]), (400, &json!("invalid_grant")));
    let access = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let told = story.house.userinfo(&access).await;
    story.tell("userinfo", &seen(&told));
    assert_eq!(told.status.as_u16(), 401);
    story.end()
}

pub(super) async fn server_client_secret_post(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let pkce =
        [("client_id", POST), ("code_challenge", crate::house::CHALLENGE), ("code_challenge_method", "S256")];
    let reply = story.ask(&pkce).await;
    let code = story.code_of(&reply);
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", crate::house::VERIFIER),
        ("client_id", POST),
        ("client_secret", SECRET),
    ];
    let tokens = story.house.post("/token", &form(&pairs)).await;
    story.tell("token", &seen(&tokens));
    assert_eq!(tokens.status.as_u16(), 200);
    story.userinfo(&tokens).await;
    story.end()
}

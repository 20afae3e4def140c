//! A refresh token, its answer, and another client's.

use super::{Mode, Story};
use crate::house::{CALLBACK, CHALLENGE, Reply, SECOND, SECRET, SUITE, VERIFIER, claims, form};

/// The tokens of a client that renews them.
async fn tokens(story: &mut Story, client: &str) -> Reply {
    let changes = [
        ("client_id", client),
        ("scope", "openid offline_access"),
        ("prompt", "consent"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let asked = story.ask(&changes).await;
    let reply = story.allow(&asked).await;
    let code = story.code_of(&reply);
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    story.trade((client, SECRET), &form(&pairs)).await
}

pub(super) async fn refresh_token(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let first = tokens(&mut story, SUITE).await;
    let second = tokens(&mut story, SECOND).await;
    story.house.wait(std::time::Duration::from_secs(5));
    let renew = |tokens: &Reply| {
        let token = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
        form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", &token),
            ("scope", "openid offline_access"),
        ])
    };
    let renewed = story.trade((SUITE, SECRET), &renew(&first)).await;
    let (old, new) = (first.json(), renewed.json());
    assert_eq!(new["token_type"], "Bearer");
    assert_ne!(old["access_token"], new["access_token"]);
    let (old, new) = (claims(old["id_token"].as_str().unwrap()), claims(new["id_token"].as_str().unwrap()));
    for same in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(old[same], new[same], "{same}");
    }
    story.userinfo(&renewed).await;
    let anothers = story.trade((SUITE, SECRET), &renew(&second)).await;
    assert_eq!((anothers.status.as_u16(), anothers.json()["error"].as_str()), (400, Some("invalid_grant")));
    story.end()
}

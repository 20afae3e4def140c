//! What machines look for under `/.well-known` beside the protocol's own documents.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::house::House;

#[tokio::test]
async fn a_keeper_of_passkeys_finds_the_pages_where_they_are_made_and_kept() {
    let house = House::new().await;
    let answered = Browser::at(&house).open("/.well-known/passkey-endpoints").await;
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(answered.headers["content-type"], "application/json");
    let document: serde_json::Value = serde_json::from_str(&answered.body).unwrap();
    for (name, path) in [("enroll", "/account/passkeys/new"), ("manage", "/account/passkeys")] {
        assert_eq!(document[name], format!("http://localhost:8080{path}"));
        let page = Browser::at(&house).open(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "who is not signed in is led to sign in");
    }
}

#[tokio::test]
async fn a_browser_finds_the_origins_that_share_the_passkeys() {
    let house = House::new().await;
    let answered = Browser::at(&house).open("/.well-known/webauthn").await;
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(answered.headers["content-type"], "application/json");
    let document: serde_json::Value = serde_json::from_str(&answered.body).unwrap();
    assert_eq!(document, serde_json::json!({ "origins": ["http://localhost:8080"] }));
}

#[tokio::test]
async fn a_keeper_of_passwords_finds_the_page_where_they_are_changed() {
    let house = House::new().await;
    let answered = Browser::at(&house).open("/.well-known/change-password").await;
    assert_eq!((answered.status, answered.location()), (StatusCode::SEE_OTHER, "/account/password"));
}

//! Clients that manage themselves (RFC 7592).

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::desk::{Desk, invited, merged, text};
use crate::house::Reply;

fn change(told: &Value, changes: &Value) -> Value {
    let base = json!({ "client_id": told["client_id"], "redirect_uris": ["https://rp.example/cb"] });
    merged(base, changes)
}

fn denied(reply: &Reply, field: &str) {
    assert_eq!(reply.status.as_u16(), 400, "{field}");
    assert!(text(&reply.json(), "error_description").starts_with(field), "{}", reply.body);
}

#[tokio::test]
async fn a_change_replaces_everything_and_keeps_the_secret() {
    let desk = Desk::open().await;
    let told = desk
        .registered(&json!({ "tos_uri": "https://rp.example/terms", "contacts": ["dev@rp.example"] }))
        .await;
    let asked = change(
        &told,
        &json!({ "client_name": "Counter", "contacts": null, "client_secret": told["client_secret"] }),
    );
    let reply = desk.manage("PUT", &told, Some(&asked)).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.body);
    assert_snapshot!(desk.shown(&reply));
    let now = reply.json();
    assert!(
        now.get("tos_uri").is_none() && now.get("contacts").is_none() && now.get("client_secret").is_none()
    );
    let code = desk.code(&told, &[]).await;
    assert_eq!(desk.redeem(&told, &code).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_change_that_is_not_its_own_or_breaks_a_rule_changes_nothing() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({})).await;
    let other = desk.registered(&json!({})).await;
    for (changes, field) in [
        (json!({ "client_id": other["client_id"] }), "client_id"),
        (json!({ "client_id": null }), "client_id"),
        (json!({ "client_secret": "guessed" }), "client_secret"),
        (
            json!({ "registration_access_token": told["registration_access_token"] }),
            "registration_access_token",
        ),
        (json!({ "client_id_issued_at": 1 }), "client_id_issued_at"),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), "redirect_uris"),
        (json!({ "first_party": true }), "first_party"),
        (json!({ "scope": "openid insurance" }), "scope"),
    ] {
        denied(&desk.manage("PUT", &told, Some(&change(&told, &changes))).await, field);
    }
    let now = desk.manage("GET", &told, None).await.json();
    assert_eq!(
        (&now["client_name"], &now["redirect_uris"]),
        (&json!("Desk"), &json!(["https://rp.example/cb"]))
    );
}

#[tokio::test]
async fn a_client_that_begins_to_need_a_secret_is_told_one_and_one_that_does_not_loses_it() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({ "token_endpoint_auth_method": "none" })).await;
    let confidential = desk.manage("PUT", &told, Some(&change(&told, &json!({})))).await.json();
    let code = desk.code(&confidential, &[]).await;
    assert_eq!(desk.redeem(&confidential, &code).await.status.as_u16(), 200);
    let public = change(&told, &json!({ "token_endpoint_auth_method": "none" }));
    assert!(desk.manage("PUT", &told, Some(&public)).await.json().get("client_secret").is_none());
    let code = desk.code(&told, &[]).await;
    assert_eq!(desk.redeem(&confidential, &code).await.status.as_u16(), 401);
}

#[tokio::test]
async fn whoever_changes_is_looked_at_again_unless_the_invitation_says_otherwise() {
    let desk = Desk::open().await;
    let token = invited(&desk.house, &json!({}), 1).await;
    let told = desk.register_with(&token, &json!({})).await.json();
    let state = &desk.house.state;
    let id: sekisho_domain::ids::ClientId = text(&told, "client_id").parse().unwrap();
    let approve =
        || async { sekisho_idp::flows::registration::approve(state, &id, &mut state.cx()).await.unwrap() };
    assert!(approve().await && !approve().await);
    assert_eq!(desk.manage("PUT", &told, Some(&change(&told, &json!({})))).await.status.as_u16(), 200);
    assert!(approve().await, "approval was for what stood there before");
}

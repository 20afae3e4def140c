//! What scopes and named claims release.

use serde_json::Value;

use super::{Mode, Story};
use crate::house::REACHED;

fn has(told: &Value, names: &[&str]) {
    for name in names {
        assert!(told.get(name).is_some(), "{name} is missing: {told}");
    }
}

/// Every claim of OpenID Connect Core §5.4 for that scope.
const PROFILE: [&str; 14] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

async fn scope(mode: Mode, scope: &str, names: &[&str]) -> String {
    let mut story = Story::begin(mode).await;
    let (_, told) = story.happy(&[("scope", scope)]).await;
    has(&told, names);
    story.end()
}

pub(super) async fn scope_profile(mode: Mode) -> String {
    scope(mode, "openid profile", &PROFILE).await
}

pub(super) async fn scope_email(mode: Mode) -> String {
    scope(mode, "openid email", &["email", "email_verified"]).await
}

pub(super) async fn scope_address(mode: Mode) -> String {
    scope(mode, "openid address", &["address"]).await
}

pub(super) async fn scope_phone(mode: Mode) -> String {
    scope(mode, "openid phone", &["phone_number", "phone_number_verified"]).await
}

pub(super) async fn scope_all(mode: Mode) -> String {
    let others = ["email", "email_verified", "address", "phone_number", "phone_number_verified"];
    scope(mode, "openid profile email address phone", &[PROFILE.as_slice(), &others].concat()).await
}

pub(super) async fn claims_essential(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let wish = r#"{"userinfo":{"name":{"essential":true}}}"#;
    let (_, told) = story.happy(&[("claims", wish)]).await;
    has(&told, &["name"]);
    assert!(told.get("birthdate").is_none(), "nothing else of that scope");
    story.end()
}

pub(super) async fn ensure_request_with_acr_values_succeeds(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let listed = "urn:sekisho:acr:2f urn:sekisho:acr:1f";
    let (id, _) = story.happy(&[("acr_values", listed)]).await;
    assert_eq!(id["acr"], REACHED);
    let (id, _) = story.happy(&[("acr_values", "1 2")]).await;
    assert_eq!(id["acr"], REACHED, "what nobody knows is not stated");
    story.end()
}

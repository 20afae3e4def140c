//! What machines look for under `/.well-known` beside the protocol's own documents.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::account::{passkeys, password};
use super::journey::see_other;
use crate::state::State;

/// `/.well-known/passkey-endpoints`: where a keeper of passkeys leads its owner (W3C, “A Well-Known URL for Relying Party
/// Passkey Endpoints”).
pub async fn passkey_endpoints(Shared(state): Shared<Arc<State>>) -> Response {
    let page = |path: &str| format!("{}{path}", state.issuer);
    kept(json!({ "enroll": page(passkeys::make::PATH), "manage": page(passkeys::PATH) }))
}

/// `/.well-known/webauthn`: where else passkeys of this service may be used (Web Authentication, Level 3, §5.11).
pub async fn related_origins(Shared(state): Shared<Arc<State>>) -> Response {
    let related = state.config.passkeys.related_origins.iter();
    let origins = std::iter::once(&state.config.server.issuer).chain(related);
    let origins: Vec<String> = origins.map(|url| url.origin().ascii_serialization()).collect();
    kept(json!({ "origins": origins }))
}

/// `/.well-known/change-password`: where a keeper of passwords leads its owner (W3C, “A Well-Known URL for Changing
/// Passwords”).
pub async fn change_password() -> Response {
    see_other(password::PATH)
}

fn kept(document: Value) -> Response {
    ([(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"))], Json(document)).into_response()
}

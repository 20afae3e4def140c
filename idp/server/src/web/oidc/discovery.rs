//! What machines read about us, and our public keys.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sekisho_domain::oidc::discovery::Metadata;
use serde::Serialize;

use crate::flows::registration;
use crate::state::State;
use crate::web::Error;

/// `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
///
/// # Errors
/// Never in practice: the document is plain text.
pub async fn metadata(Shared(state): Shared<Arc<State>>) -> Result<Response, Error> {
    let said = Metadata::new(&state.issuer);
    let said = if state.config.registration.enabled {
        said.with_registration(state.issuer.at(registration::PATH))
    } else {
        said
    };
    json(&said, "public, max-age=3600")
}

/// `/jwks.json`. Nobody keeps it for as long as a new key is published before it signs.
///
/// # Errors
/// Never in practice: the document is plain text.
pub async fn keys(Shared(state): Shared<Arc<State>>) -> Result<Response, Error> {
    json(&state.keys.jwks(state.cx().now), "public, max-age=900")
}

fn json(document: &impl Serialize, keep: &'static str) -> Result<Response, Error> {
    let body = serde_json::to_vec(document).map_err(|error| Error::fault(&error))?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static(keep)),
    ];
    Ok((headers, body).into_response())
}

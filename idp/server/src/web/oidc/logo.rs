//! Pictures of clients, from here: our pages load nothing from elsewhere, so that nobody learns who signs in where.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse as _, Response};
use sekisho_domain::ids::ClientId;

use crate::flows::logo;
use crate::state::State;
use crate::web::Error;

/// Where they are.
pub const ONE: &str = "/client-logo/{client_id}";

/// The address of a client's picture.
pub fn of(client: &ClientId) -> String {
    format!("/client-logo/{client}")
}

/// Shows a picture. Whatever else its bytes may hold besides is neither run nor read as something else (XS-09).
///
/// # Errors
/// [`Error::NotFound`] where there is none, and when rows cannot be read.
pub async fn get(Shared(state): Shared<Arc<State>>, Path(client): Path<String>) -> Result<Response, Error> {
    let id: ClientId = client.parse().map_err(|_| Error::NotFound)?;
    let logo = logo::of_client(&state, &id).await?.ok_or(Error::NotFound)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(logo.kind.as_str())),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, logo.content).into_response())
}

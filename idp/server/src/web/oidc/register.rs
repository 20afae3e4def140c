//! `/register` (RFC 7591) and `/register/{client_id}` (RFC 7592). Where an operator did not turn them on, they are not there.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Path, Request, State as Shared};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use secrecy::SecretString;
use sekisho_domain::oidc::client::Denied;
use sekisho_domain::oidc::error::ErrorCode;
use sekisho_site::web::Arrival;
use serde_json::json;

use super::{refusal, userinfo};
use crate::flows::registration::{self, Failure};
use crate::state::State;
use crate::web::Error;

/// Where one client is managed.
pub const ONE: &str = "/register/{client_id}";

/// Nothing that a client says of itself is longer.
const LIMIT: usize = 64 * 1024;

/// Registers a client.
pub async fn post(Shared(state): Shared<Arc<State>>, arrival: Arrival, request: Request) -> Response {
    if !state.config.registration.enabled {
        return Error::NotFound.into_response();
    }
    let (headers, body) = match read(request).await {
        Ok(read) => read,
        Err(denied) => return failed(denied.into()),
    };
    let source = arrival.client.0.to_string();
    let token = bearer(&headers);
    match registration::register(&state, (token.as_ref(), &source), &body, &mut state.cx()).await {
        Ok(information) => refusal::json(StatusCode::CREATED, &information),
        Err(failure) => failed(failure),
    }
}

/// Tells what is registered.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !state.config.registration.enabled {
        return Error::NotFound.into_response();
    }
    match registration::read(&state, &client, bearer(&headers).as_ref()).await {
        Ok(information) => refusal::json(StatusCode::OK, &information),
        Err(failure) => failed(failure),
    }
}

/// Replaces what is registered.
pub async fn put(
    Shared(state): Shared<Arc<State>>,
    Path(client): Path<String>,
    request: Request,
) -> Response {
    if !state.config.registration.enabled {
        return Error::NotFound.into_response();
    }
    let (headers, body) = match read(request).await {
        Ok(read) => read,
        Err(denied) => return failed(denied.into()),
    };
    let token = bearer(&headers);
    match registration::change(&state, (&client, token.as_ref()), &body, &mut state.cx()).await {
        Ok(information) => refusal::json(StatusCode::OK, &information),
        Err(failure) => failed(failure),
    }
}

/// Ends a client.
pub async fn delete(
    Shared(state): Shared<Arc<State>>,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !state.config.registration.enabled {
        return Error::NotFound.into_response();
    }
    match registration::remove(&state, (&client, bearer(&headers).as_ref()), &mut state.cx()).await {
        Ok(()) => refusal::gone(),
        Err(failure) => failed(failure),
    }
}

/// Headers and body of a request that brings JSON.
async fn read(request: Request) -> Result<(HeaderMap, Vec<u8>), Denied> {
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_json =
        kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Denied::at("the body", "is no application/json"));
    }
    let body = to_bytes(body, LIMIT).await.map_err(|_| Denied::at("the body", "is too long"))?;
    Ok((parts.headers, body.to_vec()))
}

/// The one token of the header. Whatever else is sent there is as good as none.
fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    userinfo::in_header(headers).ok().flatten().map(SecretString::from)
}

fn failed(failure: Failure) -> Response {
    match failure {
        Failure::Unauthorized => {
            refusal::bearer(ErrorCode::InvalidToken.because("the token is missing or not good for this"))
        }
        Failure::Denied(denied) => {
            let body = json!({ "error": denied.code(), "error_description": denied.to_string() });
            refusal::json(StatusCode::BAD_REQUEST, &body)
        }
        Failure::Throttled(_) => {
            let body = json!({
                "error": ErrorCode::TemporarilyUnavailable.as_str(),
                "error_description": "too many registrations from there",
            });
            let mut response = refusal::json(StatusCode::TOO_MANY_REQUESTS, &body);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("600"));
            response
        }
        Failure::Flow(error) => refusal::failed(error),
    }
}

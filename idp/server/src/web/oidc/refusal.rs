//! Refusals to software: JSON, never a page (RFC 6749 §5.2, RFC 6750 §3).

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use sekisho_domain::oidc::error::{Error, ErrorCode};
use serde::Serialize;

use crate::flows;
use crate::web;

/// Answers with JSON that nobody keeps.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    match serde_json::to_vec(body) {
        Ok(body) => (status, headers, body).into_response(),
        Err(error) => web::Error::fault(&error).into_response(),
    }
}

/// Answers with a signed object that nobody keeps.
pub(super) fn signed(kind: &'static str, token: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (StatusCode::OK, headers, token).into_response()
}

/// Answers that it is done, and nothing else.
pub(super) fn done() -> Response {
    let headers = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (StatusCode::OK, headers).into_response()
}

/// Answers that something is there no more.
pub(super) fn gone() -> Response {
    let mut response = done();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Answers with an error of the token endpoint.
pub(super) fn token(error: Error) -> Response {
    let status = match error.code {
        ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = json(status, &body(error));
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"sekisho\", charset=\"UTF-8\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Answers with an error of a resource that takes bearer tokens.
pub(super) fn bearer(error: Error) -> Response {
    let status = match error.code {
        ErrorCode::InvalidRequest => StatusCode::BAD_REQUEST,
        ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
        _ => StatusCode::UNAUTHORIZED,
    };
    let mut response = json(status, &body(error));
    let challenge = format!(
        "Bearer realm=\"sekisho\", error=\"{}\", error_description=\"{}\"",
        error.code.as_str(),
        error.description
    );
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Answers that a body is no form.
pub(super) fn unreadable() -> Response {
    token(ErrorCode::InvalidRequest.because("the body must be a form without repeated parameters"))
}

/// Answers that something failed here; it is logged once, with the number that the answer does not show to software.
pub(super) fn failed(error: flows::Error) -> Response {
    match web::Error::from(error) {
        web::Error::Busy { retry_after } => {
            let busy = ErrorCode::TemporarilyUnavailable.because("too busy for the moment");
            let mut response = json(StatusCode::SERVICE_UNAVAILABLE, &body(busy));
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
            response
        }
        _ => json(
            StatusCode::INTERNAL_SERVER_ERROR,
            &body(ErrorCode::ServerError.because("something failed here")),
        ),
    }
}

fn body(error: Error) -> serde_json::Value {
    serde_json::json!({ "error": error.code.as_str(), "error_description": error.description })
}

//! `/token`, `/introspect` and `/revoke`: where clients come without a browser.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::header::{ACCEPT, AUTHORIZATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sekisho_domain::oidc::error::ErrorCode;
use sekisho_domain::oidc::introspection::SIGNED;

use super::body::Form;
use super::refusal;
use crate::flows::introspect::{self, Told};
use crate::flows::revoke;
use crate::flows::token::{self, Failure};
use crate::state::State;

/// Answers a request for tokens.
pub async fn post(Shared(state): Shared<Arc<State>>, headers: HeaderMap, Form(params): Form) -> Response {
    let authorization = match authorization(&headers) {
        Ok(authorization) => authorization,
        Err(response) => return *response,
    };
    match token::answer(&state, authorization, &params, &mut state.cx()).await {
        Ok(tokens) => refusal::json(StatusCode::OK, &tokens),
        Err(failure) => failed(failure),
    }
}

/// Answers what a token is (RFC 7662); signed for whoever accepts that (RFC 9701 §4).
pub async fn introspect(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    Form(params): Form,
) -> Response {
    let authorization = match authorization(&headers) {
        Ok(authorization) => authorization,
        Err(response) => return *response,
    };
    let asked = (authorization, accepts_signed(&headers));
    match introspect::answer(&state, asked, &params, &mut state.cx()).await {
        Ok(Told::Plain(answer)) => refusal::json(StatusCode::OK, &answer),
        Ok(Told::Signed(token)) => refusal::signed(SIGNED, token),
        Err(failure) => failed(failure),
    }
}

/// Takes a token back (RFC 7009).
pub async fn revoke(Shared(state): Shared<Arc<State>>, headers: HeaderMap, Form(params): Form) -> Response {
    let authorization = match authorization(&headers) {
        Ok(authorization) => authorization,
        Err(response) => return *response,
    };
    match revoke::answer(&state, authorization, &params, &mut state.cx()).await {
        Ok(()) => refusal::done(),
        Err(failure) => failed(failure),
    }
}

/// The one header of this name. What is not text is no credential; it must not pass for none at all.
fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Box<Response>> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (sent.next(), sent.next());
    if second.is_some() {
        let error = ErrorCode::InvalidRequest.because("one Authorization header at a time");
        return Err(Box::new(refusal::token(error)));
    }
    Ok(first.map(|value| value.to_str().unwrap_or_default()))
}

fn accepts_signed(headers: &HeaderMap) -> bool {
    let texts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let kinds = texts.flat_map(|text| text.split(',')).filter_map(|kind| kind.split(';').next());
    kinds.into_iter().any(|kind| kind.trim().eq_ignore_ascii_case(SIGNED))
}

fn failed(failure: Failure) -> Response {
    match failure {
        Failure::Caller(failure) => refusal::token(failure.error),
        Failure::Refused(error) => refusal::token(error),
        Failure::Flow(error) => refusal::failed(error),
    }
}

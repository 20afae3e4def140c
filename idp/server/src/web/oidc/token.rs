//! `/token`.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sekisho_domain::oidc::error::ErrorCode;

use super::body::Form;
use super::refusal;
use crate::flows::token::{self, Failure};
use crate::state::State;

/// Answers a request for tokens.
pub async fn post(Shared(state): Shared<Arc<State>>, headers: HeaderMap, Form(params): Form) -> Response {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (sent.next(), sent.next());
    if second.is_some() {
        return refusal::token(ErrorCode::InvalidRequest.because("one Authorization header at a time"));
    }
    // What is not text is no credential; it must not pass for none at all.
    let authorization = first.map(|value| value.to_str().unwrap_or_default());
    match token::answer(&state, authorization, &params, &mut state.cx()).await {
        Ok(tokens) => refusal::json(StatusCode::OK, &tokens),
        Err(Failure::Caller(failure)) => refusal::token(failure.error),
        Err(Failure::Refused(error)) => refusal::token(error),
        Err(Failure::Flow(error)) => refusal::failed(error),
    }
}

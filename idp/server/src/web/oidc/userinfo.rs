//! `/userinfo` (OpenID Connect Core §5.3), by GET, and by POST with the token in header or body (RFC 6750 §2).

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use sekisho_domain::oidc::error::{Error, ErrorCode};

use super::body::{Form, Unreadable};
use super::refusal;
use crate::flows::userinfo::{self, Failure, Told};
use crate::state::State;

/// Answers a question with the token in the header.
pub async fn get(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    match in_header(&headers) {
        Ok(token) => tell(&state, token).await,
        Err(error) => refusal::bearer(error),
    }
}

/// Answers a question with the token in the header or the body, not in both.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    form: Result<Form, Unreadable>,
) -> Response {
    let posted = form.ok().and_then(|Form(params)| params.get("access_token").map(str::to_owned));
    match (in_header(&headers), posted) {
        (Ok(Some(_)), Some(_)) => refusal::bearer(
            ErrorCode::InvalidRequest.because("the token stands in the header or the body, not in both"),
        ),
        (Ok(header), posted) => tell(&state, header.or(posted.as_deref())).await,
        (Err(error), _) => refusal::bearer(error),
    }
}

async fn tell(state: &State, token: Option<&str>) -> Response {
    let Some(token) = token else { return unauthenticated() };
    match userinfo::tell(state, token, &state.cx()).await {
        Ok(Told::Plain(claims)) => refusal::json(StatusCode::OK, &claims),
        Ok(Told::Signed(token)) => refusal::signed("application/jwt", token),
        Err(Failure::Refused(error)) => refusal::bearer(error),
        Err(Failure::Flow(error)) => refusal::failed(error),
    }
}

/// The bearer token of the header. A token in the address is not looked for (RFC 9700 §4.3).
pub(super) fn in_header(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    const UNREADABLE: Error =
        ErrorCode::InvalidRequest.because("the Authorization header holds one bearer token");
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (sent.next(), sent.next()) else {
        return if headers.contains_key(AUTHORIZATION) { Err(UNREADABLE) } else { Ok(None) };
    };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(UNREADABLE)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(token)) } else { Err(UNREADABLE) }
}

/// Without a token there is nothing to say about it (RFC 6750 §3.1).
fn unauthenticated() -> Response {
    let challenge = HeaderValue::from_static("Bearer realm=\"sekisho\"");
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)]).into_response()
}

//! The body of a protocol request: a form, and a small one.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use sekisho_domain::oidc::params::{Params, ParamsError};

/// Nothing that is sent here is longer.
const LIMIT: usize = 16 * 1024;

/// The parameters of a posted form.
#[derive(Debug)]
pub struct Form(pub Params);

/// A body that is no form, or one that breaks a rule of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl From<ParamsError> for Unreadable {
    fn from(_: ParamsError) -> Self {
        Self
    }
}

impl axum::response::IntoResponse for Unreadable {
    fn into_response(self) -> axum::response::Response {
        super::refusal::unreadable()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Unreadable;

    async fn from_request(request: Request, _: &S) -> Result<Self, Unreadable> {
        let form = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        if !form {
            return Err(Unreadable);
        }
        let body: Body = request.into_body();
        let bytes = to_bytes(body, LIMIT).await.map_err(|_| Unreadable)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Unreadable)?;
        Ok(Self(Params::parse(text)?))
    }
}

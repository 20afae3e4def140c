//! How the answer travels: in the query, or by a form (OAuth 2.0 Multiple Response Types §2.1, Form Post §2).

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

/// A way that we offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ResponseMode {
    /// In the query of a redirect: the default of `code`.
    #[default]
    Query,
    /// By a form that submits itself.
    FormPost,
}

/// Nothing is ever delivered in a way that was not offered: the refusal goes by query.
pub(super) fn check(params: &Params) -> Result<ResponseMode, Error> {
    match params.get("response_mode") {
        None | Some("query") => Ok(ResponseMode::Query),
        Some("form_post") => Ok(ResponseMode::FormPost),
        Some(_) => Err(ErrorCode::InvalidRequest.because("response_mode is query or form_post")),
    }
}

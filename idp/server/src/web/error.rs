//! What a door answers when it cannot do what was asked. Every failure is logged once, here.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::extract::reader;
use super::page::Frame;
use crate::flows;
use crate::state::State;

/// Why a door did not open. Its page is rendered by [`dress`], which knows the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is nothing here, or nothing of this visitor's.
    NotFound,
    /// The request was not of the form that this door takes.
    BadRequest,
    /// The form did not come from a page of ours in this browser, or that page is too old.
    Forbidden,
    /// More work than can be done at once.
    Busy {
        /// When to come back, in seconds.
        retry_after: u64,
    },
    /// Something broke; the person is told a number to ask about.
    Fault {
        /// The number that stands in the log as well.
        number: String,
    },
}

impl Error {
    /// Something broke. It is logged with a number, which is all that the person is told.
    pub fn fault(cause: &dyn fmt::Display) -> Self {
        let number = fault_number();
        tracing::error!(%number, %cause, "a request could not be answered");
        Self::Fault { number }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Nine digits that a person can read out.
fn fault_number() -> String {
    use sekisho_base::Chance as _;
    let mut bytes = [0; 4];
    sekisho_site::chance::SystemChance.fill(&mut bytes);
    format!("{:09}", u32::from_be_bytes(bytes) % 1_000_000_000)
}

impl From<flows::Error> for Error {
    fn from(error: flows::Error) -> Self {
        match error {
            flows::Error::NotFound => Self::NotFound,
            flows::Error::Busy { retry_after } | flows::Error::Unavailable { retry_after } => {
                Self::Busy { retry_after }
            }
            error => Self::fault(&error),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Self::Busy { retry_after } = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Renders the page of an [`Error`] in the reader's language; whatever else a door answers passes.
pub async fn dress(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let language = reader(&state, request.headers(), request.uri().query());
    let response = next.run(request).await;
    match response.extensions().get::<Error>().cloned() {
        Some(error) => {
            super::failure::page(Frame { state: &state, insurer: None, language }, &error, response)
        }
        None => response,
    }
}

//! The pages of what went wrong: one sentence, the way home, a number to name.

use axum::http::header::REFRESH;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use sekisho_site::page::Switch;

use super::page::{Frame, html};
use super::{Error, view};

/// The page of an error, with the status and headers it was answered with.
pub fn page(frame: Frame<'_>, error: &Error, answered: Response) -> Response {
    let shell = frame.shell(Switch::None, None);
    let home_href = "/".to_owned();
    let trouble = |trouble, number: &str| view::ErrorPage {
        shell: frame.shell(Switch::None, None),
        trouble,
        number: number.to_owned(),
        home_href: home_href.clone(),
    };
    let rendered = match error {
        Error::Busy { retry_after } => {
            let seconds = u32::try_from(*retry_after).unwrap_or(u32::MAX);
            html(&view::Busy { shell, seconds, again_href: home_href.clone(), kept: false }, None)
        }
        Error::NotFound => html(&trouble(view::Trouble::NotFound, ""), None),
        Error::BadRequest => html(&trouble(view::Trouble::Unusable, ""), None),
        Error::Forbidden => html(&trouble(view::Trouble::Stale, ""), None),
        Error::Fault { number } => html(&trouble(view::Trouble::Fault, number), None),
    };
    let Ok(mut response) = rendered else { return answered };
    *response.status_mut() = answered.status();
    for (name, value) in answered.headers() {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    if let Error::Busy { retry_after } = error
        && let Ok(seconds) = HeaderValue::from_str(&retry_after.to_string())
    {
        response.headers_mut().insert(REFRESH, seconds);
    }
    response
}

/// What a request gets that fell over outside of any door.
pub fn outside(frame: Frame<'_>, status: StatusCode, number: &str) -> Response {
    let error = match status {
        StatusCode::SERVICE_UNAVAILABLE => Error::Busy { retry_after: 5 },
        StatusCode::INTERNAL_SERVER_ERROR => Error::Fault { number: number.to_owned() },
        _ => Error::BadRequest,
    };
    page(frame, &error, status.into_response())
}

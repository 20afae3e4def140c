//! A person who is there: the session's cookie is set, and the authorization that brought them goes on.

use axum::response::Response;
use secrecy::ExposeSecret as _;
use sekisho_domain::journey::Kind;

use super::see_other;
use crate::flows::arrival::Arrived;
use crate::flows::authorize;
use crate::state::State;
use crate::web::Error;
use crate::web::extract::{SESSION_COOKIE, Visit, append};
use crate::web::oidc;

/// Goes on: to the client that asked, else to the person's own page.
///
/// # Errors
/// When the authorization cannot go on.
pub async fn go_on(state: &State, visit: &mut Visit, arrived: Arrived) -> Result<Response, Error> {
    let Arrived { session, cookie, kind, request } = arrived;
    let mut response = match request {
        Some(sealed) => {
            let next =
                authorize::resume(state, &sealed, &visit.visitor.browser, &session, &mut visit.cx).await;
            oidc::answer(state, visit, next)?
        }
        None if kind == Kind::Enrol => see_other("/?registered"),
        None => see_other("/"),
    };
    append(&mut response, state.cookies.set(SESSION_COOKIE, cookie.expose_secret(), None));
    Ok(response)
}

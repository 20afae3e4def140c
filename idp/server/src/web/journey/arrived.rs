//! A person who is there: the session's cookie is set, and the authorization that brought them goes on.

use axum::response::Response;
use secrecy::ExposeSecret as _;
use sekisho_domain::journey::Kind;

use super::{see_other, to};
use crate::flows::account_page::closing;
use crate::flows::arrival::Arrived;
use crate::flows::authorize;
use crate::state::State;
use crate::web::account::passkeys::offer;
use crate::web::extract::{SESSION_COOKIE, Visit, append};
use crate::web::oidc;
use crate::web::{Error, account};

/// Goes on: to the client that asked, else to the page of ours that was wanted, else to the page that says it is done or to
/// the person's own.
///
/// # Errors
/// When the authorization cannot go on.
pub async fn go_on(state: &State, visit: &mut Visit, arrived: Arrived) -> Result<Response, Error> {
    let Arrived { session, device, kind, insurer, request, client, to } = arrived;
    let Some((session, cookie)) = session else {
        if let Some(page) = way_back(kind) {
            let pairs = [("insurer", insurer.as_str()), ("done", kind.as_str())];
            return Ok(see_other(&format!("{page}?{}", query(pairs.into_iter()))));
        }
        // Signing in is the person's own next step; it carries the request on.
        let request = request.iter().map(|request| ("request", request.as_str()));
        let pairs = [("insurer", insurer.as_str()), ("done", "yes")];
        let response = see_other(&format!("/signup?{}", query(pairs.into_iter().chain(request))));
        return Ok(Visit::remember_device(state, device.as_ref(), response));
    };
    // Who closed the account is asked whether to keep it, whatever brought them here: nothing else takes this session.
    if kind == Kind::Login && closing::of_account(state, session.account).await?.is_some() {
        let mut response = see_other(account::closing::PATH);
        append(&mut response, state.cookies.set(SESSION_COOKIE, cookie.expose_secret(), None));
        return Ok(Visit::remember_device(state, device.as_ref(), response));
    }
    // Registering may wait a day for a mail. A request that has grown old meanwhile is not what the person should hear
    // of, but that they are registered, and the way to the portal.
    let browser = &visit.visitor.browser;
    let live = |sealed: &String| authorize::peek(state, sealed, browser, &visit.cx).is_some();
    let request = request.filter(|sealed| kind == Kind::Login || live(sealed));
    let detour = match (kind, to) {
        (Kind::Login, None) => {
            let whose = (&session, state.insurer(&insurer)?);
            offer::detour(state, visit, whose, request.as_deref()).await?
        }
        _ => None,
    };
    let mut response = match request {
        _ if let Some(href) = &detour => see_other(href),
        Some(sealed) => {
            let browser = &visit.visitor.browser;
            let next = authorize::resume(state, &sealed, browser, &session, &mut visit.cx).await;
            oidc::answer(state, visit, next)?
        }
        None if kind == Kind::Login => see_other(to.map_or("/", to::path)),
        None => {
            let client = client.iter().map(|client| ("client", client.as_str()));
            let pairs = [("registered", kind.as_str())];
            see_other(&format!("/?{}", query(pairs.into_iter().chain(client))))
        }
    };
    append(&mut response, state.cookies.set(SESSION_COOKIE, cookie.expose_secret(), None));
    Ok(Visit::remember_device(state, device.as_ref(), response))
}

/// The page that says that a way back was walked to its end.
const fn way_back(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Recover => Some("/recover"),
        Kind::LostFactor | Kind::Restore => Some("/recover/factor"),
        Kind::ChangeEmail | Kind::ChangeFactor => Some("/account/changed"),
        Kind::Enrol | Kind::Activate | Kind::Login | Kind::Join => None,
    }
}

fn query<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

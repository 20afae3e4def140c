//! `/account/passkeys/offer`: between signing in with a password and going on, once in a while: the next time could be
//! quicker. Only where the browser has said that it can, and nobody there has said not to ask.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use secrecy::ExposeSecret as _;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Form, Refusal, To};
use sekisho_domain::session::Session;
use sekisho_site::page::{self, Switch};
use serde::Deserialize;

use super::super::guard::{self, Member};
use super::super::shell;
use super::make;
use crate::flows::account_page::{offering, passkeys};
use crate::flows::authorize;
use crate::state::State;
use crate::web::extract::{OFFER_COOKIE, Visit, append};
use crate::web::journey::{Carried, Posted, read, see_other, show, switched};
use crate::web::page::html;
use crate::web::{Error, oidc, view};

/// Where it is offered.
pub const PATH: &str = "/account/passkeys/offer";
const PURPOSE: &str = "passkey offer";
/// The cookie of a browser that can make passkeys; every other value is a reason not to ask.
const ABLE: &str = "able";
/// How long ago somebody came in who is still on the way.
const JUST_NOW: Duration = Duration::from_mins(1);
/// How long 「あとで」 is.
const LATER: Duration = Duration::from_hours(30 * 24);
/// As long as a browser keeps a cookie.
const NEVER: Duration = Duration::from_hours(400 * 24);

/// The request that the offer stands before.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    request: String,
}

/// Notes what the page's script says: the device keeps passkeys and can tell its owner. True where that is news.
pub fn note(visit: &mut Visit, form: &Form) -> bool {
    let is_news = visit.offer.is_none() && form.raw("keys") == ABLE;
    if is_news {
        visit.offer = Some(ABLE.into());
    }
    is_news
}

/// Lets the browser remember what it said, for as long as it is open.
pub fn remember_able(state: &State, response: Response) -> Response {
    remember(state, (ABLE, None), response)
}

fn remember(state: &State, (word, life): (&str, Option<Duration>), mut response: Response) -> Response {
    append(&mut response, state.cookies.set(OFFER_COOKIE, word, life));
    response
}

/// Where to go first, if a passkey is to be offered before `request`.
///
/// # Errors
/// When rows cannot be read.
pub async fn detour(
    state: &State,
    visit: &Visit,
    (session, insurer): (&Session, &Insurer),
    request: Option<&str>,
) -> Result<Option<String>, Error> {
    let able = visit.offer.as_ref().is_some_and(|word| word.expose_secret() == ABLE);
    let is_new = visit.cx.now < session.created_at + JUST_NOW;
    if !able || !is_new || !offering::is_due(state, session, insurer, visit.cx.now).await? {
        return Ok(None);
    }
    let pairs = request.map(|request| ("request", request));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Ok(Some(if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{query}") }))
}

/// Offers it, or goes on where there is no more reason to.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let carried = Carried::open(&state, &asked.request, &visit.visitor.browser, &visit.cx);
    let Some(Member { session, insurer }) = Member::of(&state, &visit) else {
        return Ok(see_other(&format!("/login{}", show::query(None, &carried))));
    };
    if offering::is_due(&state, session, insurer, visit.cx.now).await? {
        page(&state, &visit, &carried, &[]).await
    } else {
        go_on(&state, &mut visit, &carried).await
    }
}

/// Takes what was made, or that it is not wanted, and goes on.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let carried = Carried::open(&state, form.raw("request"), &visit.visitor.browser, &visit.cx);
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        let response = page(&state, &visit, &carried, &[]).await?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let declined = match form.raw("do") {
        "later" => Some(("later", Some(LATER))),
        "never" => Some(("never", Some(NEVER))),
        _ => None,
    };
    if let Some(declined) = declined {
        let response = go_on(&state, &mut visit, &carried).await?;
        return Ok(remember(&state, declined, response));
    }
    let member = match guard::fresh(&state, &visit, To::NewPasskey.as_str()).await? {
        ControlFlow::Continue(member) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    match make::take(&state, &visit, member, &form, &mut state.cx()).await? {
        Ok(()) => go_on(&state, &mut visit, &carried).await,
        Err(refusals) => page(&state, &visit, &carried, &refusals).await,
    }
}

/// To the client that asked, else to the person's own page.
async fn go_on(state: &State, visit: &mut Visit, carried: &Carried) -> Result<Response, Error> {
    let (Some(request), Some(session)) = (carried.request(), visit.visitor.session.as_ref()) else {
        return Ok(see_other("/"));
    };
    let next = authorize::resume(state, &request, &visit.visitor.browser, session, &mut visit.cx).await;
    oidc::answer(state, visit, next)
}

async fn page(
    state: &State,
    visit: &Visit,
    carried: &Carried,
    refusals: &[Refusal],
) -> Result<Response, Error> {
    let Some(member) = Member::of(state, visit) else { return Ok(see_other("/login")) };
    let asked = passkeys::offer(state, &visit.visitor.browser, member.session, &mut state.cx()).await?;
    let Some(ask) = asked else { return Ok(see_other(super::PATH)) };
    let frame = member.frame(state, visit);
    let shell = shell(state, visit, member, Switch::InForm);
    let page = view::PasskeyCreate {
        form: page::Form {
            action: PATH.to_owned(),
            token: state.forms.issue(&visit.visitor.browser, PURPOSE),
            turn: None,
            request: Some(carried.sealed.clone()),
        },
        errors: show::errors(&shell, &frame, refusals),
        ask: view::PasskeyAsk { options: ask.options, sealed: ask.sealed },
        purpose: view::PasskeyFor::Offer,
        name: make::device(visit),
        back_href: None,
        shell,
    };
    html(&page, carried.callback())
}

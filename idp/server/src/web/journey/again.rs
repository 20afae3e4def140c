//! `/login/again`: somebody signed in shows again who they are, for a client that asks for more or before the account is
//! changed.
//!
//! What is asked of whom is known here and is not the address's to say: it names a sealed request or a word of ours, and
//! both are judged anew with every answer. Without that answer nothing goes on (AZ-13).

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::factor::passkey::Refused;
use sekisho_domain::ids::{ClientId, InsurerCode};
use sekisho_domain::journey::{Reason, Refusal, To};
use sekisho_domain::oidc::authorize::Lack;
use sekisho_domain::session::Session;
use sekisho_site::page::{self, Switch};
use serde::Deserialize;

use super::{Carried, Posted, arrived, read, see_other, show, switched, to};
use crate::flows::authorize::{self, Failure, Next};
use crate::flows::passkeys;
use crate::flows::sign_in::Outcome;
use crate::flows::sign_in::again::{self, Password, Ways};
use crate::state::State;
use crate::web::extract::Visit;
use crate::web::page::{Frame, html};
use crate::web::{Error, oidc, view};

/// Where the page is.
pub const PATH: &str = "/login/again";
const PURPOSE: &str = "again";

/// What an address says: what for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The sealed authorization request.
    #[serde(default)]
    pub request: String,
    /// The word of a page of ours.
    #[serde(default)]
    pub to: String,
}

/// What the person does it for.
struct Sought {
    /// What the session lacks.
    lack: Lack,
    /// Whose sign-in it is.
    insurer: InsurerCode,
    /// The request to go on with.
    carried: Carried,
    /// The page of ours to return to.
    to: Option<To>,
}

/// Shows what is asked; who lacks nothing goes on at once.
///
/// # Errors
/// When rows cannot be read, or the page cannot be rendered.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(session) = visit.visitor.session.clone() else { return Ok(signed_out(&asked)) };
    let response = match sought(&state, &mut visit, &session, &asked).await? {
        Ok(sought) => show_page(&state, &visit, (&session, &sought), &[]).await?,
        Err(elsewhere) => elsewhere,
    };
    Ok(visit.greet(&state, response))
}

/// Weighs what is shown.
///
/// # Errors
/// When the form is not this browser's, rows cannot be read or written, or more is to be hashed than can be.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let Some(session) = visit.visitor.session.clone() else { return Ok(signed_out(&asked)) };
    let language = switched(&form);
    visit.visitor.language = language.unwrap_or(visit.visitor.language);
    let sought = match sought(&state, &mut visit, &session, &asked).await? {
        Ok(sought) => sought,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if let Some(language) = language {
        let response = show_page(&state, &visit, (&session, &sought), &[]).await?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    if form.raw("do") == "without"
        && let Some(sealed) = sought.carried.request()
    {
        let request = (sealed.as_str(), &visit.visitor.browser);
        let next = authorize::go_without(&state, request, &session, &mut visit.cx).await;
        return oidc::answer(&state, &visit, next);
    }
    let wanted = sought.asked(&state, &session)?;
    let visitor = &visit.visitor;
    let outcome = if form.is_empty("passkey") {
        again::with_password(&state, visitor, wanted, &form, &mut visit.cx).await?
    } else {
        again::with_passkey(&state, visitor, wanted, &form, &mut visit.cx).await?
    };
    match outcome {
        Outcome::Journey(id) => Ok(see_other(&format!("/journey/{id}"))),
        Outcome::Arrived(arrived) => arrived::go_on(&state, &mut visit, *arrived).await,
        Outcome::Refused(refusals) => show_page(&state, &visit, (&session, &sought), &refusals).await,
        Outcome::Over(refusal, insurer) => show::over(&state, &visit, state.insurer(&insurer)?, &refusal),
    }
}

impl Asked {
    /// The same as a query of our own.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if !self.request.is_empty() {
            query.append_pair("request", &self.request);
        }
        if let Some(to) = to::wish(&self.to) {
            query.append_pair("to", to.as_str());
        }
        query.finish()
    }
}

impl Sought {
    fn client(&self) -> Option<ClientId> {
        self.carried.client()
    }

    fn asked<'a>(&self, state: &'a State, session: &'a Session) -> Result<again::Asked<'a>, Error> {
        Ok(again::Asked {
            session,
            lack: self.lack,
            insurer: state.insurer(&self.insurer)?,
            request: self.carried.request(),
            client: self.client(),
            to: self.to,
        })
    }

    /// Where its form is posted: what for stands in the address, so that the page can be had anew.
    fn action(&self) -> String {
        let to = self.to.map(|to| to.as_str().to_owned()).unwrap_or_default();
        let asked = Asked { request: self.carried.request().unwrap_or_default(), to };
        format!("{PATH}?{}", asked.query())
    }
}

/// Nobody is signed in (any more): a sign-in is as fresh as can be.
fn signed_out(asked: &Asked) -> Response {
    see_other(&format!("/login?{}", asked.query()))
}

/// What is asked of the session's owner; where that is nothing, what happens instead.
async fn sought(
    state: &State,
    visit: &mut Visit,
    session: &Session,
    asked: &Asked,
) -> Result<Result<Sought, Response>, Error> {
    if asked.request.is_empty() {
        return before_change(state, visit, session, to::wish(&asked.to).unwrap_or(To::Account)).await;
    }
    let request = (asked.request.as_str(), &visit.visitor.browser);
    let lacking = match authorize::asked_again(state, request, session, &visit.cx).await {
        Ok(lacking) => lacking,
        Err(failure) => return oidc::answer(state, visit, Err(failure)).map(Err),
    };
    let Some(authorize::AskedAgain { lack, insurer }) = lacking else {
        let next = resumed(state, visit, session, asked).await;
        return oidc::answer(state, visit, next).map(Err);
    };
    let carried = Carried::open(state, &asked.request, &visit.visitor.browser, &visit.cx);
    Ok(Ok(Sought { lack, insurer, carried, to: None }))
}

async fn resumed(
    state: &State,
    visit: &mut Visit,
    session: &Session,
    asked: &Asked,
) -> Result<Next, Failure> {
    authorize::resume(state, &asked.request, &visit.visitor.browser, session, &mut visit.cx).await
}

async fn before_change(
    state: &State,
    visit: &Visit,
    session: &Session,
    to: To,
) -> Result<Result<Sought, Response>, Error> {
    // Without a membership there is no insurer whose sign-in it could be, and nothing to change.
    let Some(membership) = &session.membership else { return Ok(Err(see_other("/"))) };
    let Some(lack) = again::before_change(state, session, visit.cx.now).await? else {
        return Ok(Err(see_other(to::path(to))));
    };
    let carried = Carried::open(state, "", &visit.visitor.browser, &visit.cx);
    Ok(Ok(Sought { lack, insurer: membership.insurer.clone(), carried, to: Some(to) }))
}

async fn show_page(
    state: &State,
    visit: &Visit,
    (session, sought): (&Session, &Sought),
    refusals: &[Refusal],
) -> Result<Response, Error> {
    let insurer = state.insurer(&sought.insurer)?;
    let frame = Frame { state, insurer: Some(insurer), language: visit.visitor.language };
    let shell = frame.shell(Switch::InForm, None);
    let errors = show::errors(&shell, &frame, refusals);
    let ways = again::ways(state, &sought.asked(state, session)?).await?;
    let form = page::Form::plain(sought.action(), state.forms.issue(&visit.visitor.browser, PURPOSE));
    let client = sought.carried.peek.as_ref().map(|peek| peek.client_name.of(frame.language).to_owned());
    let page = view::Again {
        passkey: passkey_button(state, visit, (session, ways, &form), refusals).await?,
        reason: client.map_or(view::AgainFor::Change, view::AgainFor::Client),
        name: again::name(state, session).await?,
        password: match ways.password {
            Password::Asked => view::AgainPassword::Asked,
            Password::Shown { .. } => view::AgainPassword::Shown,
            Password::Useless => view::AgainPassword::Useless,
        },
        forgot_href: frame.href("/recover"),
        other_href: sought.carried.request().map(|request| format!("/login?request={request}")),
        back_href: sought.to.map(|_| to::path(To::Account)),
        form,
        errors,
        shell,
    };
    Ok(show::waiting(html(&page, sought.carried.callback())?, refusals, visit.cx.now))
}

/// The owner's own passkeys, and no others.
async fn passkey_button(
    state: &State,
    visit: &Visit,
    (session, ways, form): (&Session, Ways, &page::Form),
    refusals: &[Refusal],
) -> Result<Option<view::PasskeyButton>, Error> {
    if !ways.passkey {
        return Ok(None);
    }
    let held = passkeys::held(state, session.account).await?;
    let asked = (session.account, held.as_slice());
    let ask = passkeys::ask_owner(state, &visit.visitor.browser, asked, &mut state.cx())?;
    Ok(Some(view::PasskeyButton {
        ask: view::PasskeyAsk { options: ask.options, sealed: ask.sealed },
        form: form.clone(),
        to: None,
        or: None,
        autofill: false,
        fresh_href: "",
        is_unknown: refusals.iter().any(|refusal| refusal.reason == Reason::Passkey(Refused::Unknown)),
    }))
}

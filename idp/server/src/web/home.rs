//! `/`: one's portals when signed in, the sign-in page otherwise; and where to turn when something is lost.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::insurer::Insurer;
use sekisho_site::page::{Form, Link, Switch};

use super::extract::{Of, Visit};
use super::journey::{see_other, show};
use super::page::{Frame, html};
use super::{Error, oidc, view};
use crate::flows::portals;
use crate::state::State;

/// Shows the portals of whoever is signed in.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    uri: axum::http::Uri,
) -> Result<Response, Error> {
    let Some(session) = &visit.visitor.session else { return Ok(see_other("/login")) };
    let insurer = session.membership.as_ref().and_then(|membership| state.insurers.get(&membership.insurer));
    let frame = Frame { state: &state, insurer, language: visit.visitor.language };
    let portals = portals(&state, &visit, insurer).await?;
    let shell = frame.shell(Switch::Own { action: "/".into(), query: vec![] }, None);
    if uri.query() == Some("registered") {
        let next = portals.into_iter().next().map(|portal| Link { href: portal.href, text: portal.name });
        return html(&view::Done { shell, next, mailed_to: None, elsewhere: false }, None);
    }
    let form =
        Form::plain(oidc::logout::CONFIRM, state.forms.issue(&visit.visitor.browser, oidc::logout::PURPOSE));
    let signed_in_as = crate::flows::sessions::name_of(&state, session.account).await?;
    let response = html(&view::Home { shell, form, signed_in_as, portals }, None)?;
    Ok(visit.greet(&state, response))
}

async fn portals(
    state: &State,
    visit: &Visit,
    insurer: Option<&Insurer>,
) -> Result<Vec<view::Portal>, Error> {
    let Some(insurer) = insurer else { return Ok(Vec::new()) };
    let portals = portals::of_insurer(state, &insurer.code, visit.visitor.language).await?;
    Ok(portals
        .into_iter()
        .map(|portal| view::Portal { name: portal.name, line: String::new(), href: portal.start })
        .collect())
}

/// `/recover`: the password is forgotten.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn forgot_password(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Error> {
    where_to_turn(&state, &visit, &of, view::Kind::ForgotPassword)
}

/// `/recover/factor`: the second factor is lost.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn lost_factor(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Error> {
    where_to_turn(&state, &visit, &of, view::Kind::LostFactor)
}

fn where_to_turn(state: &State, visit: &Visit, of: &Of, kind: view::Kind) -> Result<Response, Error> {
    let frame = Frame { state, insurer: of.insurer(state, visit), language: visit.visitor.language };
    show::message(&frame, (kind, String::new()), Some(frame.href("/login")))
}

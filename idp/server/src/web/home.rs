//! `/`: one's portals when signed in, the sign-in page otherwise; and where to turn when something is lost.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::insurer::Insurer;
use sekisho_site::page::{Form, Link, Switch};
use serde::Deserialize;

use super::extract::Visit;
use super::journey::see_other;
use super::page::{Frame, html};
use super::{Error, oidc, view};
use crate::flows::portals;
use crate::state::State;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// What has just been done: a kind of journey.
    #[serde(default)]
    registered: Option<String>,
    /// The client that a registration from another browser was meant for.
    #[serde(default)]
    client: Option<String>,
}

/// Shows the portals of whoever is signed in.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(session) = &visit.visitor.session else { return Ok(see_other("/login")) };
    let insurer = session.membership.as_ref().and_then(|membership| state.insurers.get(&membership.insurer));
    let frame = Frame { state: &state, insurer, language: visit.visitor.language };
    let portals = portals(&state, &visit, insurer).await?;
    let query = asked.registered.iter().map(|kind| ("registered".to_owned(), kind.clone()));
    let shell = frame.shell(Switch::Own { action: "/".into(), query: query.collect() }, None);
    if asked.registered.is_some() {
        // A portal that asked in another browser begins anew in this one (OpenID Connect Core §4).
        let meant = portals.iter().find(|portal| asked.client.as_deref() == Some(portal.client.as_str()));
        let next = meant.or(portals.first());
        let next = next.map(|portal| Link { href: portal.start.clone(), text: portal.name.clone() });
        let elsewhere = asked.client.is_some();
        return html(&view::Done { shell, next, mailed_to: None, elsewhere, signed_in: true }, None);
    }
    let form =
        Form::plain(oidc::logout::CONFIRM, state.forms.issue(&visit.visitor.browser, oidc::logout::PURPOSE));
    let signed_in_as = crate::flows::sessions::name_of(&state, session.account).await?;
    let portals = portals.into_iter().map(|portal| view::Portal {
        name: portal.name,
        line: String::new(),
        href: portal.start,
    });
    let page = view::Home {
        shell,
        form,
        signed_in_as,
        portals: portals.collect(),
        join_href: Some("/signup?join=yes".to_owned()),
        account_href: "/account",
    };
    let response = html(&page, None)?;
    Ok(visit.greet(&state, response))
}

async fn portals(
    state: &State,
    visit: &Visit,
    insurer: Option<&Insurer>,
) -> Result<Vec<portals::Portal>, Error> {
    match insurer {
        Some(insurer) => Ok(portals::of_insurer(state, &insurer.code, visit.visitor.language).await?),
        None => Ok(Vec::new()),
    }
}

//! `/account/portals`: which portals may read what, and taking that back.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use sekisho_base::Speech;
use sekisho_domain::journey::To;
use sekisho_site::page::{Form, Switch};

use super::guard::{self, Member};
use super::{Asked, own_switch, shell};
use crate::flows::account_page::portals::{self, Access};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other, switched};
use crate::web::page::html;
use crate::web::view::{AccessCard, Portals, Withdraw};

/// Where the list is.
pub const PATH: &str = "/account/portals";
/// Where one of them is.
pub const ONE: &str = "/account/portals/{client}";
const PURPOSE: &str = "account portals";

/// Shows the list.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let shell = shell(&state, &visit, member, own_switch(PATH));
    let (account, language) = (member.session.account, visit.visitor.language);
    let all = portals::of_account(&state, account, language, visit.cx.now).await?;
    let done = if asked.done == "withdrawn" {
        shell.say("account.portals.withdrawn").to_owned()
    } else {
        String::new()
    };
    let cards = all.iter().map(|access| card(&shell.speech, access, &visit)).collect();
    let page = Portals { done, portals: cards, shell };
    Ok(asked.keep_language(&state, visit.greet(&state, html(&page, None)?)))
}

fn card(speech: &Speech<'_>, access: &Access, visit: &Visit) -> AccessCard {
    let day = sekisho_base::era::near_day(
        access.since.date_in_tokyo(),
        visit.cx.now.date_in_tokyo(),
        speech.language,
    );
    let meaning = |scope: &'static str| {
        let key = format!("consent.scope.{scope}");
        if speech.knows(&key) { speech.say(&key).to_owned() } else { scope.to_owned() }
    };
    AccessCard {
        name: access.name.clone(),
        since: speech.with("account.portals.since", &[("day", day)]),
        reads: access.scopes.iter().map(|scope| meaning(scope.as_str())).collect(),
        href: one(&access.client),
    }
}

fn one(client: &impl std::fmt::Display) -> String {
    format!("{PATH}/{client}")
}

/// Asks before access is taken back.
///
/// # Errors
/// [`Error::NotFound`] for a client without access (SE-10); or when rows cannot be read.
pub async fn ask(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Path(client): Path<String>,
) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let language = visit.visitor.language;
    let access = portals::one(&state, (member.session, &client), language, visit.cx.now).await?;
    let shell = shell(&state, &visit, member, Switch::InForm);
    let page = Withdraw {
        form: Form::plain(one(&access.client), state.forms.issue(&visit.visitor.browser, PURPOSE)),
        errors: Vec::new(),
        portal: card(&shell.speech, &access, &visit),
        shell,
    };
    Ok(visit.greet(&state, html(&page, None)?))
}

/// Takes access back.
///
/// # Errors
/// When the form is not this browser's, [`Error::NotFound`] for what is no client, or when rows cannot be written.
pub async fn withdraw(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Path(client): Path<String>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let client = client.parse().map_err(|_| Error::NotFound)?;
    if let Some(language) = switched(&form) {
        return Ok(Visit::remember_language(&state, language, see_other(&one(&client))));
    }
    let member = match guard::fresh(&state, &visit, To::Portals.as_str()).await? {
        ControlFlow::Continue(member) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    // Who presses twice has taken it back once.
    portals::withdraw(&state, &visit.visitor, (member.session, &client), &mut state.cx()).await?;
    Ok(see_other("/account/portals?done=withdrawn"))
}

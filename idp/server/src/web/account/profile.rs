//! `/account/profile`: nickname, language, what one wants to be told of.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::journey::Refusal;
use sekisho_site::page::{self, Switch};

use super::guard::Member;
use super::{Asked, shell};
use crate::flows::account_page::profile::{self, Profile};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other, show, switched};
use crate::web::page::html;
use crate::web::view::{ChangeProfile, OptInChoice};

/// Where the page is.
pub const PATH: &str = "/account/profile";
const PURPOSE: &str = "profile";

/// Shows what is wished.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let wished = profile::of_session(&state, member.insurer, member.session).await?;
    page(&state, &visit, member, (&wished, &[], asked.done == "yes"))
}

/// Keeps what is wished. It changes nothing that anybody signs in with, so no fresh sign-in is asked for.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let language = switched(&form);
    if let Some(language) = language {
        visit.visitor.language = language;
    }
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let present = profile::of_session(&state, member.insurer, member.session).await?;
    let (wished, refusal) = profile::read(&form, member.insurer, &present);
    match (language, refusal) {
        (Some(language), _) => {
            let response = page(&state, &visit, member, (&wished, &[], false))?;
            Ok(Visit::remember_language(&state, language, response))
        }
        (None, Some(refusal)) => page(&state, &visit, member, (&wished, &[refusal], false)),
        (None, None) => {
            profile::keep(&state, (member.insurer, member.session), &wished, &mut state.cx()).await?;
            let response = see_other(&format!("{PATH}?done=yes"));
            Ok(Visit::remember_language(&state, wished.language, response))
        }
    }
}

fn page(
    state: &State,
    visit: &Visit,
    member: Member<'_>,
    (wished, refusals, saved): (&Profile, &[Refusal], bool),
) -> Result<Response, Error> {
    let shell = shell(state, visit, member, Switch::InForm);
    let choice = |opt_in: &sekisho_domain::insurer::OptIn| OptInChoice {
        id: opt_in.id.clone(),
        title: opt_in.title.get(visit.visitor.language).to_owned(),
        chosen: wished.opt_ins.contains(&opt_in.id),
    };
    let page = ChangeProfile {
        errors: show::errors(&shell, &member.frame(state, visit), refusals),
        form: page::Form::plain(PATH, state.forms.issue(&visit.visitor.browser, PURPOSE)),
        nickname: wished.nickname.clone(),
        language: wished.language,
        opt_ins: member.insurer.opt_ins.iter().map(choice).collect(),
        sharing: wished.shares,
        saved,
        shell,
    };
    html(&page, None)
}

//! `/account/passkeys`: a member's passkeys, each with its name; one is looked at, named and removed here.

pub mod make;
pub mod offer;

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use sekisho_base::{Speech, Timestamp, era};
use sekisho_domain::factor::passkey::MOST;
use sekisho_domain::ids::FactorId;
use sekisho_domain::journey::To;
use sekisho_site::page::{FieldError, Form, Notice, NoticeTone, Switch};

use super::guard::{self, Member};
use super::{Asked, own_switch, shell};
use crate::flows::account_page::keys::Passkey;
use crate::flows::account_page::passkeys::Kept;
use crate::flows::account_page::{keys, offering, passkeys};
use crate::state::State;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other, switched};
use crate::web::page::html;
use crate::web::{Error, view};

/// Where the list is.
pub const PATH: &str = "/account/passkeys";
/// Where one of them is.
pub const ONE: &str = "/account/passkeys/{id}";
/// Where it is removed.
pub const REMOVE: &str = "/account/passkeys/{id}/remove";
const PURPOSE: &str = "passkey";

/// What has just been done, by the word in the list's address.
fn done_key(word: &str) -> Option<&'static str> {
    match word {
        "added" => Some("passkey.added"),
        "renamed" => Some("passkey.renamed"),
        "removed" => Some("passkey.removed"),
        _ => None,
    }
}

/// Shows the list, and tells the browser's own list which passkeys there still are.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let held = keys::of_account(&state, member.session.account).await?.passkeys;
    let signal = offering::signal(&state, member.session).await?;
    let mut shell = shell(&state, &visit, member, own_switch(PATH));
    if let Some(done) = done_key(&asked.done) {
        let text = shell.say(done).to_owned();
        shell.notices.push(Notice { tone: NoticeTone::Ok, title: String::new(), text });
    }
    let may_add = member.insurer.sign_in.passkeys;
    let is_full = held.len() >= MOST;
    let page = view::PasskeyList {
        passkeys: held.iter().map(|passkey| card(&shell.speech, passkey, visit.cx.now)).collect(),
        full: if may_add && is_full { shell.fill("passkey.add.full", "count", MOST) } else { String::new() },
        add_href: (may_add && !is_full).then_some(make::PATH),
        signal: serde_json::to_string(&signal).map_err(|error| Error::fault(&error))?,
        back_href: "/account",
        shell,
    };
    Ok(asked.keep_language(&state, html(&page, None)?))
}

/// A passkey as a card of a list.
pub fn card(speech: &Speech<'_>, passkey: &Passkey, now: Timestamp) -> view::PasskeyCard {
    let today = now.date_in_tokyo();
    let day = |at: Timestamp| era::near_day(at.date_in_tokyo(), today, speech.language);
    // 「今日に作成」 is no Japanese: the day itself is.
    let made_on = passkey.made_at.date_in_tokyo();
    let beside = if made_on == today { today.tomorrow().unwrap_or(today) } else { today };
    let made = era::near_day(made_on, beside, speech.language);
    let dates = match passkey.used_at {
        None => speech.with("account.made", &[("day", made)]),
        Some(at) if at.date_in_tokyo() == today => speech.with("account.made_used_today", &[("made", made)]),
        Some(at) => speech.with("account.made_used", &[("made", made), ("used", day(at))]),
    };
    let kept = keeper(speech, passkey).map(|keeper| speech.with("account.kept", &[("keeper", keeper)]));
    let rename_href = format!("{PATH}/{}", passkey.id);
    view::PasskeyCard {
        name: called(speech, passkey),
        kept: kept.unwrap_or_default(),
        dates,
        remove_href: format!("{rename_href}/remove"),
        rename_href,
    }
}

/// What a passkey is called: as its owner says, else by where it is kept.
fn called(speech: &Speech<'_>, passkey: &Passkey) -> String {
    if !passkey.name.is_empty() {
        return passkey.name.clone();
    }
    match keeper(speech, passkey) {
        Some(keeper) => speech.with("passkey.kept_in", &[("keeper", keeper)]),
        None => speech.say("passkey.unnamed").to_owned(),
    }
}

/// Where it is kept, in the reader's words where there are some.
fn keeper(speech: &Speech<'_>, passkey: &Passkey) -> Option<String> {
    let name = passkey.kept_in?;
    let key = format!("passkey.keeper.{}", name.to_ascii_lowercase().replace(' ', "_"));
    Some(if speech.knows(&key) { speech.say(&key).to_owned() } else { name.to_owned() })
}

/// Shows one of them.
///
/// # Errors
/// [`Error::NotFound`] when it is not the member's (WA-11); or when rows cannot be read.
pub async fn one(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let passkey = find(&state, member, &id).await?;
    show_one(&state, &visit, member, &passkey, None)
}

/// Calls it otherwise. That changes nothing about who gets in, and asks for nothing.
///
/// # Errors
/// When the form is not this browser's, the passkey is not the member's (WA-11), or rows cannot be written.
pub async fn rename(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Path(id): Path<String>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let language = switched(&form);
    visit.visitor.language = language.unwrap_or(visit.visitor.language);
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let passkey = find(&state, member, &id).await?;
    if let Some(language) = language {
        let response = show_one(&state, &visit, member, &passkey, Some(form.get("name")))?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    passkeys::rename(&state, member.session, (passkey.id, form.get("name"))).await?;
    Ok(see_other(&format!("{PATH}?done=renamed")))
}

fn show_one(
    state: &State,
    visit: &Visit,
    member: Member<'_>,
    passkey: &Passkey,
    typed: Option<&str>,
) -> Result<Response, Error> {
    let shell = shell(state, visit, member, Switch::InForm);
    let language = visit.visitor.language;
    let here = format!("{PATH}/{}", passkey.id);
    let page = view::PasskeyOne {
        form: Form::plain(here.clone(), state.forms.issue(&visit.visitor.browser, PURPOSE)),
        errors: Vec::new(),
        name: typed.map_or_else(|| called(&shell.speech, passkey), str::to_owned),
        kept_in: keeper(&shell.speech, passkey),
        made: era::day(passkey.made_at.date_in_tokyo(), language),
        used: passkey.used_at.map(|at| era::near(at, visit.cx.now, language)),
        remove_href: format!("{here}/remove"),
        back_href: PATH.to_owned(),
        shell,
    };
    html(&page, None)
}

/// Asks before it is removed, of who signed in a moment ago.
///
/// # Errors
/// [`Error::NotFound`] when it is not the member's (WA-11); or when rows cannot be read.
pub async fn confirm(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let member = match guard::fresh(&state, &visit, To::Passkeys.as_str()).await? {
        ControlFlow::Continue(member) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    let passkey = find(&state, member, &id).await?;
    show_removal(&state, &visit, member, &passkey, None)
}

/// Removes it.
///
/// # Errors
/// When the form is not this browser's, the passkey is not the member's (WA-11), or rows cannot be written.
pub async fn remove(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Path(id): Path<String>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let here = format!("{PATH}/{id}/remove");
    let sent = guard::sent(&state, &visit, (PURPOSE, posted), (To::Passkeys.as_str(), &here));
    let member = match sent.await? {
        ControlFlow::Continue((member, _)) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    let passkey = find(&state, member, &id).await?;
    let whose = (member.insurer, member.session);
    match passkeys::remove(&state, &visit.visitor, whose, passkey.id, &mut state.cx()).await? {
        Ok(()) => Ok(see_other(&format!("{PATH}?done=removed"))),
        Err(kept) => show_removal(&state, &visit, member, &passkey, Some(kept)),
    }
}

fn show_removal(
    state: &State,
    visit: &Visit,
    member: Member<'_>,
    passkey: &Passkey,
    kept: Option<Kept>,
) -> Result<Response, Error> {
    let shell = shell(state, visit, member, Switch::InForm);
    let why = |kept: Kept| match kept {
        Kept::LastKey => "passkey.remove.last_key",
        Kept::LastSecond => "passkey.remove.last_second",
    };
    let back_href = format!("{PATH}/{}", passkey.id);
    let page = view::PasskeyRemove {
        form: Form::plain(format!("{back_href}/remove"), state.forms.issue(&visit.visitor.browser, PURPOSE)),
        errors: kept.map(|kept| FieldError::new("", shell.say(why(kept)))).into_iter().collect(),
        name: called(&shell.speech, passkey),
        back_href,
        shell,
    };
    html(&page, None)
}

/// One of the member's own.
async fn find(state: &State, member: Member<'_>, id: &str) -> Result<Passkey, Error> {
    let id: FactorId = id.parse().map_err(|_| Error::NotFound)?;
    let held = keys::of_account(state, member.session.account).await?.passkeys;
    held.into_iter().find(|passkey| passkey.id == id).ok_or(Error::NotFound)
}

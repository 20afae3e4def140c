//! `/account/devices`: where the account is signed in, and signing out there.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::device::Name;
use sekisho_domain::journey::To;
use sekisho_site::page::{Form, Switch};

use super::guard::{self, Member};
use super::said::{Said, icon};
use super::{Asked, own_switch, shell};
use crate::flows::account_page::{devices, portals};
use crate::flows::devices as known;
use crate::flows::sessions;
use crate::state::State;
use crate::web::Error;
use crate::web::extract::{SESSION_COOKIE, Visit, append};
use crate::web::journey::{Posted, read, see_other};
use crate::web::page::html;
use crate::web::view::{DeviceRow, Devices, EndOthers};

/// Where the list is.
pub const PATH: &str = "/account/devices";
/// Where all others are signed out.
pub const OTHERS: &str = "/account/devices/others";
/// What the form token of the list is for.
pub const PURPOSE: &str = "account devices";
const OTHERS_PURPOSE: &str = "account devices others";

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
    let (now, language) = (visit.cx.now, visit.visitor.language);
    let shell = shell(&state, &visit, member, own_switch(PATH));
    let said = Said { speech: &shell.speech, portals: portals::names(&state, language).await?, now };
    let all = devices::of_session(&state, member.session, language, now).await?;
    let remembered = remembered(&state, &visit, member, &said).await?;
    let done = match asked.done.as_str() {
        word @ ("ended" | "ended_others" | "forgotten") => {
            said.speech.say(&format!("account.devices.{word}")).to_owned()
        }
        _ => String::new(),
    };
    let page = Devices {
        form: Form::plain(PATH, state.forms.issue(&visit.visitor.browser, PURPOSE)),
        done,
        devices: all.iter().map(|device| said.signed_in(device)).collect(),
        remembered,
        shell,
    };
    Ok(asked.keep_language(&state, visit.greet(&state, html(&page, None)?)))
}

/// The devices that spare the reader the second factor.
async fn remembered(
    state: &State,
    visit: &Visit,
    member: Member<'_>,
    said: &Said<'_>,
) -> Result<Vec<DeviceRow>, Error> {
    let all = known::of_account(state, member.session.account, said.now).await?;
    let rows = all.into_iter().filter_map(|device| {
        let (_, until) = device.remembered.as_ref().filter(|(_, until)| *until > said.now)?;
        let name = Name::of_user_agent(&device.user_agent);
        Some(DeviceRow {
            id: device.id.to_string(),
            icon: icon(name.form()),
            name: name.shown(said.language()),
            is_this: known::is_this(state, &visit.visitor, &device),
            hint: said.speech.with("account.remembered.until", &[("day", said.near_day(*until))]),
        })
    });
    Ok(rows.collect())
}

/// Signs out on one device, or has one ask for the second factor again.
///
/// # Errors
/// When the form is not this browser's, what it names is not the reader's, or rows cannot be written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let member = match guard::fresh(&state, &visit, To::Devices.as_str()).await? {
        ControlFlow::Continue(member) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    let mut cx = state.cx();
    if form.has("device") {
        devices::forget(&state, &visit.visitor, (member.session, form.raw("device")), &mut cx).await?;
        return Ok(see_other("/account/devices?done=forgotten"));
    }
    if devices::end(&state, &visit.visitor, (member.session, form.raw("session")), &mut cx).await? {
        let mut response = see_other("/login");
        append(&mut response, state.cookies.clear(SESSION_COOKIE));
        return Ok(response);
    }
    Ok(see_other("/account/devices?done=ended"))
}

/// Asks before all others are signed out.
///
/// # Errors
/// When rows cannot be read.
pub async fn ask_others(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let session = member.session;
    let count = devices::others(&state, (session.account, session.id), visit.cx.now).await?;
    if count == 0 {
        return Ok(see_other(PATH));
    }
    let page = EndOthers {
        shell: shell(&state, &visit, member, Switch::InForm),
        form: Form::plain(OTHERS, state.forms.issue(&visit.visitor.browser, OTHERS_PURPOSE)),
        errors: Vec::new(),
        count,
    };
    Ok(visit.greet(&state, html(&page, None)?))
}

/// Signs out everywhere but here.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn end_others(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let sent = guard::sent(&state, &visit, (OTHERS_PURPOSE, posted), (To::Devices.as_str(), OTHERS));
    let member = match sent.await? {
        ControlFlow::Continue((member, _)) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    sessions::end_others(&state, &visit.visitor, member.session, &mut state.cx()).await?;
    Ok(see_other("/account/devices?done=ended_others"))
}

//! `/account/history`: what happened in the last 90 days, as a page and as a file.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::audit::Own;
use sekisho_domain::journey::To;
use sekisho_site::page::Form;

use super::guard::Member;
use super::said::Said;
use super::{Asked, csv, download, own_switch, shell};
use crate::flows::account_page::{history, portals};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other, to};
use crate::web::page::html;
use crate::web::view::History;

/// Where the page is.
pub const PATH: &str = "/account/history";
/// Where its file is.
pub const FILE: &str = "/account/history/file";
const PURPOSE: &str = "account history";
/// What a spreadsheet knows UTF-8 by.
const BOM: char = '\u{feff}';

/// Shows a page of it.
///
/// # Errors
/// [`Error::NotFound`] for a place that was not given out to the reader (SE-10); or when rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let (session, shell) = (member.session, shell(&state, &visit, member, own_switch(PATH)));
    let mut cx = state.cx();
    let found = history::page(&state, session, asked.at.as_deref(), &mut cx).await?;
    let names = portals::names(&state, shell.speech.language).await?;
    let said = Said { speech: &shell.speech, portals: names, now: cx.now };
    let page = History {
        form: Form::plain(FILE, state.forms.issue(&visit.visitor.browser, PURPOSE)),
        events: found.events.iter().map(|own| said.event(own)).collect(),
        first_href: asked.at.is_some().then_some(PATH),
        next_href: found.next.map(|place| format!("{PATH}?at={place}")),
        password_href: to::path(To::Password).to_owned(),
        inquiry_href: shell.footer.inquiry.clone(),
        shell,
    };
    Ok(asked.keep_language(&state, visit.greet(&state, html(&page, None)?)))
}

/// All of it as a table.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be read or written.
pub async fn file(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let mut cx = state.cx();
    history::note_copy(&state, &visit.visitor, (member.session, "history"), &mut cx).await?;
    let speech = state.speech(visit.visitor.language, Some(member.insurer));
    let names = portals::names(&state, speech.language).await?;
    let said = Said { speech: &speech, portals: names, now: cx.now };
    let all = history::since(&state, member.session.account, cx.now - history::REACH).await?;
    let head = ["time", "what", "way", "device", "result"]
        .map(|column| speech.say(&format!("account.history.column_{column}")).to_owned());
    let lines = all.iter().map(|own| csv::line(&fields(&said, own)));
    let table: String = std::iter::once(csv::line(&head)).chain(lines).collect();
    Ok(download(
        "text/csv; charset=utf-8",
        "attachment; filename=\"sekisho-history.csv\"",
        format!("{BOM}{table}"),
    ))
}

fn fields(said: &Said<'_>, own: &Own) -> [String; 5] {
    let result = if own.failed() { "account.history.result_failed" } else { "account.history.result_ok" };
    [
        own.at.in_tokyo().strftime("%Y-%m-%d %H:%M:%S").to_string(),
        said.what(own),
        said.ways(&own.factors),
        said.device(own),
        said.speech.say(result).to_owned(),
    ]
}

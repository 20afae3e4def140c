//! What happened to an account in the last 90 days, as its owner reads it.

use std::cmp::Reverse;
use std::time::Duration;

use sekisho_base::{Cx, Timestamp};
use sekisho_domain::audit::{Event, OWN_KINDS, Own, Record};
use sekisho_domain::ids::{AccountId, EventId};
use sekisho_domain::session::Session;
use sekisho_store::audit::{self, Asked};

use super::named;
use crate::flows::Error;
use crate::flows::visitor::Visitor;
use crate::state::State;

/// How far back it reaches.
pub const REACH: Duration = Duration::from_hours(90 * 24);
/// How many stand on a page.
const PAGE: usize = 20;
/// How many are read at once.
const SHEET: u32 = 100;
/// How many a file holds: more than anybody does, and no more than a strong wind of wrong passwords may fill.
const MOST: usize = 5_000;

/// A page of what happened, the latest first.
pub struct Page {
    /// What happened.
    pub events: Vec<Own>,
    /// Where the list goes on; none at its end.
    pub next: Option<String>,
}

/// The page behind `cursor`, the first without one.
///
/// # Errors
/// [`Error::NotFound`] for a cursor that was not given out to this account (SE-10); or when rows cannot be read.
pub async fn page(
    state: &State,
    session: &Session,
    cursor: Option<&str>,
    cx: &mut Cx,
) -> Result<Page, Error> {
    let account = session.account;
    let before = match cursor {
        None => None,
        Some(sealed) => {
            let opened = state.ring.open_json_text::<Place>(&purpose(account), sealed);
            Some(named(session, "history", opened.map_err(|_| Error::NotFound))?)
        }
    };
    let mut found = read(state, account, (before, cx.now - REACH), PAGE + 1).await?;
    let goes_on = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| goes_on).map(|(place, _)| *place);
    let next = match last {
        Some(place) => Some(seal(state, account, place, cx)?),
        None => None,
    };
    Ok(Page { events: told(found), next })
}

/// The latest of what happened.
///
/// # Errors
/// When rows cannot be read.
pub async fn latest(
    state: &State,
    account: AccountId,
    count: usize,
    now: Timestamp,
) -> Result<Vec<Own>, Error> {
    Ok(told(read(state, account, (None, now - REACH), count).await?))
}

/// Everything that happened since a moment, the latest first.
///
/// # Errors
/// When rows cannot be read.
pub async fn since(state: &State, account: AccountId, since: Timestamp) -> Result<Vec<Own>, Error> {
    Ok(told(read(state, account, (None, since), MOST).await?))
}

/// Notes that a person took a copy away: of `everything`, or of the `history`.
///
/// # Errors
/// When rows cannot be written.
pub async fn note_copy(
    state: &State,
    visitor: &Visitor,
    (session, what): (&Session, &'static str),
    cx: &mut Cx,
) -> Result<(), Error> {
    let insurer = session.membership.as_ref().map(|membership| membership.insurer.clone());
    let event = Event::data_exported(insurer, session.account, what);
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    let mut tx = state.db.begin().await?;
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}

/// The moment and the event that a page ended with.
type Place = (Timestamp, EventId);

/// Reads until there are `count`, since not every row is one that its owner is told of.
async fn read(
    state: &State,
    account: AccountId,
    (mut before, since): (Option<Place>, Timestamp),
    count: usize,
) -> Result<Vec<(Place, Own)>, Error> {
    let mut found = Vec::new();
    while found.len() < count {
        let asked = Asked { since, before, kinds: OWN_KINDS, count: SHEET };
        let rows = audit::of_account(&state.db, account, asked).await?;
        before = rows.last().map(place);
        let is_last = rows.len() < usize::try_from(SHEET).unwrap_or(usize::MAX);
        found.extend(rows.iter().filter_map(|row| Some((place(row), Own::of(row)?))));
        if is_last {
            break;
        }
    }
    found.truncate(count);
    Ok(found)
}

/// The latest first; what happened in one moment in the order that it has for people.
fn told(found: Vec<(Place, Own)>) -> Vec<Own> {
    let mut events: Vec<Own> = found.into_iter().map(|(_, own)| own).collect();
    let way = |own: &Own| own.factors.first().map(|factor| factor.as_str());
    events.sort_by_key(|own| Reverse((own.at, own.rank(), way(own))));
    events
}

const fn place(row: &Record) -> Place {
    (row.at, row.id)
}

fn purpose(account: AccountId) -> String {
    format!("account.history:{account}")
}

fn seal(state: &State, account: AccountId, place: Place, cx: &mut Cx) -> Result<String, Error> {
    state
        .ring
        .seal_json_text(&purpose(account), &place, cx)
        .map_err(|_| Error::Sealed { what: "a place in the history" })
}

//! One password tried on many names, from one place or from many, is seen by no counter of a name. It is seen by how many
//! sign-ins are refused; then operators are told, once a minute and insurer (PW-05).

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::insurer::Insurer;
use sekisho_store::audit;

use super::super::Error;
use super::super::visitor::Visitor;
use super::{Counted, count};
use crate::state::State;

/// Notes that a sign-in was refused, and raises the alarm when that happens too often.
///
/// # Errors
/// When the audit trail cannot be written.
pub async fn note(
    state: &State,
    visitor: &Visitor,
    insurer: Option<&Insurer>,
    cx: &mut Cx,
) -> Result<(), Error> {
    let code = insurer.map_or("-", |insurer| insurer.code.as_str());
    metrics::counter!("sign_ins_refused_total", "insurer" => code.to_owned()).increment(1);
    let watched = [
        (Counted::RefusedFromSource, visitor.source.as_str(), "source"),
        (Counted::RefusedAtInsurer, code, "insurer"),
    ];
    for (counted, subject, by) in watched {
        if count(state, counted, subject, cx.now).await.is_ok() {
            continue;
        }
        if count(state, Counted::Alarm, &format!("{by} {code}"), cx.now).await.is_ok() {
            raise(state, visitor, (insurer, code, by), cx).await?;
        }
    }
    Ok(())
}

async fn raise(
    state: &State,
    visitor: &Visitor,
    (insurer, code, by): (Option<&Insurer>, &str, &'static str),
    cx: &mut Cx,
) -> Result<(), Error> {
    tracing::warn!(insurer = code, by, "many sign-ins are refused: passwords may be sprayed");
    metrics::counter!("sign_in_alarms_total", "insurer" => code.to_owned(), "by" => by).increment(1);
    let event = Event::sign_ins_sprayed(insurer.map(|insurer| insurer.code.clone()), by);
    let event = if by == "source" { event.from_source(&visitor.source) } else { event };
    let mut tx = state.db.begin().await?;
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}

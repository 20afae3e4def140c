//! Tells members by mail that new bills have come.
//!
//! Only those who wish so at their account, to the address that they have proven, and of their own bills: the mail has no
//! amount, no institution and nobody's name. It leaves at one hour of the day (15:00), so that nobody is woken; each
//! delivery is told to each person once. It must stay true that nobody is told after their wish or their cover ended.

use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::{TimeZone, offset};
use sekisho_base::{Cx, Language, Timestamp};
use sekisho_portal_kit::Session;
use sekisho_portal_kit::claims::Insurance;
use sekisho_site::db::Db;
use sekisho_site::mail::split;
use sekisho_site::outbox::{self, Intent, Lane};
use sekisho_site::seal::Ring;
use serde::Deserialize;

mod keeper;
mod letter;
mod post;

pub use keeper::Keeper;
pub use post::worker;

use crate::rows::Error;
use crate::rows::imports::{self, Import};
use crate::rows::subscribers::{self, Contact, Subscriber, Wisher};

/// The topic that a member chooses at the account.
pub const TOPIC: &str = "medical_costs";
/// What the outbox calls these mails.
const KIND: &str = "new-bills";
/// A mail that could not be sent for so long says nothing new any more.
const EXPIRES: Duration = Duration::from_hours(48);
/// A wish that no visit has confirmed for so long is none: thirteen months.
pub(crate) const CONFIRMED_FOR: Duration = Duration::from_hours(400 * 24);

/// The `[notices]` section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The hour of the day in Japan at which mails leave, 0 to 23.
    pub hour: i8,
    /// Whether they leave as soon as a delivery was merged instead: for trying things out.
    pub at_once: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { hour: 15, at_once: false }
    }
}

impl Settings {
    /// When mails leave that are written at `now`.
    pub fn due(&self, now: Timestamp) -> Timestamp {
        if self.at_once {
            return now;
        }
        let today = now.date_in_tokyo();
        let hour = Time::new(self.hour.clamp(0, 23), 0, 0, 0).unwrap_or_default();
        let at = |date: jiff::civil::Date| {
            let moment = date.to_datetime(hour).to_zoned(TimeZone::fixed(offset(9))).ok();
            moment.map_or(now, |moment| Timestamp::from_micros(moment.timestamp().as_microsecond()))
        };
        let due = at(today);
        if due < now { today.tomorrow().map_or(now, at) } else { due }
    }
}

/// What the claims say about a member's wish: where to write to, if they wish to hear of new bills, have a proven address,
/// and are covered.
pub fn wish(claims: &Insurance, language: Language, now: Timestamp) -> Option<Contact> {
    let wishes = claims.opt_ins.iter().any(|topic| topic == TOPIC);
    let covered = !claims.membership.is_lost(now.date_in_tokyo());
    let email = claims.email.as_ref().filter(|email| split(email).is_ok());
    email.filter(|_| wishes && covered).map(|email| Contact { email: email.clone(), language })
}

/// What the identity provider said about a member, and when.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The insurer of the sign-in.
    pub insurer: &'a str,
    /// The claims.
    pub claims: &'a Insurance,
    /// When they were read.
    pub at: Timestamp,
}

impl<'a> Said<'a> {
    /// What was said at the last reading of a session's claims.
    pub fn of(session: &'a Session) -> Self {
        Self { insurer: &session.insurer, claims: &session.claims, at: session.claims_read_at }
    }
}

/// Takes over what was said about a member's wish, once per reading of the claims. To be called wherever a member's page
/// is shown.
///
/// # Errors
/// What the database says.
pub async fn follow(
    (db, ring): (&Db, &Ring),
    said: Said<'_>,
    language: Language,
    cx: &mut Cx,
) -> Result<(), Error> {
    let membership = &said.claims.membership;
    let wisher = Wisher { insurer: said.insurer, person: &membership.person_key, said_at: said.at };
    let known = subscribers::known(db, wisher).await?;
    if known.is_some_and(|(said_at, _)| said_at >= wisher.said_at) {
        return Ok(());
    }
    match (wish(said.claims, language, cx.now), known) {
        (Some(contact), _) => {
            let ends_at = membership.lost_on.and_then(midnight);
            subscribers::put(db, ring, wisher, (&contact, ends_at), cx).await
        }
        (None, Some((_, true))) => subscribers::end(db, wisher).await,
        (None, _) => Ok(()),
    }
}

/// The first moment of a day in Japan.
fn midnight(day: jiff::civil::Date) -> Option<Timestamp> {
    let moment = day.to_datetime(Time::midnight()).to_zoned(TimeZone::fixed(offset(9))).ok()?;
    Some(Timestamp::from_micros(moment.timestamp().as_microsecond()))
}

/// Puts a mail for everybody who is to be told of a delivery into the outbox, and counts them. Whoever was told is not
/// told again, however often and from however many nodes this is called.
///
/// # Errors
/// What the database says; those who were not told yet are told when it is called again.
pub async fn announce(
    (db, ring): (&Db, &Ring),
    import: Import<'_>,
    settings: &Settings,
    cx: &mut Cx,
) -> Result<u64, Error> {
    let (mut after, mut told) = (String::new(), 0);
    loop {
        let moments = (after.as_str(), cx.now - CONFIRMED_FOR, cx.now);
        let some = subscribers::to_be_told(db, ring, import, moments).await?;
        let Some(last) = some.last() else { break };
        after.clone_from(&last.person);
        let mut tx = db.begin().await?;
        for subscriber in &some {
            if !subscribers::note(&mut tx, import, &subscriber.person, cx.now).await? {
                continue;
            }
            let id = outbox::put(&mut tx, ring, cx, intent(import, subscriber, settings.due(cx.now))).await?;
            subscribers::note_outbox(&mut tx, import, &subscriber.person, id).await?;
            told += 1;
        }
        tx.commit().await?;
    }
    imports::note_announced(db, import, cx.now).await?;
    Ok(told)
}

fn intent(import: Import<'_>, subscriber: &Subscriber, due: Timestamp) -> Intent {
    let Contact { email, language } = &subscriber.contact;
    let domain = email.rsplit('@').next().unwrap_or_default();
    Intent {
        kind: KIND,
        lane: Lane::Mail,
        payload: serde_json::json!({ "insurer": import.insurer, "to": email, "language": language }),
        due_at: Some(due),
        expires_at: due + EXPIRES,
        target: domain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::household::tests::claims;

    /// 2026-11-21T01:24:36Z: 10:24 in Tokyo.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_224_276);

    #[test]
    fn mails_leave_at_the_next_fifteen_o_clock_in_japan() {
        let settings = Settings::default();
        let due = |now| settings.due(now).to_string();
        assert_eq!(due(NOW), "2026-11-21T06:00:00Z");
        assert_eq!(due(NOW + Duration::from_hours(5)), "2026-11-22T06:00:00Z");
        assert_eq!(Settings { at_once: true, ..settings }.due(NOW), NOW);
        assert_eq!(Settings { hour: 99, ..settings }.due(NOW).to_string(), "2026-11-21T14:00:00Z");
    }

    #[test]
    fn only_who_wishes_so_has_a_proven_address_and_cover_is_written_to() {
        let mut claims = claims(&serde_json::json!([]));
        assert_eq!(wish(&claims, Language::Ja, NOW), None);
        claims.opt_ins = vec!["checkup_results".into(), TOPIC.into()];
        assert_eq!(wish(&claims, Language::Ja, NOW), None, "there is no address");
        claims.email = Some("a@example.jp\r\nBcc: b@example.jp".into());
        assert_eq!(wish(&claims, Language::Ja, NOW), None);
        claims.email = Some("shoko@example.jp".into());
        let contact = Contact { email: "shoko@example.jp".into(), language: Language::En };
        assert_eq!(wish(&claims, Language::En, NOW), Some(contact));
        claims.membership.lost_on = Some("2026-11-21".parse().unwrap());
        assert_eq!(wish(&claims, Language::En, NOW), None, "the cover has ended");
    }
}

//! Applications as rows: when, why, by which way, and what became of them.

use sekisho_base::{Speech, Timestamp, era};

use crate::config::Config;
use crate::rows::{Certificate, Revocation};
use crate::rules::validity::State;

/// One application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When it was made.
    pub at: String,
    /// Why.
    pub reason: String,
    /// By which way, and under which number it was issued.
    pub channel: String,
    /// What became of its certificate, or until when it is good.
    pub then: String,
    /// What its certificate is worth now.
    pub state: String,
    /// Whether that is something.
    pub valid: bool,
}

/// The applications behind `certificates`, as of `now`.
pub fn rows(
    certificates: &[Certificate],
    config: &Config,
    insurer: &str,
    (speech, now): (&Speech<'_>, Timestamp),
) -> Vec<Row> {
    let row = |certificate: &Certificate| {
        let state = certificate.span.state(now);
        Row {
            at: era::near(certificate.span.issued_at, now, speech.language),
            reason: config.reason_text(insurer, &certificate.reason, speech.language).to_owned(),
            channel: speech.with("portal.history.channel", &[("serial", &certificate.serial)]),
            then: then(certificate, speech, now),
            state: speech.say(word(state)).to_owned(),
            valid: state.is_valid(),
        }
    };
    certificates.iter().map(row).collect()
}

/// What became of a certificate.
fn then(certificate: &Certificate, speech: &Speech<'_>, now: Timestamp) -> String {
    let told = |key: &str, at: Timestamp| speech.with(key, &[("at", era::near(at, now, speech.language))]);
    match certificate.span.state(now) {
        State::Valid { .. } => told("portal.history.then_valid", certificate.span.ends_at()),
        State::Expired { at } => told("portal.history.then_expired", at),
        State::Superseded { at } => told("portal.history.then_superseded", at),
        State::Revoked { at } => match certificate.revoked_for(now) {
            Some(Revocation::Office { note, .. }) => {
                format!("{} {note}", told("portal.history.then_office", at))
            }
            Some(Revocation::Household) => told("portal.history.then_household", at),
            _ => told("portal.history.then_cover", at),
        },
    }
}

const fn word(state: State) -> &'static str {
    match state {
        State::Valid { .. } => "portal.history.valid",
        State::Expired { .. } => "portal.history.expired",
        State::Superseded { .. } => "portal.history.superseded",
        State::Revoked { .. } => "portal.history.revoked",
    }
}

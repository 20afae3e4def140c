//! Applications as rows.

use sekisho_base::{Language, Speech, Timestamp, era};

use crate::config::Config;
use crate::rows::Certificate;
use crate::rules::validity::State;

/// One application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When it was made.
    pub at: String,
    /// Why.
    pub reason: String,
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
            at: short_moment(certificate.span.issued_at, speech.language),
            reason: config.reason_text(insurer, &certificate.reason, speech.language).to_owned(),
            state: speech.say(word(state)).to_owned(),
            valid: state.is_valid(),
        }
    };
    certificates.iter().map(row).collect()
}

/// A moment without its year: 11月19日 10:24, 19 November, 10:24.
fn short_moment(at: Timestamp, language: Language) -> String {
    let date = at.date_in_tokyo();
    let clock = era::clock(at);
    match language {
        Language::Ja => format!("{}月{}日 {clock}", date.month(), date.day()),
        Language::En => {
            let day = era::dual(date, language);
            let without_year = day.rsplit_once(' ').map_or(day.as_str(), |(day, _)| day);
            format!("{without_year}, {clock}")
        }
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

//! The office's commands: taking certificates back, and looking what became of one. Nothing here says whose it is.

use std::fmt::Write as _;

use sekisho_base::{Language, Timestamp, era};
use sekisho_portal_kit::front::pdf::Fonts;
use sekisho_portal_kit::front::{StartError, open_ring};
use sekisho_site::clock::Door;

use crate::config::Config;
use crate::flows;
use crate::flows::office::{Word, WordError};
use crate::rows::{Certificate, Revocation, TakenBack};
use crate::rules::serial::{Serial, SerialError};
use crate::rules::validity::State;
use crate::service::open_database;

/// What the office wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// To take a certificate back.
    Revoke {
        /// Its number, as typed.
        serial: String,
        /// What the member reads.
        reason: String,
        /// Who says so.
        by: String,
    },
    /// To see what became of one.
    Show {
        /// Its number, as typed.
        serial: String,
    },
}

/// Why an order cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// What was typed is no number.
    #[error(transparent)]
    Serial(#[from] SerialError),
    /// What is said cannot be kept.
    #[error(transparent)]
    Word(#[from] WordError),
    /// There is no certificate of that number.
    #[error("there is no certificate {0}")]
    Unknown(String),
    /// It was over before.
    #[error("certificate {0} was no longer valid: nothing has changed")]
    Before(String),
    /// The keys or the database cannot be opened.
    #[error(transparent)]
    Closed(#[from] StartError),
    /// The rows.
    #[error(transparent)]
    Rows(#[from] flows::Error),
}

/// Carries an order out over the portal's own database, and says what came of it.
///
/// # Errors
/// When nothing came of it.
pub async fn carried_out(config: &Config, door: &Door, order: Order) -> Result<String, OrderError> {
    let mut cx = door.cx();
    let ring = open_ring(&config.sections(), door)?;
    let db = open_database(config).await.map_err(StartError::from)?;
    let said = match order {
        Order::Revoke { serial, reason, by } => {
            let serial: Serial = serial.parse()?;
            let word = Word::new(&by, &reason)?;
            match flows::office::take_back((&db, &ring), &serial, &word, &mut cx).await? {
                TakenBack::Now => Ok(format!("certificate {serial} is revoked")),
                TakenBack::Before => Err(OrderError::Before(serial.to_string())),
                TakenBack::Unknown => Err(OrderError::Unknown(serial.to_string())),
            }
        }
        Order::Show { serial } => {
            let serial: Serial = serial.parse()?;
            let found = flows::office::look_up((&db, &ring), &serial).await?;
            found.map(|found| told(&found, cx.now)).ok_or_else(|| OrderError::Unknown(serial.to_string()))
        }
    };
    db.close().await;
    said
}

/// What `check` says beyond that the configuration can be served from: empty when nothing is missing.
pub fn checked(config: &Config) -> String {
    match Fonts::read(&config.pdf) {
        Ok(_) => String::new(),
        Err(error) => format!("pdf.font: {error}: certificates are not offered as PDF files\n"),
    }
}

/// What became of a certificate, in lines.
fn told(certificate: &Certificate, now: Timestamp) -> String {
    let day = |at| era::moment(at, Language::En);
    let mut text =
        format!("certificate {}\nissued      {}\n", certificate.serial, day(certificate.span.issued_at));
    let _ = writeln!(text, "reason      {}", certificate.reason);
    let _ = match certificate.span.state(now) {
        State::Valid { .. } => write!(text, "valid       until {}", day(certificate.span.ends_at())),
        State::Expired { at } => write!(text, "expired     {}", day(at)),
        State::Superseded { at } => write!(text, "superseded  {}", day(at)),
        State::Revoked { at } => match certificate.revoked_for(now) {
            Some(Revocation::Office { by, note }) => {
                write!(text, "revoked     {}, by {by}: {note}", day(at))
            }
            Some(Revocation::Household) => {
                write!(text, "revoked     {}: no longer in the household", day(at))
            }
            _ => write!(text, "revoked     {}: the cover ended", day(at)),
        },
    };
    text
}

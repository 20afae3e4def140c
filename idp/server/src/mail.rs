//! Letters: what the service writes to people, by mail and by SMS.
//!
//! A letter lies sealed in the outbox as what it says, not as text; the words are chosen when it
//! is sent, in the reader's language and under the insurer's name.

pub mod view;

use std::sync::Arc;

use sekisho_base::{Language, Timestamp};
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::email_link;
use sekisho_site::mail::{Mail, Sender as From};
use sekisho_site::outbox::{Outgoing, Render, RenderError, Sms};
use serde::{Deserialize, Serialize};

use crate::flows::effects::Sender;
use crate::state::State;

/// What a letter says.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// A code to be typed on a page, by mail.
    Code {
        /// The digits.
        code: String,
        /// How long they are good for.
        minutes: u64,
    },
    /// A code to be typed on a page, by SMS.
    Sms {
        /// The digits.
        code: String,
    },
    /// A code that signs in once, by mail.
    SignInCode {
        /// The digits.
        code: String,
        /// How long they are good for.
        minutes: u64,
    },
    /// A link on the way through a registration.
    Link {
        /// What it is for.
        letter: email_link::Letter,
        /// The token of the link.
        token: String,
        /// How long it can be opened.
        valid_minutes: u64,
    },
    /// Somebody tried to register with an address that has an account.
    KnownAddress,
    /// Somebody tried to register with an address that has an account at another insurer.
    KnownElsewhere,
    /// The insurer was added to an account.
    Joined,
    /// The registration is done.
    Registered,
    /// An office invites a member to register.
    Invitation {
        /// The token of the link.
        token: String,
        /// How long it can be opened.
        days: u64,
    },
    /// A question, to the office.
    Inquiry {
        /// Its number.
        number: String,
        /// Who asks.
        from: String,
        /// What they ask.
        message: String,
    },
}

/// A letter in the outbox.
#[derive(Serialize, Deserialize)]
struct Envelope {
    insurer: InsurerCode,
    language: Language,
    to: String,
    letter: Letter,
}

impl Letter {
    /// The letter as it lies in the outbox.
    pub fn payload(&self, sender: &Sender, to: &str) -> serde_json::Value {
        let envelope = Envelope {
            insurer: sender.insurer.clone(),
            language: sender.language,
            to: to.to_owned(),
            letter: self.clone(),
        };
        serde_json::to_value(envelope).unwrap_or_default()
    }
}

/// Turns what lies in the outbox into words.
pub struct Writers {
    state: Arc<State>,
}

impl Writers {
    /// Writes in the names of the state's insurers.
    pub const fn new(state: Arc<State>) -> Self {
        Self { state }
    }

    fn letter(&self, envelope: &Envelope, insurer: &Insurer) -> Result<Outgoing, RenderError> {
        let language = envelope.language;
        let society = insurer.name.get(language).to_owned();
        let writer = view::Writer {
            speech: self.state.speech(language, Some(insurer)),
            society: society.clone(),
            phone: insurer.office.phone.clone(),
            hours: insurer.office.hours.get(language).to_owned(),
        };
        let login = format!("{}/login?insurer={}", self.state.issuer, insurer.code);
        let mut reply_to = None;
        let mail = match &envelope.letter {
            Letter::Sms { code } => {
                let host = self.state.config.server.issuer.host_str().unwrap_or_default();
                let text = view::sms_code(&writer.speech, &society, code, host);
                return Ok(Outgoing::Sms(Sms { to: envelope.to.clone(), text }));
            }
            Letter::Code { code, minutes } => view::Mail::code(&writer, code, *minutes),
            Letter::SignInCode { code, minutes } => view::Mail::sign_in_code(&writer, code, *minutes),
            Letter::Link { letter, token, valid_minutes } => {
                let link = format!("{}/link/{token}", self.state.issuer);
                view::Mail::link(&writer, kind(*letter), &envelope.to, (&link, *valid_minutes))
            }
            Letter::KnownElsewhere => {
                let join = format!("{}/signup?insurer={}&join=yes", self.state.issuer, insurer.code);
                view::Mail::known_elsewhere(&writer, &join)
            }
            Letter::Joined => view::Mail::joined(&writer, &login),
            Letter::KnownAddress => view::Mail::known_address(&writer, &login),
            Letter::Registered => view::Mail::registered(&writer, &login),
            Letter::Invitation { token, days } => {
                let link = format!("{}/link/{token}", self.state.issuer);
                view::Mail::invitation(&writer, &link, *days)
            }
            Letter::Inquiry { number, from, message } => {
                reply_to = Some(from.clone());
                view::Mail::inquiry(&writer, number, from, message)
            }
        };
        let unwritten = |error: askama::Error| RenderError::new(error.to_string());
        Ok(Outgoing::Mail(Mail {
            to: envelope.to.clone(),
            from: From { name: society, address: insurer.mail_from.clone() },
            reply_to,
            text: mail.text().map_err(unwritten)?,
            html: mail.html().map_err(unwritten)?,
            subject: mail.subject,
        }))
    }
}

const fn kind(letter: email_link::Letter) -> view::LinkKind {
    match letter {
        email_link::Letter::Begin => view::LinkKind::Begin,
        email_link::Letter::Proven => view::LinkKind::Proven,
        email_link::Letter::Activate => view::LinkKind::Activate,
    }
}

impl Render for Writers {
    fn render(
        &self,
        _kind: &str,
        payload: &serde_json::Value,
        _now: Timestamp,
    ) -> Result<Outgoing, RenderError> {
        // The parser's own message would quote what it read.
        let envelope: Envelope = serde_json::from_value(payload.clone())
            .map_err(|_| RenderError::new("the letter cannot be read"))?;
        let insurer = self
            .state
            .insurers
            .get(&envelope.insurer)
            .ok_or_else(|| RenderError::new("the letter's insurer has no file"))?;
        self.letter(&envelope, insurer)
    }
}

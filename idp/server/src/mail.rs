//! Letters: what the service writes to people, by mail and by SMS.
//!
//! A letter lies sealed in the outbox as what it says, not as text; the words are chosen when it
//! is sent, in the reader's language and under the insurer's name.

mod change;
pub mod view;

use std::sync::Arc;

use sekisho_base::{Language, Timestamp, era};
use sekisho_domain::device::Name;
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::email_link;
use sekisho_domain::oidc::client::Names;
use sekisho_site::mail::{Mail, Sender as From};
use sekisho_site::outbox::{Outgoing, Render, RenderError, Sms};
use serde::{Deserialize, Serialize};

pub use change::Change;

use crate::flows::backchannel;
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
    /// A code that proves the owner of an account, who lost the second factor, by mail.
    OwnerCode {
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
    /// The password is a new one.
    PasswordChanged,
    /// Somebody who knows the password says that the second factor is lost.
    FactorLost {
        /// The token of the link that stops it.
        stop: String,
        /// From when on the factor can be replaced.
        ready_at: Timestamp,
    },
    /// The lost second factor can be replaced now.
    FactorReady {
        /// The token of the link.
        token: String,
        /// Until when.
        until: Timestamp,
    },
    /// The owner objected: the second factor stays.
    FactorKept,
    /// The second factor is a new one.
    FactorChanged,
    /// New recovery codes were made.
    CodesMade,
    /// A recovery code was used in place of the second factor.
    CodeUsed,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey was refused, because there may be a copy of it.
    PasskeyCloned,
    /// Somebody signed in where the account was never used.
    NewDevice {
        /// What the browser calls itself.
        agent: String,
        /// When.
        at: Timestamp,
    },
    /// What the reader signs in with.
    LoginIds {
        /// The IDs, as they are shown.
        ids: Vec<String>,
    },
    /// The office made the account un-enrolled: it is registered anew.
    AccountReset,
    /// What a client may read was ended: a key of the client's came back that had been replaced.
    AccessEnded {
        /// What the client is called.
        client: Names,
    },
    /// Something that somebody signed in changes of the own account.
    Change(Change),
    /// One of the notices above, in a line by SMS.
    SmsNotice,
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
        let sms = |text| Ok(Outgoing::Sms(Sms { to: envelope.to.clone(), text }));
        let mail = match &envelope.letter {
            Letter::Sms { code } => {
                let host = self.state.config.server.issuer.host_str().unwrap_or_default();
                return sms(view::sms_code(&writer.speech, &society, code, host));
            }
            Letter::SmsNotice => return sms(view::sms_notice(&writer)),
            letter => self.mail(&writer, letter, (insurer, &envelope.to)),
        };
        let reply_to = match &envelope.letter {
            Letter::Inquiry { from, .. } => Some(from.clone()),
            _ => None,
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

    /// A letter as a mail. Its links are made of the configured issuer, never of what a request said (RC-01).
    fn mail(
        &self,
        writer: &view::Writer<'_>,
        letter: &Letter,
        (insurer, to): (&Insurer, &str),
    ) -> view::Mail {
        let page = |path: &str| format!("{}{path}?insurer={}", self.state.issuer, insurer.code);
        let link = |token: &str| format!("{}/link/{token}", self.state.issuer);
        let moment = |at: Timestamp| era::moment(at, writer.speech.language);
        match letter {
            Letter::Code { code, minutes } => view::Mail::code(writer, code, *minutes),
            Letter::OwnerCode { code, minutes } => view::Mail::owner_code(writer, code, *minutes),
            Letter::SignInCode { code, minutes } => view::Mail::sign_in_code(writer, code, *minutes),
            Letter::Link { letter: email_link::Letter::Reset, token, valid_minutes } => {
                view::Mail::reset(writer, &link(token), *valid_minutes)
            }
            Letter::Link { letter, token, valid_minutes } => {
                view::Mail::link(writer, kind(*letter), to, (&link(token), *valid_minutes))
            }
            Letter::KnownElsewhere => {
                view::Mail::known_elsewhere(writer, &format!("{}&join=yes", page("/signup")))
            }
            Letter::Joined => view::Mail::joined(writer, &page("/login")),
            Letter::KnownAddress => view::Mail::known_address(writer, &page("/login")),
            Letter::Registered => view::Mail::registered(writer, &page("/login")),
            Letter::PasswordChanged => view::Mail::changed(writer, "password_changed"),
            Letter::FactorLost { stop, ready_at } => {
                view::Mail::factor_lost(writer, &link(stop), &moment(*ready_at))
            }
            Letter::FactorReady { token, until } => {
                view::Mail::factor_ready(writer, &link(token), &moment(*until))
            }
            Letter::FactorKept => view::Mail::changed(writer, "factor_kept"),
            Letter::CodeUsed => view::Mail::changed(writer, "code_used"),
            Letter::Change(change) => change.mail(writer, link, page, moment),
            Letter::AccessEnded { client } => {
                view::Mail::access_ended(writer, client.of(writer.speech.language))
            }
            Letter::CodesMade => view::Mail::changed(writer, "codes_made"),
            Letter::PasskeyAdded => view::Mail::changed(writer, "passkey_added"),
            Letter::PasskeyRemoved => view::Mail::changed(writer, "passkey_removed"),
            Letter::PasskeyCloned => view::Mail::changed(writer, "passkey_cloned"),
            Letter::FactorChanged | Letter::Sms { .. } | Letter::SmsNotice => {
                view::Mail::changed(writer, "factor_changed")
            }
            Letter::NewDevice { agent, at } => {
                let device = Name::of_user_agent(agent).shown(writer.speech.language);
                view::Mail::new_device(writer, &device, &moment(*at))
            }
            Letter::LoginIds { ids } => view::Mail::login_ids(writer, ids, &page("/login")),
            Letter::AccountReset => view::Mail::account_reset(writer, &page("/signup")),
            Letter::Invitation { token, days } => view::Mail::invitation(writer, &link(token), *days),
            Letter::Inquiry { number, from, message } => view::Mail::inquiry(writer, number, from, message),
        }
    }
}

const fn kind(letter: email_link::Letter) -> view::LinkKind {
    match letter {
        email_link::Letter::Begin => view::LinkKind::Begin,
        email_link::Letter::Proven => view::LinkKind::Proven,
        email_link::Letter::Activate => view::LinkKind::Activate,
        email_link::Letter::Reset => view::LinkKind::Reset,
    }
}

impl Render for Writers {
    fn render(
        &self,
        kind: &str,
        payload: &serde_json::Value,
        now: Timestamp,
    ) -> Result<Outgoing, RenderError> {
        if kind == backchannel::KIND {
            return backchannel::render(&self.state, payload, now);
        }
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

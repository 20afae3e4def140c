//! What the rows, the mail server and the gateway would do, at a desk of one.

use std::io::{self, Write};

use secrecy::ExposeSecret as _;
use sekisho_domain::factor::passkey::Refused;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Effect, Facts, Owner, Want};
use sekisho_domain::member::{GivenId, Record};

/// Looks up and delivers for one walk.
pub struct Desk<'a> {
    insurer: &'a Insurer,
    records: &'a [Record],
}

impl<'a> Desk<'a> {
    /// A desk with an insurer's records.
    pub const fn new(insurer: &'a Insurer, records: &'a [Record]) -> Self {
        Self { insurer, records }
    }

    /// What a step wants to know. Nobody is registered here, so nothing is taken; a password is kept as it is.
    pub fn look_up(&self, want: Want) -> Facts {
        match want {
            Want::Nothing => Facts::Nothing,
            Want::Credentials { login_id, password, .. } => Facts::Credentials {
                owner: Owner::Nobody,
                is_taken: login_id.is_some_and(|id| self.insurer.reserves(&id.folded())),
                hash: password.map(|typed| typed.expose_secret().to_owned()),
            },
            Want::Candidates(_) => self.candidates(|_| true),
            Want::Given(id) => {
                let given = self.insurer.given_ids.as_ref();
                self.candidates(|record| {
                    given.is_some_and(|given| given.of(record) == GivenId::Id(id.clone()))
                })
            }
            Want::Attempt(_) | Want::MailAttempt(_) | Want::RecoveryAttempt(_) => Facts::Attempt,
            Want::Account(_) => Facts::Account(None),
            // There is no browser here to hold one.
            Want::Passkey { .. } => Facts::Passkey(Err(Refused::Unknown)),
            Want::NewPasskey { .. } => Facts::NewPasskey(Err(Refused::Unknown)),
            Want::Shown { .. } => Facts::Verified(false),
            Want::Verified { typed, hash } => Facts::Verified(typed.expose_secret() == hash),
        }
    }

    fn candidates(&self, fits: impl Fn(&Record) -> bool) -> Facts {
        let records = self.records.iter().filter(|record| fits(record)).cloned().collect();
        Facts::Candidates { records, bound: Vec::new() }
    }
}

/// Prints what would be sent.
///
/// # Errors
/// When it cannot be printed.
pub fn deliver(effects: &[Effect], to: &mut impl Write) -> io::Result<()> {
    for effect in effects {
        match effect {
            Effect::MailCode { to: whom, code, .. } => {
                writeln!(to, "  ✉ {}: code {}", whom.as_str(), code.expose_secret())?;
            }
            Effect::MailLink { to: whom, valid, .. } => {
                writeln!(to, "  ✉ {}: a link, good for {} minutes", whom.as_str(), valid.as_secs() / 60)?;
            }
            Effect::SmsCode { to: whom, code, .. } => {
                writeln!(to, "  ✉ {}: code {}", whom.as_e164(), code.expose_secret())?;
            }
            _ => {}
        }
    }
    Ok(())
}

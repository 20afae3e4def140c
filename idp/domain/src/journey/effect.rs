//! What must happen beside a turn, as values: the flow stores it in the turn's own transaction.

use std::time::Duration;

use secrecy::SecretString;

use super::steps::email_link::Letter;
use crate::audit::Event;
use crate::email::Email;
use crate::factor::passkey;
use crate::ids::{AccountId, FactorId, PersonKey};
use crate::member::Claimed;
use crate::phone::Phone;

/// What a mailed code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFor {
    /// It proves who reads an address, for a registration.
    Address,
    /// An account signs in with it.
    SignIn,
    /// It proves that the owner of an account is there, who lost the second factor.
    Owner,
    /// It proves who reads the address that an account changes to.
    NewAddress,
    /// It proves that the owner of an account is there, who adds a second factor to it.
    NewFactor,
}

/// Whose a mailed link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A person of the records who registers.
    Person(PersonKey),
    /// An account that gets a new password.
    Account(AccountId),
}

/// One thing to be done with the turn that asked for it.
pub enum Effect {
    /// Mail a link that goes on with the journey.
    MailLink {
        /// To whom.
        to: Email,
        /// What the link is known by.
        token: SecretString,
        /// What the mail says.
        letter: Letter,
        /// How long the link can be opened.
        valid: Duration,
        /// Whose it is: an older journey of the same that waits for its mail ends (row B39, RC-02).
        subject: Option<Subject>,
    },
    /// Mail a code.
    MailCode {
        /// To whom.
        to: Email,
        /// The digits.
        code: SecretString,
        /// How long they are good for.
        valid: Duration,
        /// What it is for.
        purpose: CodeFor,
    },
    /// Tell the owner of an address that somebody tried to register with it.
    MailKnownAddress {
        /// To whom.
        to: Email,
        /// Whether the account has no membership here: its owner can sign in and add one.
        elsewhere: bool,
    },
    /// Tell the owner of an address that somebody wanted it for another account.
    MailWantedAddress {
        /// To whom.
        to: Email,
    },
    /// A code by mail was right: the tries of the account are forgotten.
    ForgetMailTries(AccountId),
    /// A recovery code was right: it is spent, and the tries of the account are forgotten; the turn fails when it was
    /// spent meanwhile.
    SpendRecovery {
        /// The account.
        account: AccountId,
        /// The code.
        factor: FactorId,
    },
    /// Send a code by SMS.
    SmsCode {
        /// To which phone.
        to: Phone,
        /// The digits.
        code: SecretString,
        /// How long they are good for.
        valid: Duration,
    },
    /// A code by SMS was right: the next one to this phone need not wait.
    SmsAnswered(Phone),
    /// Remember the step of an authenticator app as used; the turn fails when it was used meanwhile.
    UseStep {
        /// The app.
        factor: FactorId,
        /// The step.
        step: i64,
    },
    /// A passkey was shown: its challenge is spent and its count kept; the turn fails when either was done meanwhile.
    ShowPasskey(Box<passkey::Shown>),
    /// A passkey was made: its challenge is spent; the turn fails when it was meanwhile.
    SpendChallenge(passkey::Answered),
    /// A factor was right: its failures are forgotten.
    ClearFailures {
        /// The factor.
        factor: FactorId,
    },
    /// A claim was right: the tries on its symbol and number are forgotten, for the others of the household; or those on
    /// its ID.
    ForgetClaims(Tried),
    /// Something happened that the audit trail keeps.
    Record(Event),
}

/// What tries on a member record are counted for.
pub enum Tried {
    /// The symbol and number of a claim.
    Numbers(Claimed),
    /// A pre-issued ID, folded.
    Id(String),
}

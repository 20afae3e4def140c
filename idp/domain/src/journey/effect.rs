//! What must happen beside a turn, as values: the flow stores it in the turn's own transaction.

use std::time::Duration;

use secrecy::SecretString;

use crate::audit::Event;
use crate::email::Email;
use crate::ids::FactorId;
use crate::member::Claimed;
use crate::phone::Phone;

/// One thing to be done with the turn that asked for it.
pub enum Effect {
    /// Mail a code.
    MailCode {
        /// To whom.
        to: Email,
        /// The digits.
        code: SecretString,
        /// How long they are good for.
        valid: Duration,
    },
    /// Tell the owner of an address that somebody tried to register with it.
    MailKnownAddress {
        /// To whom.
        to: Email,
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
    /// Remember the step of an authenticator app as used; the turn fails when it was used meanwhile.
    UseStep {
        /// The app.
        factor: FactorId,
        /// The step.
        step: i64,
    },
    /// A factor was right: its failures are forgotten.
    ClearFailures {
        /// The factor.
        factor: FactorId,
    },
    /// A claim was right: the tries on its symbol and number are forgotten, for the others of the household.
    ForgetClaims(Claimed),
    /// Something happened that the audit trail keeps.
    Record(Event),
}

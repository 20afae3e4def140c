//! An account: a person's login, as it comes into being on arrival.

use secrecy::SecretString;
use sekisho_base::{Language, Timestamp};

use crate::email::Email;
use crate::factor::totp;
use crate::ids::{AccountId, FactorId};
use crate::phone::Phone;
use crate::session::{Event, MembershipRef};
use crate::terms::Acceptance;

/// Everything that comes into being at once when a registration arrives.
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// The person's language.
    pub language: Language,
    /// The proven address, which is also what the person signs in with.
    pub email: Email,
    /// The proven membership.
    pub membership: MembershipRef,
    /// The factors that were set up.
    pub factors: Vec<NewFactor>,
    /// What was accepted.
    pub acceptances: Vec<Acceptance>,
    /// When.
    pub at: Timestamp,
}

/// A factor that was set up.
pub struct NewFactor {
    /// Its id.
    pub id: FactorId,
    /// What makes it work.
    pub secret: NewSecret,
}

/// What makes a new factor work.
pub enum NewSecret {
    /// The Argon2id hash of a password, in PHC form.
    Password(SecretString),
    /// A phone that received a code.
    Phone(Phone),
    /// An app's secret, and the step it was tried with.
    App {
        /// The secret.
        secret: totp::Secret,
        /// The step, which cannot be used again.
        step: i64,
    },
}

/// Where a person is after a journey: signed in, with what was shown on the way.
pub struct Shown {
    /// The account.
    pub account: AccountId,
    /// What was shown, oldest first.
    pub events: Vec<Event>,
}

//! An account: a person's login, as it comes into being on arrival.

use secrecy::SecretString;
use sekisho_base::{Language, Timestamp};

use crate::email::Email;
use crate::factor::{passkey, totp};
use crate::ids::{AccountId, FactorId};
use crate::login_id::{self, LoginId};
use crate::phone::Phone;
use crate::session::{Event, MembershipRef};
use crate::terms::Acceptance;

/// Everything that comes into being at once when a registration arrives.
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// The person's language.
    pub language: Language,
    /// What the person signs in with: at least one.
    pub names: Vec<Name>,
    /// The proven address.
    pub email: Email,
    /// What the person wants to be called; may be empty.
    pub nickname: String,
    /// What was set up and agreed to under the first membership.
    pub joining: Joining,
    /// When.
    pub at: Timestamp,
}

/// What comes into being with a membership, of a new account or of one that there was.
pub struct Joining {
    /// The proven membership.
    pub membership: MembershipRef,
    /// The address, where the insurer wants one address for one member only (row C10).
    pub own_address: Option<Email>,
    /// The factors that were set up.
    pub factors: Vec<NewFactor>,
    /// What was accepted.
    pub acceptances: Vec<Acceptance>,
    /// The ids of what the person wants to hear of.
    pub opt_ins: Vec<String>,
}

/// A name to sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What it is.
    pub kind: NameKind,
    /// The one form under which it is kept and unique.
    pub folded: String,
    /// As its owner sees it.
    pub shown: String,
}

/// What a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// The person's address.
    Email,
    /// A login ID of the person's own choice.
    Chosen,
    /// An ID that the insurer gave out.
    Given,
}

impl NameKind {
    /// The word in rows and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Chosen => "chosen",
            Self::Given => "given",
        }
    }
}

impl Name {
    /// An address as a name.
    pub fn email(email: &Email) -> Self {
        Self { kind: NameKind::Email, folded: email.folded().to_owned(), shown: email.as_str().to_owned() }
    }

    /// A chosen login ID as a name.
    pub fn chosen(id: &LoginId) -> Self {
        Self { kind: NameKind::Chosen, folded: id.folded(), shown: id.as_str().to_owned() }
    }

    /// An ID that an insurer gave out, as a name.
    pub fn given(id: &str) -> Self {
        Self { kind: NameKind::Given, folded: login_id::fold(id), shown: id.to_owned() }
    }
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
    /// A passkey.
    Passkey(Box<passkey::New>),
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

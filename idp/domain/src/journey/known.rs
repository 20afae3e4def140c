//! What a step may look at, and what must be looked up for it.

use sekisho_base::{Language, Timestamp};

use super::Evidence;
use crate::email::Email;
use crate::factor::totp;
use crate::ids::{FactorId, PersonKey};
use crate::insurer::Insurer;
use crate::member::{Claimed, Record};
use crate::phone::Phone;

/// A factor that an account holds, as a step sees it. Secrets live only as long as the request.
#[derive(Clone)]
pub struct Held {
    /// The factor's id.
    pub id: FactorId,
    /// What it is.
    pub means: Means,
}

/// What makes a held factor work.
#[derive(Clone)]
pub enum Means {
    /// An authenticator app, and the last step it was used with.
    App {
        /// The shared secret.
        secret: totp::Secret,
        /// The last used step.
        last_step: Option<i64>,
    },
    /// A phone.
    Phone(Phone),
}

/// What the flow must look up before an answer can be weighed.
pub enum Want {
    /// Nothing.
    Nothing,
    /// Whether an address is known already, and the hash of a chosen password.
    Credentials {
        /// The address.
        email: Email,
        /// The password.
        password: secrecy::SecretString,
    },
    /// The member records that a claim may mean.
    Candidates(Claimed),
    /// Permission to try a held factor once more.
    Attempt(FactorId),
}

/// What the flow found.
pub enum Facts {
    /// Nothing was wanted.
    Nothing,
    /// For [`Want::Credentials`].
    Credentials {
        /// Whether an account has this address.
        taken: bool,
        /// The Argon2id hash in PHC form.
        hash: String,
    },
    /// For [`Want::Candidates`].
    Candidates {
        /// The records of the claim's symbol and number.
        records: Vec<Record>,
        /// Those of them that have an account already.
        bound: Vec<PersonKey>,
    },
    /// For [`Want::Attempt`]: the attempt was reserved.
    Attempt,
    /// Too many tries; none may be made before this moment.
    Blocked(Timestamp),
}

/// What a step may look at.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whose journey it is.
    pub insurer: &'a Insurer,
    /// The reader's language.
    pub language: Language,
    /// What the steps before gave.
    pub evidence: &'a [Evidence],
    /// The second factors the account holds; empty while there is no account.
    pub held: &'a [Held],
}

/// What does not depend on the journey: the insurer, and the account's second factors where there is one.
pub struct World<'a> {
    /// Whose journey it is.
    pub insurer: &'a Insurer,
    /// The second factors the account holds.
    pub held: &'a [Held],
}

impl World<'_> {
    /// What a step may look at, given the evidence so far.
    pub fn known<'k>(&'k self, language: Language, evidence: &'k [Evidence]) -> Known<'k> {
        Known { insurer: self.insurer, language, evidence, held: self.held }
    }
}

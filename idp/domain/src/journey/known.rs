//! What a step may look at, and what must be looked up for it.

use secrecy::SecretString;
use sekisho_base::{Digest, Language, Timestamp};
use serde::{Deserialize, Serialize};

use super::Evidence;
use super::steps::{identity::Found, invitation};
use crate::email::Email;
use crate::factor::{passkey, totp};
use crate::ids::{AccountId, FactorId, PersonKey};
use crate::insurer::Insurer;
use crate::login_id::LoginId;
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

/// A passkey that an account holds, as far as a browser needs to know to find it.
#[derive(Clone)]
pub struct HeldPasskey {
    /// The factor's id.
    pub factor: FactorId,
    /// The credential's id.
    pub id: Vec<u8>,
    /// How its authenticator is reached.
    pub transports: Vec<String>,
}

/// Whose a name or an address is already. Nothing a person sees may depend on it, save what is mailed to the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// Nobody's.
    Nobody,
    /// A member's of the same insurer.
    Member,
    /// Somebody's who is no member of this insurer.
    Elsewhere,
}

/// A passkey's ceremony as a form brings it back.
#[derive(Clone)]
pub struct Ceremony {
    /// What it was asked with, sealed.
    pub sealed: String,
    /// The browser's response, as JSON.
    pub response: String,
}

/// What the flow must look up before an answer can be weighed.
pub enum Want {
    /// Nothing.
    Nothing,
    /// Whose an address and a login ID are, and the hash of a chosen password; each as far as it was typed.
    Credentials {
        /// The address.
        email: Option<Email>,
        /// The chosen login ID.
        login_id: Option<LoginId>,
        /// The password.
        password: Option<SecretString>,
    },
    /// The member records that a claim may mean.
    Candidates(Claimed),
    /// The member records with a pre-issued ID.
    Given(String),
    /// Permission to try a held factor once more.
    Attempt(FactorId),
    /// Permission to try a code that was mailed to an account once more.
    MailAttempt(AccountId),
    /// Permission to try a recovery code of an account once more.
    RecoveryAttempt(AccountId),
    /// The account of a name, and where it is reached.
    Account(String),
    /// Whether a passkey of an account was shown.
    Passkey {
        /// The account.
        account: AccountId,
        /// What came back from the browser.
        response: Ceremony,
    },
    /// Whether a passkey was made, for an account or for one that is to be.
    NewPasskey {
        /// The account, where there is one.
        account: Option<AccountId>,
        /// What came back from the browser.
        response: Ceremony,
    },
    /// Whether a password is the one of an account, tried once more.
    Shown {
        /// The account's password.
        factor: FactorId,
        /// What was typed.
        typed: SecretString,
    },
    /// Whether a password is the one of a hash.
    Verified {
        /// What was typed.
        typed: SecretString,
        /// The hash in PHC form.
        hash: String,
    },
}

/// What the flow found.
pub enum Facts {
    /// Nothing was wanted.
    Nothing,
    /// For [`Want::Credentials`].
    Credentials {
        /// Whose the address is.
        owner: Owner,
        /// Whether nobody may choose the login ID any more.
        is_taken: bool,
        /// The Argon2id hash in PHC form.
        hash: Option<String>,
    },
    /// For [`Want::Candidates`] and [`Want::Given`].
    Candidates {
        /// The records with the claim's symbol and number, or the ID.
        records: Vec<Record>,
        /// Those of them that have an account already.
        bound: Vec<PersonKey>,
    },
    /// For [`Want::Attempt`], [`Want::MailAttempt`] and [`Want::RecoveryAttempt`]: the attempt was reserved.
    Attempt,
    /// For [`Want::Account`]: a member's account here that has a password, and its address.
    Account(Option<(AccountId, Email)>),
    /// For [`Want::Passkey`].
    Passkey(Result<Box<passkey::Shown>, passkey::Refused>),
    /// For [`Want::NewPasskey`].
    NewPasskey(Result<Box<passkey::New>, passkey::Refused>),
    /// For [`Want::Verified`] and [`Want::Shown`].
    Verified(bool),
    /// Too many tries; none may be made before this moment.
    Blocked(Timestamp),
    /// For [`Want::Candidates`] and [`Want::Given`]: the insurer's records cannot be asked now (row D35).
    Unavailable,
}

/// The account behind a journey: what it has. Empty while there is none.
#[derive(Clone, Default)]
pub struct Holder {
    /// Its second factors.
    pub held: Vec<Held>,
    /// Its proven address.
    pub email: Option<Email>,
    /// The record of its live membership at this insurer.
    pub record: Option<Record>,
    /// What it accepted at this insurer: document and version.
    pub accepted: Vec<(String, String)>,
    /// Its passkeys.
    pub passkeys: Vec<HeldPasskey>,
    /// Whether it is remembered in this browser: the second factor is not asked for.
    pub is_remembered: bool,
    /// Its recovery codes that were not used.
    pub recovery: Vec<(FactorId, Digest)>,
    /// Its password.
    pub password: Option<FactorId>,
    /// Whether its owner is proven again, without the second factor, rather than signed in.
    pub proves_again: bool,
}

impl Holder {
    /// In how many ways its second factor can be shown.
    pub fn ways(&self) -> usize {
        self.held.len() + usize::from(!self.passkeys.is_empty()) + usize::from(!self.recovery.is_empty())
    }

    /// Whether the account has anything beside its password and its recovery codes.
    pub const fn has_second_factor(&self) -> bool {
        !self.held.is_empty() || !self.passkeys.is_empty()
    }
}

/// Nobody's account.
static NOBODY: Holder = Holder {
    held: Vec::new(),
    email: None,
    record: None,
    accepted: Vec::new(),
    passkeys: Vec::new(),
    is_remembered: false,
    recovery: Vec::new(),
    password: None,
    proves_again: false,
};

/// What a step may look at.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whose journey it is.
    pub insurer: &'a Insurer,
    /// The reader's language.
    pub language: Language,
    /// What the steps before gave.
    pub evidence: &'a [Evidence],
    /// The account, where there is one.
    pub holder: &'a Holder,
}

/// What does not depend on the journey: the insurer, and the account where there is one.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Whose journey it is.
    pub insurer: &'a Insurer,
    /// The account, where there is one.
    pub holder: &'a Holder,
}

impl<'a> World<'a> {
    /// The world of somebody without an account.
    pub fn of_nobody(insurer: &'a Insurer) -> Self {
        Self { insurer, holder: &NOBODY }
    }

    /// What a step may look at, given the evidence so far.
    pub const fn known<'k>(&'k self, language: Language, evidence: &'k [Evidence]) -> Known<'k> {
        Known { insurer: self.insurer, language, evidence, holder: self.holder }
    }
}

/// The address at which a person is to be reached.
#[derive(Clone, Copy)]
pub struct Address<'a> {
    /// The address.
    pub email: &'a Email,
    /// Whose it is already.
    pub owner: Owner,
}

impl<'a> Known<'a> {
    /// The address that was typed, else the account's own.
    pub fn address(&self) -> Option<Address<'a>> {
        let typed = self.evidence.iter().rev().find_map(|evidence| match evidence {
            Evidence::Credentials(chosen) => {
                chosen.email.as_ref().map(|email| Address { email, owner: chosen.owner })
            }
            // Mail goes to the address that stands in the rows, never to what was typed (RC-08).
            Evidence::Account(named) => {
                named.email.as_ref().map(|email| Address { email, owner: Owner::Nobody })
            }
            _ => None,
        });
        typed.or_else(|| self.holder.email.as_ref().map(|email| Address { email, owner: Owner::Nobody }))
    }

    /// The hash of the password that was chosen.
    pub fn password_hash(&self) -> Option<&'a str> {
        self.evidence.iter().rev().find_map(|evidence| match evidence {
            Evidence::Credentials(chosen) => chosen.password_hash.as_deref(),
            _ => None,
        })
    }

    /// The invitation by which the person came.
    pub fn invitation(&self) -> Option<&'a invitation::Evidence> {
        self.evidence.iter().find_map(|evidence| match evidence {
            Evidence::Invitation(evidence) => Some(evidence),
            _ => None,
        })
    }

    /// The account whose first factor was right, or that is signed in.
    pub fn account(&self) -> Option<AccountId> {
        self.evidence.iter().find_map(Evidence::account)
    }

    /// Whether somebody signed in sets out to join another insurer.
    pub fn is_signed_in(&self) -> bool {
        self.evidence.iter().any(|found| matches!(found, Evidence::SignedIn(_)))
    }

    /// Whether the person signed in by a passkey.
    pub fn shows_passkey(&self) -> bool {
        self.evidence.iter().any(|found| matches!(found, Evidence::Passkey(_)))
    }

    /// Whether somebody signed in changes the own account.
    pub fn is_change(&self) -> bool {
        self.evidence.iter().any(|found| matches!(found, Evidence::Change(_)))
    }

    /// Whether an address was typed on the way.
    pub fn types_address(&self) -> bool {
        self.evidence
            .iter()
            .any(|found| matches!(found, Evidence::Credentials(typed) if typed.email.is_some()))
    }

    /// The record that was found.
    pub fn person(&self) -> Option<&'a Found> {
        self.evidence.iter().find_map(|evidence| match evidence {
            Evidence::Identity(evidence) => Some(&evidence.found),
            Evidence::GivenId(evidence) => Some(&evidence.found),
            _ => None,
        })
    }

    /// The ID that the insurer gave out and the person begins with.
    pub fn given_id(&self) -> Option<&'a str> {
        self.evidence.iter().find_map(|evidence| match evidence {
            Evidence::GivenId(evidence) => Some(evidence.id.as_str()),
            _ => None,
        })
    }
}

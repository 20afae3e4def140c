//! Relying parties.
//!
//! A [`Registration`] is what `clients.toml` says; a [`Client`] exists only where every rule about it holds.
//! One rule of registration, one file.

mod address;
mod difference;
mod information;
mod insurers;
mod invitation;
mod keys;
mod logo;
mod metadata;
mod profile;
mod registration;
mod secret;
mod sector;
mod words;

use std::collections::BTreeSet;
use std::time::Duration;

use sekisho_base::Language;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::ids::{ClientId, InsurerCode};
use crate::jose::{Alg, KeySet};
use crate::oidc::scope::ScopeSet;
use crate::session::Acr;

pub use address::{RedirectUri, UriError, Uris};
pub use difference::Difference;
pub use invitation::Allowance;
pub use keys::{ClientKey, ClientKeys};
pub use logo::{Logo, LogoError, LogoKind};
pub use metadata::{Denied, Metadata};
pub use profile::Profile;
pub use registration::{Refusal, Registration};
pub use secret::SecretDigest;
pub use sector::{Subject, lists_every};
pub use words::{AccessTokenForm, Application, AuthMethod, GrantType, Origin, Secret, SubjectType};

/// A name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Names {
    /// The name for a reader of `language`.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }
}

/// For whose members a client may be given codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Reach {
    /// All insurers, present and future: the word `all`.
    Every(Every),
    /// These insurers only.
    Only(BTreeSet<InsurerCode>),
}

/// The word `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Every {
    /// All insurers.
    #[serde(rename = "all")]
    All,
}

impl Reach {
    /// Whether members of `insurer` are within reach.
    pub fn includes(&self, insurer: &InsurerCode) -> bool {
        match self {
            Self::Every(Every::All) => true,
            Self::Only(codes) => codes.contains(insurer),
        }
    }

    /// The one insurer, where there is only one: a hint for the sign-in page.
    pub fn sole(&self) -> Option<&InsurerCode> {
        match self {
            Self::Only(codes) if codes.len() == 1 => codes.first(),
            _ => None,
        }
    }
}

/// How a client proves at the token endpoint that it is itself (RFC 6749 §2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Not at all: a public client.
    Public,
    /// By its secret in the `Authorization` header.
    Basic(Vec<SecretDigest>),
    /// By its secret in the form.
    Post(Vec<SecretDigest>),
    /// By an assertion that one of these keys signed (RFC 7523 §2.2).
    Keys(KeySet),
    /// By an assertion that one of the keys signed that the client publishes.
    KeysAt {
        /// Where.
        uri: Url,
        /// What it signs with, where it said so.
        alg: Option<Alg>,
    },
}

/// What people are shown of a client where they sign in for it (RFC 7591 §2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Its home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<Url>,
    /// Where its picture was copied from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<Url>,
    /// How it treats what it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<Url>,
    /// Its terms of use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<Url>,
}

/// Whether a request must carry a PKCE challenge (RFC 7636).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pkce {
    /// Always.
    #[default]
    Required,
    /// A confidential client may go without; a challenge once sent binds.
    Optional,
}

/// A relying party that passed registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its `client_id`.
    pub id: ClientId,
    /// What people know it by.
    pub name: Names,
    /// Which checks apply.
    pub profile: Profile,
    /// For whose members.
    pub insurers: Reach,
    /// What it may trade for tokens.
    pub grant_types: BTreeSet<GrantType>,
    /// Where codes may go.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may go after sign-out.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where logout tokens go.
    pub backchannel_logout_uri: Option<Url>,
    /// Where a sign-in at the client begins.
    pub initiate_login_uri: Option<Url>,
    /// How it authenticates.
    pub credential: Credential,
    /// Whether PKCE may be left out.
    pub pkce: Pkce,
    /// How its ID tokens are signed.
    pub id_token_alg: Alg,
    /// How what userinfo tells is signed, where it is.
    pub userinfo_alg: Option<Alg>,
    /// How signed answers of introspection are signed.
    pub introspection_alg: Alg,
    /// What its access tokens look like.
    pub access_token: AccessTokenForm,
    /// For which resource servers it may ask for tokens, beside ourselves.
    pub resources: Vec<String>,
    /// Which resource servers it is.
    pub serves: Vec<String>,
    /// How people are named to it.
    pub subject: Subject,
    /// The least assurance it accepts.
    pub min_acr: Option<Acr>,
    /// How old a sign-in may be where a request does not say.
    pub default_max_age: Option<Duration>,
    /// Ours or the insurer's own: consent is part of the terms.
    pub first_party: bool,
    /// Whether somebody of ours looked at it (RFC 9700 §4.11.2).
    pub approved: bool,
    /// What people are shown of it.
    pub links: Links,
    /// The scopes it may ask for.
    pub scopes: ScopeSet,
}

impl Client {
    /// Whether it keeps a secret, or a key.
    pub fn is_confidential(&self) -> bool {
        self.credential != Credential::Public
    }

    /// Whether it may trade `kind` for tokens.
    pub fn may_use(&self, kind: GrantType) -> bool {
        self.grant_types.contains(&kind)
    }
}

//! What can go wrong between a portal and its identity provider.

use sekisho_site::{db, seal};

/// Why a person who came back is not signed in. Each is a page that says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The answer is not to a question this browser has open: it is old, was used, or belongs to another browser.
    NotOurs,
    /// The provider let nobody in: the person gave up, or may not use this portal.
    Declined,
    /// The answer does not prove who it comes from or whom it is about.
    Untrusted,
    /// The sign-in was weaker than this portal asks for.
    TooWeak,
    /// The membership is at an insurer this portal does not serve.
    Elsewhere,
}

/// Why an answer led to no session: the page, and what the log is told. The cause never reaches the page.
#[derive(Debug)]
pub(crate) struct Refused {
    pub refusal: Refusal,
    pub cause: String,
}

impl Refused {
    pub fn new(refusal: Refusal, cause: impl Into<String>) -> Self {
        Self { refusal, cause: cause.into() }
    }

    /// Whether the person, asked, might be let in.
    pub fn may_be_asked(&self) -> bool {
        matches!(self.refusal, Refusal::Declined | Refusal::TooWeak)
    }
}

/// Faults that nobody at the browser can put right.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The portal's database failed, or a row is damaged.
    #[error("the portal's database: {0}")]
    Db(#[from] db::Error),
    /// A sealed value does not open.
    #[error("a sealed value does not open: {0}")]
    Seal(#[from] seal::SealError),
    /// Something kept cannot be written or read as JSON.
    #[error("kept claims: {0}")]
    Json(#[source] serde_json::Error),
    /// The configuration names something that is no address.
    #[error("configuration: {0} is not an address")]
    Address(&'static str),
}

//! Pages that ask nothing: what happened, and what to do.

use askama::Template;
use sekisho_site::page::Shell;

use super::Office;

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The journey goes on in another browser.
    LinkMoved,
    /// The link's time has passed, or a newer one was sent.
    LinkOld,
    /// The link has done what it was for.
    LinkUsed,
    /// The registration's time has passed, or this browser does not hold it.
    JourneyOver,
    /// The reader signed out.
    SignedOut,
    /// A new password was chosen.
    PasswordReset,
    /// The second factor is said to be lost; `value` is when it can be replaced.
    FactorAsked,
    /// The owner objected: the second factor stays.
    FactorKept,
    /// The second factor is a new one.
    FactorRestored,
    /// Login IDs were mailed, if there are any.
    IdsSent,
    /// Something important asks for a fresh sign-in.
    SignInAgain,
    /// The second key is lost.
    LostFactor,
    /// The identity could not be proven in the tries there are.
    IdentityStopped,
    /// The cover has ended; `value` is the date.
    CoverEnded,
    /// The cover has not begun; `value` is the date.
    CoverAhead,
    /// The person has an account.
    AlreadyRegistered,
    /// A newer registration of the same person was begun; this one ended.
    Superseded,
    /// The account has this membership already.
    JoinedAlready,
    /// The account has no membership that the portal serves; `value` is the portal's name.
    NotServed,
    /// A portal's request cannot be used.
    RequestFaulty,
    /// A portal's request is older than a sign-in may take.
    RequestOld,
    /// Too many tries; `value` is when to come back.
    Paused,
    /// The inquiry was taken; `value` is its number.
    InquirySent,
}

impl Kind {
    /// All of them, for those who look at every page.
    pub const ALL: [Self; 23] = [
        Self::LinkMoved,
        Self::LinkOld,
        Self::LinkUsed,
        Self::JourneyOver,
        Self::SignedOut,
        Self::PasswordReset,
        Self::FactorAsked,
        Self::FactorKept,
        Self::FactorRestored,
        Self::IdsSent,
        Self::SignInAgain,
        Self::LostFactor,
        Self::IdentityStopped,
        Self::CoverEnded,
        Self::CoverAhead,
        Self::AlreadyRegistered,
        Self::Superseded,
        Self::JoinedAlready,
        Self::NotServed,
        Self::RequestFaulty,
        Self::RequestOld,
        Self::Paused,
        Self::InquirySent,
    ];

    /// The first part of its keys.
    pub const fn key(self) -> &'static str {
        match self {
            Self::LinkMoved => "message.link_moved",
            Self::LinkOld => "message.link_old",
            Self::LinkUsed => "message.link_used",
            Self::JourneyOver => "message.journey_over",
            Self::SignedOut => "message.signed_out",
            Self::PasswordReset => "message.password_reset",
            Self::FactorAsked => "message.factor_asked",
            Self::FactorKept => "message.factor_kept",
            Self::FactorRestored => "message.factor_restored",
            Self::IdsSent => "message.ids_sent",
            Self::SignInAgain => "message.sign_in_again",
            Self::LostFactor => "message.lost_factor",
            Self::IdentityStopped => "message.identity_stopped",
            Self::CoverEnded => "message.cover_ended",
            Self::CoverAhead => "message.cover_ahead",
            Self::AlreadyRegistered => "message.already_registered",
            Self::Superseded => "message.superseded",
            Self::JoinedAlready => "message.joined_already",
            Self::NotServed => "message.not_served",
            Self::RequestFaulty => "message.request_faulty",
            Self::RequestOld => "message.request_old",
            Self::Paused => "message.paused",
            Self::InquirySent => "message.inquiry_sent",
        }
    }

    /// Whether it is good news.
    pub const fn is_good(self) -> bool {
        matches!(
            self,
            Self::SignedOut
                | Self::PasswordReset
                | Self::FactorKept
                | Self::FactorRestored
                | Self::InquirySent
                | Self::JoinedAlready
        )
    }
}

/// A page that says one thing.
#[derive(Template)]
#[template(path = "message.html")]
pub struct Message<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// What is said.
    pub kind: Kind,
    /// The value its text names, if any: see [`Kind`].
    pub value: String,
    /// The office to turn to, where that helps.
    pub office: Option<Office>,
    /// Where its button leads; its words belong to the kind.
    pub onward_href: Option<String>,
}

impl Message<'_> {
    /// A text of this kind: `title`, `text`, `go`.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.kind.key())).to_owned()
    }

    /// The text with its value.
    pub fn filled(&self) -> String {
        self.shell.fill(&format!("{}.text", self.kind.key()), "value", &self.value)
    }
}

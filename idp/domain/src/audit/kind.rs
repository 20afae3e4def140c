//! The kinds of events.

use std::fmt;
use std::str::FromStr;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What happened. The words are fixed: reports and alarms are written against them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word in rows and exports.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// A registration's first page was answered.
    RegistrationStarted = "registration.started",
    /// An account came into being.
    RegistrationFinished = "registration.finished",
    /// Somebody tried to sign in as a known account.
    SignIn = "sign_in",
    /// A factor was set up.
    FactorEnrolled = "factor.enrolled",
    /// A factor was taken away by its owner.
    FactorRemoved = "factor.removed",
    /// A factor was shown, rightly or not.
    FactorTried = "factor.tried",
    /// A second factor was said to be lost; or the owner objected.
    FactorLost = "factor.lost",
    /// What an account is signed in with was replaced; the result says what.
    Recovered = "recovered",
    /// An office made an account un-enrolled, suspended or resumed it; the detail says why.
    AccountChanged = "account.changed",
    /// A code was sent by mail or SMS.
    CodeSent = "code.sent",
    /// Much of an insurer's SMS of a day went out, or all that may.
    SmsBudget = "sms.budget",
    /// Somebody claimed to be a member.
    Proofing = "proofing",
    /// An account was bound to a member record.
    MembershipBound = "membership.bound",
    /// A document was accepted.
    TermsAccepted = "terms.accepted",
    /// A browser was signed in.
    SessionStarted = "session.started",
    /// Somebody signed in again in a session that goes on.
    SessionRenewed = "session.renewed",
    /// A browser's session ended; the result says why.
    SessionEnded = "session.ended",
    /// A device was made unknown.
    DeviceForgotten = "device.forgotten",
    /// A device signs in without the second factor for a time.
    DeviceRemembered = "device.remembered",
    /// Passwords of many are tried; the result says whether from one place.
    SignInsSprayed = "sign_ins.sprayed",
    /// A client was given a code.
    CodeIssued = "code.issued",
    /// A client was given tokens.
    TokenIssued = "token.issued",
    /// A code came a second time; its grant ended.
    CodeReplayed = "code.replayed",
    /// A refresh token came that had been replaced; its grant ended.
    RefreshReplayed = "refresh.replayed",
    /// A client gave a token back.
    TokenRevoked = "token.revoked",
    /// A person allowed a client to read.
    ConsentGiven = "consent.given",
    /// A person took back what a client was allowed; its grants ended.
    ConsentWithdrawn = "consent.withdrawn",
    /// A dependent said whether the insured person sees their medical-cost notices.
    SharingDecided = "sharing.decided",
    /// A person downloaded what is kept of them; the result says what.
    DataExported = "data.exported",
    /// A client failed to prove who it is.
    ClientRefused = "client.refused",
    /// Somebody signed out.
    Logout = "logout",
    /// Member records were imported.
    ImportRun = "import.run",
    /// An invitation was mailed.
    InvitationMade = "invitation.made",
    /// An invitation led to an account.
    InvitationUsed = "invitation.used",
    /// A question was sent to an office.
    InquiryReceived = "inquiry.received",
    /// A signing key was made.
    KeyMade = "key.made",
    /// A client's registration was applied.
    ClientApplied = "client.applied",
    /// Somebody was invited to register clients; or the invitation was taken back.
    ClientInvited = "client.invited",
    /// A client registered, changed or deleted itself.
    ClientRegistered = "client.registered",
    /// The trail itself was verified or exported.
    AuditRead = "audit.read",
    /// The service started.
    Started = "service.started",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or(())
    }
}

//! What a flow says happened.

use std::collections::BTreeMap;
use std::fmt;

use crate::audit::Kind;
use crate::factor::FactorKind;
use crate::ids::{
    AccountId, ClientId, DeviceId, GrantId, InquiryId, InsurerCode, InvitationId, JourneyId, MembershipId,
    RegistrationInvitationId, SessionId,
};
use crate::session::Acr;

/// How many characters of a value are kept.
const LONGEST: usize = 256;

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Whoever is at the browser: the account's owner, or somebody who claims to be.
    Visitor,
    /// A relying party.
    Client(ClientId),
    /// Whoever runs the service, at its command line.
    Operator,
    /// The service itself.
    House,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visitor => f.write_str("visitor"),
            Self::Client(client) => write!(f, "client:{client}"),
            Self::Operator => f.write_str("operator"),
            Self::House => f.write_str("house"),
        }
    }
}

/// Something that happened, before it is recorded. Made by the constructors, one a kind, which say what it may carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub(super) insurer: Option<InsurerCode>,
    pub(super) kind: Kind,
    pub(super) result: &'static str,
    pub(super) actor: Actor,
    pub(super) account: Option<AccountId>,
    pub(super) detail: BTreeMap<&'static str, String>,
}

impl Event {
    fn new(kind: Kind, result: &'static str, actor: Actor, insurer: impl Into<Option<InsurerCode>>) -> Self {
        let insurer = insurer.into();
        Self { insurer, kind, result, actor, account: None, detail: BTreeMap::new() }
    }

    const fn of(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        let value: String = value.to_string().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        self.detail.insert(name, value);
        self
    }

    /// What happened.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// How it ended.
    pub const fn result(&self) -> &'static str {
        self.result
    }

    /// Adds where the request came from, as trusted proxies say.
    #[must_use]
    pub fn from_source(self, address: &str) -> Self {
        self.with("source", address)
    }

    /// Adds what the browser calls itself.
    #[must_use]
    pub fn by_agent(self, agent: &str) -> Self {
        self.with("agent", agent)
    }

    /// Adds what was shown: the words of factors, in the order in which they were.
    #[must_use]
    pub fn by_showing(self, factors: impl IntoIterator<Item = FactorKind>) -> Self {
        let words: Vec<&str> = factors.into_iter().map(FactorKind::as_str).collect();
        self.with("shown", words.join(" "))
    }

    /// Adds the id of the request, as logs have it.
    #[must_use]
    pub fn in_request(self, request: &str) -> Self {
        self.with("request", request)
    }

    /// The first right answer of a registration.
    pub fn registration_started(insurer: InsurerCode, journey: JourneyId) -> Self {
        Self::new(Kind::RegistrationStarted, "ok", Actor::Visitor, insurer).with("journey", journey)
    }

    /// A registration arrived.
    pub fn registered(insurer: InsurerCode, account: AccountId) -> Self {
        Self::new(Kind::RegistrationFinished, "ok", Actor::Visitor, insurer).of(account)
    }

    /// A first factor was right.
    pub fn sign_in_ok(insurer: impl Into<Option<InsurerCode>>, account: AccountId) -> Self {
        Self::new(Kind::SignIn, "ok", Actor::Visitor, insurer).of(account)
    }

    /// A first factor was wrong, or the account may not sign in.
    pub fn sign_in_refused(insurer: impl Into<Option<InsurerCode>>, account: AccountId) -> Self {
        Self::new(Kind::SignIn, "refused", Actor::Visitor, insurer).of(account)
    }

    /// A first factor was not tried: there were too many tries before.
    pub fn sign_in_throttled(insurer: impl Into<Option<InsurerCode>>, account: AccountId) -> Self {
        Self::new(Kind::SignIn, "throttled", Actor::Visitor, insurer).of(account)
    }

    /// A factor was set up for an account.
    pub fn factor_enrolled(insurer: InsurerCode, account: AccountId, factor: FactorKind) -> Self {
        Self::new(Kind::FactorEnrolled, "ok", Actor::Visitor, insurer)
            .of(account)
            .with("factor", factor.as_str())
    }

    /// A further factor was shown; `result` is `ok`, `refused`, `reused` or `throttled`.
    pub fn factor_tried(
        insurer: impl Into<Option<InsurerCode>>,
        account: Option<AccountId>,
        factor: FactorKind,
        result: &'static str,
    ) -> Self {
        let mut event = Self::new(Kind::FactorTried, result, Actor::Visitor, insurer);
        event.account = account;
        event.with("factor", factor.as_str())
    }

    /// The owner of an account took a factor away.
    pub fn factor_removed(insurer: InsurerCode, account: AccountId, factor: FactorKind) -> Self {
        Self::new(Kind::FactorRemoved, "ok", Actor::Visitor, insurer)
            .of(account)
            .with("factor", factor.as_str())
    }

    /// A second factor was said to be lost, by who proved to be its owner without it; `result` is `asked` or `stopped`.
    pub fn factor_lost(insurer: InsurerCode, account: AccountId, result: &'static str) -> Self {
        Self::new(Kind::FactorLost, result, Actor::Visitor, insurer).of(account)
    }

    /// A password or a second factor was replaced; every session and grant ended.
    pub fn recovered(insurer: InsurerCode, account: AccountId, what: &'static str) -> Self {
        Self::new(Kind::Recovered, what, Actor::Visitor, insurer).of(account)
    }

    /// An operator changed an account; `result` is `reset`, `suspended`, `resumed`, `unlocked` or `described`.
    pub fn account_changed(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        result: &'static str,
        reason: &str,
    ) -> Self {
        Self::new(Kind::AccountChanged, result, Actor::Operator, insurer).of(account).with("reason", reason)
    }

    /// An account that its owner closed has ended.
    pub fn account_ended(insurer: impl Into<Option<InsurerCode>>, account: AccountId) -> Self {
        Self::new(Kind::AccountChanged, "closed", Actor::House, insurer).of(account)
    }

    /// The owner changed the own account; `what` is `address`, `address restored`, `password`, `closing` or `kept`.
    pub fn changed_by_owner(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        what: &'static str,
    ) -> Self {
        Self::new(Kind::AccountChanged, what, Actor::Visitor, insurer).of(account)
    }

    /// A code left by `channel` for an address or number, which is `masked`.
    pub fn code_sent(insurer: InsurerCode, channel: &'static str, masked: &str) -> Self {
        Self::new(Kind::CodeSent, "ok", Actor::Visitor, insurer).with("channel", channel).with("to", masked)
    }

    /// An insurer's SMS of a day come to their end; `result` is `near` at four fifths of `most` and `reached` at the last.
    pub fn sms_budget(insurer: InsurerCode, result: &'static str, sent: i64, most: i64) -> Self {
        Self::new(Kind::SmsBudget, result, Actor::House, insurer).with("sent", sent).with("most", most)
    }

    /// Somebody claimed to be a member; `result` is `ok` or why the claim was not taken.
    pub fn proofing(insurer: InsurerCode, result: &'static str) -> Self {
        Self::new(Kind::Proofing, result, Actor::Visitor, insurer)
    }

    /// An account was bound to a member record.
    pub fn membership_bound(insurer: InsurerCode, account: AccountId, membership: MembershipId) -> Self {
        Self::new(Kind::MembershipBound, "ok", Actor::Visitor, insurer)
            .of(account)
            .with("membership", membership)
    }

    /// A version of a document was accepted.
    pub fn terms_accepted(insurer: InsurerCode, account: AccountId, document: &str, version: &str) -> Self {
        Self::new(Kind::TermsAccepted, "ok", Actor::Visitor, insurer)
            .of(account)
            .with("document", document)
            .with("version", version)
    }

    /// A browser was signed in, with so much assurance.
    pub fn session_started(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        session: SessionId,
        acr: Acr,
    ) -> Self {
        Self::new(Kind::SessionStarted, "ok", Actor::Visitor, insurer)
            .of(account)
            .with("session", session)
            .with("acr", acr)
    }

    /// Somebody signed in again in a session that goes on, which carries so much assurance now.
    pub fn session_renewed(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        session: SessionId,
        acr: Acr,
    ) -> Self {
        Self::new(Kind::SessionRenewed, "ok", Actor::Visitor, insurer)
            .of(account)
            .with("session", session)
            .with("acr", acr)
    }

    /// The owner made a device unknown.
    pub fn device_forgotten(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        device: DeviceId,
    ) -> Self {
        Self::new(Kind::DeviceForgotten, "ok", Actor::Visitor, insurer).of(account).with("device", device)
    }

    /// The owner lets a device sign in without the second factor for a time.
    pub fn device_remembered(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        device: DeviceId,
    ) -> Self {
        Self::new(Kind::DeviceRemembered, "ok", Actor::Visitor, insurer).of(account).with("device", device)
    }

    /// Many sign-ins are refused: `source` when one place is behind them, `insurer` when many are.
    pub fn sign_ins_sprayed(insurer: impl Into<Option<InsurerCode>>, by: &'static str) -> Self {
        Self::new(Kind::SignInsSprayed, by, Actor::House, insurer)
    }

    /// A session ended; `why` as in its row.
    pub fn session_ended(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        session: SessionId,
        why: &'static str,
    ) -> Self {
        Self::new(Kind::SessionEnded, why, Actor::Visitor, insurer).of(account).with("session", session)
    }

    /// A client was given a code for a session.
    pub fn code_issued(
        insurer: InsurerCode,
        account: AccountId,
        client: ClientId,
        session: SessionId,
    ) -> Self {
        Self::new(Kind::CodeIssued, "ok", Actor::Client(client), insurer).of(account).with("session", session)
    }

    /// A client was given tokens under a grant.
    pub fn token_issued(insurer: InsurerCode, account: AccountId, client: ClientId, grant: GrantId) -> Self {
        Self::new(Kind::TokenIssued, "ok", Actor::Client(client), insurer).of(account).with("grant", grant)
    }

    /// A client was given a token in its own name.
    pub fn token_issued_to_client(client: ClientId) -> Self {
        Self::new(Kind::TokenIssued, "client", Actor::Client(client), None)
    }

    /// A client had its tokens renewed under a grant.
    pub fn token_refreshed(
        insurer: InsurerCode,
        account: AccountId,
        client: ClientId,
        grant: GrantId,
    ) -> Self {
        let event = Self::new(Kind::TokenIssued, "refreshed", Actor::Client(client), insurer);
        event.of(account).with("grant", grant)
    }

    /// A refresh token came back that had been replaced: somebody has a copy. Its grant was ended.
    pub fn refresh_replayed(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        client: ClientId,
        grant: GrantId,
    ) -> Self {
        let event = Self::new(Kind::RefreshReplayed, "refused", Actor::Client(client), insurer);
        event.of(account).with("grant", grant)
    }

    /// A client gave a token back; the result says which kind.
    pub fn token_revoked(client: ClientId, what: &'static str, grant: Option<GrantId>) -> Self {
        let event = Self::new(Kind::TokenRevoked, what, Actor::Client(client), None);
        match grant {
            Some(grant) => event.with("grant", grant),
            None => event,
        }
    }

    /// A code came again; the grant it once made was ended.
    pub fn code_replayed(insurer: impl Into<Option<InsurerCode>>, client: ClientId, grant: GrantId) -> Self {
        Self::new(Kind::CodeReplayed, "refused", Actor::Client(client), insurer).with("grant", grant)
    }

    /// A person allowed a client to read what `scopes` name.
    pub fn consent_given(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        client: ClientId,
        scopes: &str,
    ) -> Self {
        Self::new(Kind::ConsentGiven, "ok", Actor::Visitor, insurer)
            .of(account)
            .with("client", client)
            .with("scopes", scopes)
    }

    /// A person took back what a client was allowed.
    pub fn consent_withdrawn(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        client: ClientId,
    ) -> Self {
        Self::new(Kind::ConsentWithdrawn, "ok", Actor::Visitor, insurer).of(account).with("client", client)
    }

    /// A dependent said whether the insured person sees their medical-cost notices.
    pub fn sharing_decided(insurer: InsurerCode, account: AccountId, shares: bool) -> Self {
        let result = if shares { "shared" } else { "kept" };
        Self::new(Kind::SharingDecided, result, Actor::Visitor, insurer).of(account)
    }

    /// A person downloaded what is kept of them: `everything` or `history`.
    pub fn data_exported(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        what: &'static str,
    ) -> Self {
        Self::new(Kind::DataExported, what, Actor::Visitor, insurer).of(account)
    }

    /// A registered client failed to prove who it is.
    pub fn client_refused(client: ClientId, why: &'static str) -> Self {
        Self::new(Kind::ClientRefused, why, Actor::Client(client), None)
    }

    /// Somebody signed out; `client` is the relying party that asked for it, if one did.
    pub fn logout(
        insurer: impl Into<Option<InsurerCode>>,
        account: AccountId,
        session: SessionId,
        client: Option<ClientId>,
    ) -> Self {
        let actor = client.map_or(Actor::Visitor, Actor::Client);
        Self::new(Kind::Logout, "ok", actor, insurer).of(account).with("session", session)
    }

    /// Member records were imported; `result` is `ok`, `held` or `failed`.
    pub fn import_run(insurer: InsurerCode, result: &'static str, counts: &[(&'static str, u64)]) -> Self {
        let event = Self::new(Kind::ImportRun, result, Actor::Operator, insurer);
        counts.iter().fold(event, |event, (name, count)| event.with(name, count))
    }

    /// An invitation was mailed.
    pub fn invitation_made(insurer: InsurerCode, invitation: InvitationId) -> Self {
        Self::new(Kind::InvitationMade, "ok", Actor::Operator, insurer).with("invitation", invitation)
    }

    /// An invitation led to an account.
    pub fn invitation_used(insurer: InsurerCode, account: AccountId, invitation: InvitationId) -> Self {
        Self::new(Kind::InvitationUsed, "ok", Actor::Visitor, insurer)
            .of(account)
            .with("invitation", invitation)
    }

    /// A question was sent to an office.
    pub fn inquiry_received(insurer: InsurerCode, inquiry: InquiryId) -> Self {
        Self::new(Kind::InquiryReceived, "ok", Actor::Visitor, insurer).with("inquiry", inquiry)
    }

    /// A signing key was made.
    pub fn key_made(kid: &str, algorithm: &str) -> Self {
        Self::new(Kind::KeyMade, "ok", Actor::House, None).with("kid", kid).with("algorithm", algorithm)
    }

    /// Somebody was invited to register clients; `result` is `ok` or `withdrawn`.
    pub fn client_invited(invitation: RegistrationInvitationId, result: &'static str) -> Self {
        Self::new(Kind::ClientInvited, result, Actor::Operator, None).with("invitation", invitation)
    }

    /// A client registered itself by an invitation.
    pub fn client_registered(client: &ClientId, invitation: RegistrationInvitationId) -> Self {
        Self::new(Kind::ClientRegistered, "ok", Actor::Client(client.clone()), None)
            .with("invitation", invitation)
    }

    /// A client that registered itself said otherwise; `result` is `changed` or `deleted`.
    pub fn client_managed(client: &ClientId, result: &'static str) -> Self {
        Self::new(Kind::ClientRegistered, result, Actor::Client(client.clone()), None)
    }

    /// An operator applied what a client is; `result` is `added`, `changed`, `removed`, `approved` or `secret`.
    pub fn client_applied(client: &ClientId, result: &'static str) -> Self {
        Self::new(Kind::ClientApplied, result, Actor::Operator, None).with("client", client)
    }

    /// The trail was verified or exported.
    pub fn audit_read(insurer: impl Into<Option<InsurerCode>>, result: &'static str) -> Self {
        Self::new(Kind::AuditRead, result, Actor::Operator, insurer)
    }

    /// The service started.
    pub fn started(version: &str) -> Self {
        Self::new(Kind::Started, "ok", Actor::House, None).with("version", version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_from_outside_is_one_line_of_bounded_length() {
        let event = Event::started("1\r\nforged: line\u{0}").by_agent(&"あ".repeat(1_000));
        assert_eq!(event.detail["version"], "1forged: line");
        assert_eq!(event.detail["agent"].chars().count(), 256);
    }
}

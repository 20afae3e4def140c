//! The authorization code: everything about it travels sealed inside it, and nothing is stored until it is spent.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Kind, Timestamp};
use serde::{Deserialize, Serialize};

use super::CODE_LIFETIME;
use super::authorize::{Asking, Authentication, Challenge, ClaimsRequest, Passed};
use super::error::{Error, ErrorCode};
use super::grant::Grant;
use super::scope::ScopeSet;
use crate::ids::{AccountId, ClientId, GrantId, SessionId};
use crate::session::MembershipRef;

/// What the seal of a code is bound to.
pub const SEAL: &str = "oidc.code";

/// The contents of a code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// 256 random bits: what is spent.
    serial: String,
    /// The epoch it was made in; a restore raises the epoch and voids it.
    epoch: i64,
    expires_at: Timestamp,
    client: ClientId,
    account: AccountId,
    session: SessionId,
    membership: MembershipRef,
    redirect_uri: String,
    challenge: Option<Challenge>,
    nonce: Option<String>,
    scopes: ScopeSet,
    claims: ClaimsRequest,
    resources: Vec<String>,
    authentication: Authentication,
}

/// A code that has not been spent yet, with the grant that spending it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// The unique digest that decides the single use.
    pub digest: Digest,
    /// The grant to be inserted.
    pub grant: Grant,
    /// For the ID token.
    pub nonce: Option<String>,
}

/// What comes with a code at the token endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The authenticated client.
    pub client: &'a ClientId,
    /// The address that the code was sent to, as the client says.
    pub redirect_uri: Option<&'a str>,
    /// The PKCE verifier.
    pub verifier: Option<&'a str>,
}

impl Code {
    /// A code over what was asked and decided.
    pub fn new(asking: &Asking, account: AccountId, passed: Passed, epoch: i64, cx: &mut Cx) -> Self {
        Self {
            serial: cx.secret().expose_secret().to_owned(),
            epoch,
            expires_at: cx.now + CODE_LIFETIME,
            client: asking.client().id.clone(),
            account,
            session: passed.session,
            membership: passed.membership,
            redirect_uri: asking.callback().uri().to_owned(),
            challenge: asking.challenge().cloned(),
            nonce: asking.nonce().map(str::to_owned),
            scopes: asking.scopes().clone(),
            claims: asking.claims().clone(),
            resources: asking.resources().to_vec(),
            authentication: passed.authentication,
        }
    }

    /// Checks the code against who presents it, and with what. A failed check spends nothing.
    ///
    /// # Errors
    /// `invalid_grant` for every reason (RFC 6749 §5.2).
    pub fn redeem(self, presented: Presented<'_>, epoch: i64, cx: &mut Cx) -> Result<Redeemed, Error> {
        let refuse = |reason| Err(ErrorCode::InvalidGrant.because(reason));
        if self.epoch != epoch || cx.now >= self.expires_at {
            return refuse("the code has expired");
        }
        if self.client != *presented.client {
            return refuse("the code was issued to another client");
        }
        if presented.redirect_uri != Some(self.redirect_uri.as_str()) {
            return refuse("redirect_uri is not the one of the request");
        }
        match (&self.challenge, presented.verifier) {
            (None, None) => {}
            (Some(challenge), Some(verifier)) if challenge.is_of(verifier) => {}
            (Some(_), _) => return refuse("code_verifier does not fit the challenge"),
            (None, Some(_)) => return refuse("code_verifier without a challenge"),
        }
        Ok(self.spend(cx))
    }

    fn spend(self, cx: &mut Cx) -> Redeemed {
        let digest = Digest::of(Kind("code"), self.epoch, &SecretString::from(self.serial));
        let grant = Grant {
            id: GrantId::draw(cx),
            client: self.client,
            account: self.account,
            membership: self.membership,
            session: self.session,
            authentication: self.authentication,
            scopes: self.scopes,
            claims: self.claims,
            resources: self.resources,
            created_at: cx.now,
        };
        Redeemed { digest, grant, nonce: self.nonce }
    }
}

/// Shows nothing: a code is a bearer value.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests;

//! Claims read again while a session lives: by the refresh token of its sign-in, without the browser.
//!
//! What the provider refuses ends the session here: the sign-in has ended there, the cover is lost, or the portal may no
//! longer ask. What the provider does not answer changes nothing, and is not asked again before a pause.

use openidconnect::{OAuth2TokenResponse as _, RefreshToken, RequestTokenError, SubjectIdentifier};
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Cx;

use crate::arrival::{Gate, Turned, insurance};
use crate::asking::client;
use crate::claims::Insurance;
use crate::error::{Error, Refusal, Refused};
use crate::guard::SignedIn;
use crate::kit::Kit;
use crate::provider::chain;
use crate::sessions::{self, Session};

/// What the provider says now of a session's person.
struct Reread {
    claims: Insurance,
    refresh_token: Option<SecretString>,
}

impl Gate<'_> {
    async fn reread(
        &self,
        session: &Session,
        refresh_token: &SecretString,
        cx: &mut Cx,
    ) -> Result<Reread, Turned> {
        let refuse = |cause: &str| Turned::Refused(Refused::new(Refusal::Untrusted, cause));
        let metadata = self.provider.metadata(cx).await?;
        let client = client(self.settings, &metadata);
        let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let exchange =
            client.exchange_refresh_token(&token).map_err(|_| refuse("discovery names no token endpoint"))?;
        let tokens = exchange.request_async(&self.provider.http).await.map_err(|error| match &error {
            RequestTokenError::ServerResponse(told) => {
                refuse(&format!("the token endpoint said {}", told.error()))
            }
            _ => {
                tracing::warn!(error = %chain(&error), "the token endpoint does not answer");
                Turned::Away
            }
        })?;
        let subject = SubjectIdentifier::new(session.subject.clone());
        let userinfo = self.userinfo(&metadata, tokens.access_token(), subject).await?;
        let claims = insurance(&userinfo)?;
        if claims.insurer.code != session.insurer {
            return Err(refuse("userinfo speaks of another insurer than the session"));
        }
        // A provider that replaces its refresh tokens names the new one (RFC 6749 §6).
        let replaced = tokens.refresh_token().map(|token| token.secret().clone().into());
        Ok(Reread { claims, refresh_token: replaced })
    }
}

impl Kit {
    /// The member with claims younger than five minutes, where the provider can be asked; none when it says that the
    /// sign-in is over.
    pub(crate) async fn renewed(&self, mut member: SignedIn) -> Result<Option<SignedIn>, Error> {
        let mut cx = self.cx();
        let Some(token) = member.session.refresh_token.clone().filter(|_| !member.fresh) else {
            return Ok(Some(member));
        };
        if !self.provider.may_be_asked(cx.now).await {
            return Ok(Some(member));
        }
        match self.gate().reread(&member.session, &token, &mut cx).await {
            Ok(Reread { claims, refresh_token }) => {
                self.provider.has_answered(cx.now).await;
                let session = &mut member.session;
                session.claims = claims;
                session.claims_read_at = cx.now;
                session.refresh_token = refresh_token.or(Some(token));
                member.fresh = true;
                let kept =
                    sessions::renew(&self.parts.db, &self.parts.ring, &member.session, &mut cx).await?;
                Ok(kept.then_some(member))
            }
            Err(Turned::Away) => {
                self.provider.has_failed(&mut cx).await;
                Ok(Some(member))
            }
            Err(Turned::Refused(Refused { cause, .. })) => {
                tracing::info!(cause, "a session has ended: the provider no longer answers for it");
                let mut tx = self.parts.db.begin().await?;
                sessions::end(&mut tx, &member.cookie, cx.now).await?;
                tx.commit().await?;
                Ok(None)
            }
        }
    }
}

//! Coming back from the identity provider: every check an answer has to pass, in order.
//!
//! State of this browser → issuer → code → ID token (signature, issuer, audience, authorized
//! party, times, nonce, access token hash) → userinfo of the same subject → an insurer this portal
//! serves → the assurance that insurer asks for. Only then is there something to make a session of.

use chrono::DateTime;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClaimsVerificationError, Nonce,
    OAuth2TokenResponse as _, PkceCodeVerifier, RedirectUrl, RequestTokenError, SignatureVerificationError,
    SubjectIdentifier, TokenResponse as _, UserInfoError,
};
use sekisho_base::{Cx, Language, Timestamp};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::asking::{Asked, client};
use crate::assurance::Assurance;
use crate::claims::Insurance;
use crate::error::{Refusal, Refused};
use crate::protocol::{AtUserinfo, IdClaims, Metadata, TokenAnswer, Userinfo};
use crate::provider::{Away, Provider, chain};
use crate::settings::Settings;

/// The parameters of an authorization response (OpenID Connect Core §3.1.2.5, RFC 9207).
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answer {
    pub code: Option<String>,
    pub state: Option<String>,
    pub iss: Option<String>,
    pub error: Option<String>,
}

/// A person who has proven to be signed in.
pub(crate) struct Arrival {
    pub subject: String,
    pub acr: String,
    pub sid: Option<String>,
    pub auth_at: Option<Timestamp>,
    pub id_token: String,
    pub refresh_token: Option<String>,
    pub language: Option<Language>,
    pub claims: Insurance,
}

/// Why nobody arrived.
#[derive(Debug)]
pub(crate) enum Turned {
    Refused(Refused),
    Away,
}

impl From<Away> for Turned {
    fn from(_: Away) -> Self {
        Self::Away
    }
}

impl Turned {
    fn because(refusal: Refusal, cause: impl Into<String>) -> Self {
        Self::Refused(Refused::new(refusal, cause))
    }
}

const CLOCK_DRIFT: Duration = Duration::from_mins(1);
const OLDEST_TOKEN: Duration = Duration::from_mins(10);

/// What answers are judged by.
pub(crate) struct Gate<'a> {
    pub settings: &'a Settings,
    pub provider: &'a Provider,
    pub callback: &'a RedirectUrl,
    pub insurers: &'a BTreeMap<String, Assurance>,
}

impl Gate<'_> {
    /// Judges an answer to what this browser asked.
    pub async fn admit(&self, answer: &Answer, asked: &Asked, cx: &mut Cx) -> Result<Arrival, Turned> {
        // Mix-up defence (RFC 9207 §2.4): before anything is sent anywhere.
        if answer.iss.as_deref() != Some(self.provider.issuer()) {
            return Err(Turned::because(Refusal::Untrusted, "iss is missing or names another issuer"));
        }
        if let Some(error) = &answer.error {
            return Err(told(error));
        }
        let code = answer.code.as_deref();
        let code = code.ok_or_else(|| Turned::because(Refusal::NotOurs, "the answer has no code"))?;
        let metadata = self.provider.metadata(cx).await?;
        let tokens = self.redeem(&metadata, code, asked).await?;
        let claims = self.verify(&metadata, &tokens, asked, cx).await?;
        self.judge(claims)?;
        let userinfo = self.userinfo(&metadata, tokens.access_token(), claims.subject().clone()).await?;
        let insurance = insurance(&userinfo)?;
        let assurance = self.assurance(claims, &insurance)?;
        let auth_at = claims.auth_time().map(|at| Timestamp::from_seconds(at.timestamp()));
        if !asked.more.is_met_by((Some(assurance), auth_at), asked.at) {
            return Err(Turned::because(Refusal::TooWeak, "less was shown than was asked for"));
        }
        Ok(Arrival {
            subject: claims.subject().to_string(),
            acr: assurance.acr().to_owned(),
            sid: claims.additional_claims().sid.clone(),
            auth_at,
            id_token: tokens.id_token().map(ToString::to_string).unwrap_or_default(),
            refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
            language: locale(&userinfo),
            claims: insurance,
        })
    }

    async fn redeem(&self, metadata: &Metadata, code: &str, asked: &Asked) -> Result<TokenAnswer, Turned> {
        let client = client(self.settings, metadata).set_redirect_uri(self.callback.clone());
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| Turned::because(Refusal::Untrusted, "discovery names no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(asked.verifier.clone()));
        exchange.request_async(&self.provider.http).await.map_err(|error| match &error {
            RequestTokenError::ServerResponse(told)
                if *told.error() == CoreErrorResponseType::InvalidGrant =>
            {
                Turned::because(Refusal::NotOurs, "the code was refused: invalid_grant")
            }
            RequestTokenError::ServerResponse(told) => {
                Turned::because(Refusal::Untrusted, format!("the token endpoint said {}", told.error()))
            }
            RequestTokenError::Parse(..) => {
                Turned::because(Refusal::Untrusted, "the token answer cannot be read")
            }
            RequestTokenError::Request(_) | RequestTokenError::Other(_) => {
                tracing::warn!(error = %chain(&error), "the token endpoint does not answer");
                Turned::Away
            }
        })
    }

    /// Verifies the ID token; an unknown key is looked up once more, in case the provider has just changed keys.
    async fn verify<'t>(
        &self,
        metadata: &Metadata,
        tokens: &'t TokenAnswer,
        asked: &Asked,
        cx: &mut Cx,
    ) -> Result<&'t IdClaims, Turned> {
        let unknown_key =
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey);
        let mut verified = self.verified(metadata, tokens, asked, cx.now);
        if verified.as_ref().is_err_and(|error| *error == unknown_key) {
            let metadata = self.provider.reread_keys(cx).await?;
            verified = self.verified(&metadata, tokens, asked, cx.now);
        }
        verified.map_err(|error| Turned::because(Refusal::Untrusted, format!("ID token: {error}")))
    }

    fn verified<'t>(
        &self,
        metadata: &Metadata,
        tokens: &'t TokenAnswer,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<&'t IdClaims, ClaimsVerificationError> {
        let moment = |at: Timestamp| DateTime::from_timestamp(at.seconds(), 0).unwrap_or_default();
        let client = client(self.settings, metadata);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs([self.settings.id_token_signed_response_alg.core()])
            .set_time_fn(move || moment(now))
            .set_issue_time_verifier_fn(move |issued| match issued {
                issued if issued > moment(now + CLOCK_DRIFT) => Err("issued in the future".to_owned()),
                issued if issued < moment(now - OLDEST_TOKEN) => Err("issued too long ago".to_owned()),
                _ => Ok(()),
            });
        let id_token =
            tokens.id_token().ok_or_else(|| ClaimsVerificationError::Other("it is missing".into()))?;
        let claims = id_token.claims(&verifier, &Nonce::new(asked.nonce.clone()))?;
        if let Some(said) = claims.access_token_hash() {
            let key =
                id_token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
            let alg = id_token.signing_alg().map_err(ClaimsVerificationError::SignatureVerification)?;
            if AccessTokenHash::from_token(tokens.access_token(), alg, key).ok().as_ref() != Some(said) {
                return Err(ClaimsVerificationError::Other("at_hash does not fit the access token".into()));
            }
        }
        Ok(claims)
    }

    /// What the library leaves to the relying party: the authorized party.
    fn judge(&self, claims: &IdClaims) -> Result<(), Turned> {
        if claims.authorized_party().is_some_and(|party| party.as_str() != self.settings.client_id) {
            return Err(Turned::because(Refusal::Untrusted, "azp names another client"));
        }
        Ok(())
    }

    /// The assurance of the sign-in, if it is what the member's insurer asks for.
    fn assurance(&self, claims: &IdClaims, insurance: &Insurance) -> Result<Assurance, Turned> {
        let code = &insurance.insurer.code;
        let least = self.insurers.get(code).copied();
        let least =
            least.ok_or_else(|| Turned::because(Refusal::Elsewhere, "the insurer is not served here"))?;
        // An absent acr is the weakest there is (RP-05).
        let acr = claims.auth_context_ref().map(|acr| acr.as_str()).unwrap_or_default();
        let assurance = Assurance::of(acr).filter(|assurance| *assurance >= least);
        assurance.ok_or_else(|| Turned::because(Refusal::TooWeak, format!("acr is {acr:?} at {code}")))
    }

    pub(crate) async fn userinfo(
        &self,
        metadata: &Metadata,
        token: &AccessToken,
        subject: SubjectIdentifier,
    ) -> Result<Userinfo, Turned> {
        let client = client(self.settings, metadata);
        let request = client
            .user_info(token.clone(), Some(subject))
            .map_err(|_| Turned::because(Refusal::Untrusted, "discovery names no userinfo endpoint"))?;
        request.request_async(&self.provider.http).await.map_err(|error| match &error {
            UserInfoError::Response(status, ..) if !status.is_server_error() => {
                Turned::because(Refusal::Untrusted, format!("userinfo answered {status}"))
            }
            UserInfoError::ClaimsVerification(cause) => {
                Turned::because(Refusal::Untrusted, format!("userinfo: {cause}"))
            }
            // The parser's own words could repeat a member's claims.
            UserInfoError::Parse(_) => Turned::because(Refusal::Untrusted, "userinfo cannot be read"),
            _ => {
                tracing::warn!("userinfo does not answer");
                Turned::Away
            }
        })
    }
}

/// An error answer (OpenID Connect Core §3.1.2.6).
fn told(error: &str) -> Turned {
    match error {
        "temporarily_unavailable" | "server_error" => Turned::Away,
        "unmet_authentication_requirements" => {
            Turned::because(Refusal::TooWeak, "the provider could not step up")
        }
        "access_denied"
        | "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => Turned::because(Refusal::Declined, "the provider let nobody in"),
        _ => Turned::because(Refusal::Untrusted, "the provider refused the request"),
    }
}

/// The membership that userinfo speaks of.
pub(crate) fn insurance(userinfo: &Userinfo) -> Result<Insurance, Turned> {
    let AtUserinfo { insurer, membership, household, opt_ins } = userinfo.additional_claims().clone();
    let (Some(insurer), Some(membership)) = (insurer, membership) else {
        return Err(Turned::because(Refusal::Elsewhere, "userinfo names no membership"));
    };
    // An address that nobody has proven may be anyone's.
    let email = userinfo.email().filter(|_| userinfo.email_verified() == Some(true));
    let email = email.map(|email| email.as_str().to_owned());
    Ok(Insurance { insurer, membership, household, opt_ins, email })
}

fn locale(userinfo: &Userinfo) -> Option<Language> {
    Language::first_of(userinfo.locale()?.as_ref())
}

//! News from the provider that somebody signed out there (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8).
//!
//! The news comes from nobody's browser: it proves itself by the provider's signature, and by nothing else. What is not
//! proven ends no session and is answered 400; while the provider's keys cannot be read it is answered 503, and comes again.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use openidconnect::JsonWebKey as _;
use sekisho_base::{Cx, Digest, Timestamp};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::kit::Kit;
use crate::protocol::Metadata;
use crate::provider::Away;
use crate::sessions::{self, SignedOut};
use crate::settings::Signing;

/// What the one event of a logout token is called (§2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Nobody's token is longer.
const LONGEST: usize = 8 * 1024;
/// How far the provider's clock may be ahead.
const CLOCK_DRIFT: Duration = Duration::from_mins(1);
/// How old news may be: the provider signs anew for each try.
const OLDEST: Duration = Duration::from_mins(5);
/// How long heard news is remembered.
const REMEMBERED: Duration = Duration::from_hours(1);

/// The form that the provider posts.
#[derive(Debug, Deserialize)]
pub(crate) struct News {
    logout_token: String,
}

/// Why news ends no session.
#[derive(Debug)]
enum Unheard {
    /// It does not prove what it says; for the log.
    Unproven(&'static str),
    /// The provider's keys cannot be read.
    Away,
    /// Something failed here.
    Fault(Error),
}

impl From<Away> for Unheard {
    fn from(_: Away) -> Self {
        Self::Away
    }
}

impl<E: Into<Error>> From<E> for Unheard {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

pub(crate) async fn post(State(kit): State<Arc<Kit>>, form: Result<Form<News>, FormRejection>) -> Response {
    let heard = match form {
        Ok(Form(news)) => hear(&kit, &news.logout_token).await,
        Err(_) => Err(Unheard::Unproven("no form with a logout_token")),
    };
    let mut response = match heard {
        Ok(()) => StatusCode::OK.into_response(),
        Err(Unheard::Unproven(cause)) => {
            tracing::info!(cause, "news of a sign-out refused");
            (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_request" }))).into_response()
        }
        Err(Unheard::Away) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(Unheard::Fault(error)) => {
            tracing::error!(%error, "news of a sign-out could not be heard");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn hear(kit: &Kit, token: &str) -> Result<(), Unheard> {
    let mut cx = kit.cx();
    let claims = proven(kit, token, &mut cx).await?;
    let issuer = kit.provider.issuer();
    let news = claims.judge((issuer, &kit.parts.settings.client_id), cx.now).map_err(Unheard::Unproven)?;
    let mut tx = kit.parts.db.begin().await?;
    sessions::forget_news(&mut tx, cx.now - REMEMBERED).await?;
    if !sessions::hear(&mut tx, Digest::of_content(claims.jti.as_bytes()), cx.now).await? {
        return Err(Unheard::Unproven("heard before"));
    }
    sessions::signed_out(&mut tx, issuer, &news, cx.now).await?;
    Ok(tx.commit().await?)
}

/// The claims of a token that the provider signed; an unknown key is looked up once more.
async fn proven(kit: &Kit, token: &str, cx: &mut Cx) -> Result<Claims, Unheard> {
    let signing = kit.parts.settings.id_token_signed_response_alg;
    let parts = Parts::split(token).filter(|parts| parts.header.alg == signing.alg());
    let parts = parts.ok_or(Unheard::Unproven("no logout token"))?;
    let metadata = kit.provider.metadata(cx).await?;
    if parts.is_of(&metadata, signing) {
        return parts.claims().ok_or(Unheard::Unproven("claims are missing or of another form"));
    }
    let metadata = kit.provider.reread_keys(cx).await?;
    if !parts.is_of(&metadata, signing) {
        return Err(Unheard::Unproven("no key of the provider's has signed it"));
    }
    parts.claims().ok_or(Unheard::Unproven("claims are missing or of another form"))
}

/// A signed object in its parts.
struct Parts<'a> {
    header: Header,
    payload: Vec<u8>,
    signed: &'a str,
    signature: Vec<u8>,
}

/// What is looked at of a header: by which algorithm and key, and what the token is for.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
    crit: Option<IgnoredAny>,
}

impl<'a> Parts<'a> {
    fn split(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.').filter(|_| token.len() <= LONGEST)?;
        let (header, payload) = signed.split_once('.')?;
        let header: Header = read(&decode(header)?)?;
        let plain = header.crit.is_none();
        let kind = header.typ.eq_ignore_ascii_case("logout+jwt");
        let (payload, signature) = (decode(payload)?, decode(signature)?);
        (plain && kind).then_some(Self { header, payload, signed, signature })
    }

    fn is_of(&self, metadata: &Metadata, signing: Signing) -> bool {
        let alg = signing.core();
        let named = |key: &&_| key_id(key) == Some(self.header.kid.as_str());
        let mut keys = metadata.jwks().keys().iter().filter(named);
        keys.any(|key| key.verify_signature(&alg, self.signed.as_bytes(), &self.signature).is_ok())
    }

    fn claims(&self) -> Option<Claims> {
        read(&self.payload)
    }
}

fn key_id(key: &openidconnect::core::CoreJsonWebKey) -> Option<&str> {
    key.key_id().map(|id| id.as_str())
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}

/// The claims of a logout token (§2.4).
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    iat: i64,
    exp: i64,
    jti: String,
    events: Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn has(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Several(all) => all.iter().any(|one| one == client),
        }
    }
}

impl Claims {
    /// Whose sessions end, if everything holds that makes it news of this provider to this client (§2.6).
    fn judge(&self, (issuer, client): (&str, &str), now: Timestamp) -> Result<SignedOut, &'static str> {
        let event = self.events.get(EVENT).is_some_and(Value::is_object);
        let earliest = (now - OLDEST).seconds();
        match self {
            _ if self.iss != issuer => Err("of another issuer"),
            _ if !self.aud.has(client) => Err("for another client"),
            _ if self.iat > (now + CLOCK_DRIFT).seconds() => Err("issued in the future"),
            _ if self.iat < earliest || self.exp <= now.seconds() => Err("too old"),
            _ if self.jti.is_empty() => Err("it has no name"),
            _ if !event => Err("about something else"),
            _ if self.nonce.is_some() => Err("it has a nonce"),
            Self { sub: None, sid: None, .. } => Err("about nobody"),
            Self { sub, sid, .. } => Ok(SignedOut { subject: sub.clone(), sid: sid.clone() }),
        }
    }
}

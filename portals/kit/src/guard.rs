//! Who may see a page: the extractors that portal pages name in their arguments.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use http::Method;
use http::request::Parts;
use secrecy::SecretString;
use sekisho_site::web::Arrival;
use url::form_urlencoded;

use crate::error::Error;
use crate::kit::Kit;
use crate::sessions::{self, Session};

/// A signed-in person. A page that takes it is not reachable for anyone else.
///
/// Without a session the browser is sent to the provider and comes back: without a question if the person is signed in
/// there already, at another portal for instance, and from the ordinary sign-in otherwise. Claims older than five minutes
/// are read again before the page is shown, by the refresh token if the provider gave one, else by the same way of the
/// browser, which nobody notices: lost cover, a removed dependent or a sign-out elsewhere therefore end access within five
/// minutes (RP-12). While the provider is away, the page is shown with what is known, and [`SignedIn::fresh`] is false.
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Whether the claims are younger than five minutes. What hands out something new asks for that.
    pub fresh: bool,
    pub(crate) cookie: SecretString,
    pub(crate) browser: SecretString,
}

/// A person with a session, for requests that carry something typed, which a way through the provider would lose. Claims
/// older than five minutes are read again by the refresh token; without one, [`SignedIn::fresh`] is false.
pub struct Seated(pub SignedIn);

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Arc<Kit>: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let kit = Arc::<Kit>::from_ref(state);
        let Some(signed_in) = seat(&kit, parts).await? else { return Err(to_sign_in(parts, None)) };
        let could_be_fresh = signed_in.session.refresh_token.is_none();
        if signed_in.fresh || !could_be_fresh || !kit.provider_answers().await {
            return Ok(signed_in);
        }
        Err(to_sign_in(parts, Some(&signed_in.session.insurer)))
    }
}

impl<S> FromRequestParts<S> for Seated
where
    S: Send + Sync,
    Arc<Kit>: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let kit = Arc::<Kit>::from_ref(state);
        seat(&kit, parts).await?.map(Self).ok_or_else(|| to_sign_in(parts, None))
    }
}

async fn seat(kit: &Kit, parts: &mut Parts) -> Result<Option<SignedIn>, Response> {
    let Ok(arrival) = Arrival::from_request_parts(parts, &()).await;
    let fault = |error: Error| {
        tracing::error!(%error, "a session cannot be read");
        kit.parts.look.fault(&kit.reader(&arrival, None))
    };
    let Some(signed_in) = kit.present(&parts.headers).await.map_err(fault)? else { return Ok(None) };
    sessions::touch(&kit.parts.db, &signed_in.session, kit.cx().now).await.map_err(fault)?;
    kit.renewed(signed_in).await.map_err(fault)
}

/// Sends the browser to sign in and back to the page it asked for, for the membership it was signed in with or the
/// one its address names. Every page that takes a POST also has a GET.
fn to_sign_in(parts: &Parts, insurer: Option<&str>) -> Response {
    let asked = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let named = query.into_owned().find(|(name, _)| name == "insurer").map(|(_, code)| code);
    let insurer = insurer.or(named.as_deref());
    // What was posted is lost in any case, and then a question is better than a page that nobody expects.
    if parts.method == Method::GET {
        Kit::silently(asked, insurer)
    } else {
        Kit::through_provider(asked, insurer)
    }
}

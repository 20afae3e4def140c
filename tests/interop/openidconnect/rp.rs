//! A relying party on the crate openidconnect: `client_secret_basic`, PKCE, an ID token in RS256, userinfo.
//!
//! It is an integrator's code, as its library's documentation would have it, and knows nothing of this service but what
//! discovery says. `Http` is any client that follows no redirects; the crate's feature `reqwest` brings one.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub struct Http(pub sekisho_site::http::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = sekisho_site::http::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Self::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.send(request))
    }
}

/// What is kept in the browser's session until the answer comes.
struct Begun {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

async fn client(issuer: &str, (id, secret): (&str, &str), here: &str, http: &Http) -> anyhow::Result<Client> {
    let metadata = CoreProviderMetadata::discover_async(IssuerUrl::new(issuer.to_owned())?, http).await?;
    let secret = ClientSecret::new(secret.to_owned());
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(id.to_owned()), Some(secret));
    Ok(client.set_redirect_uri(RedirectUrl::new(format!("{here}/callback"))?))
}

fn login(client: &Client) -> (Url, Begun) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
    let scopes = ["profile", "insurance"].map(|scope| Scope::new(scope.to_owned()));
    let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
    (url, Begun { state, nonce, verifier })
}

async fn callback(
    client: &Client,
    http: &Http,
    begun: Begun,
    code: String,
) -> anyhow::Result<(CoreIdTokenClaims, CoreUserInfoClaims)> {
    let request = client.exchange_code(AuthorizationCode::new(code))?;
    let tokens = request.set_pkce_verifier(begun.verifier).request_async(http).await?;
    let id_token = tokens.id_token().context("there is no ID token")?;
    let claims = id_token.claims(&client.id_token_verifier(), &begun.nonce)?;
    let whose = Some(claims.subject().clone());
    let userinfo = client.user_info(tokens.access_token().clone(), whose)?.request_async(http).await?;
    Ok((claims.clone(), userinfo))
}

struct Portal {
    issuer: String,
    client: Client,
    http: Http,
    begun: Mutex<HashMap<String, Begun>>,
}

/// Serves `/login` and `/callback` at `listener`.
pub async fn serve(
    listener: TcpListener,
    issuer: String,
    (id, secret): (&str, &str),
    http: Http,
) -> anyhow::Result<()> {
    let here = format!("http://localhost:{}", listener.local_addr()?.port());
    let client = client(&issuer, (id, secret), &here, &http).await?;
    let portal = Arc::new(Portal { issuer, client, http, begun: Mutex::default() });
    let ways = Router::new().route("/login", get(leave)).route("/callback", get(arrive)).with_state(portal);
    Ok(axum::serve(listener, ways).await?)
}

async fn leave(State(portal): State<Arc<Portal>>) -> Redirect {
    let (url, begun) = login(&portal.client);
    let mut kept = portal.begun.lock().unwrap_or_else(PoisonError::into_inner);
    kept.insert(begun.state.secret().clone(), begun);
    Redirect::to(url.as_str())
}

async fn arrive(State(portal): State<Arc<Portal>>, Query(named): Query<HashMap<String, String>>) -> Response {
    let said = learn(&portal, named).await.unwrap_or_else(|error| json!({ "failed": format!("{error:#}") }));
    said.to_string().into_response()
}

async fn learn(portal: &Portal, mut named: HashMap<String, String>) -> anyhow::Result<Value> {
    ensure!(named.get("iss") == Some(&portal.issuer), "another issuer answers (RFC 9207)");
    let state = named.remove("state").context("there is no state")?;
    let begun = portal.begun.lock().unwrap_or_else(PoisonError::into_inner).remove(&state);
    let code = named.remove("code").context("there is no code")?;
    let begun = begun.context("that was not begun here")?;
    let (claims, userinfo) = callback(&portal.client, &portal.http, begun, code).await?;
    Ok(json!({ "claims": claims, "userinfo": userinfo }))
}

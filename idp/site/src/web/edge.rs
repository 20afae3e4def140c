//! The outermost layer of a service's pages.

use std::any::Any;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sekisho_base::Language;
use tracing::Instrument as _;
use url::Url;

use super::{ClientAddr, Cookies, Proxies, RequestId, Security, language};
use crate::clock::Door;

/// The largest body of a request (DO-02).
const BODY_LIMIT: usize = 64 * 1024;
/// How long a request may take, its body included (F-18).
const REQUEST_LIMIT: Duration = Duration::from_secs(15);

/// What is known of a request as it arrives. Handlers extract it.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The number to find it in the log by.
    pub request_id: RequestId,
    /// Who sent it.
    pub client: ClientAddr,
    /// The language chosen or accepted; a page that knows `ui_locales` asks [`language`] again.
    pub language: Language,
}

type Failure = Arc<dyn Fn(&Arrival, StatusCode) -> Response + Send + Sync>;

/// The outermost layer: request number, client address, one line of log, metrics, limits, a page for what fell over,
/// and the security headers on whatever comes out.
#[derive(Clone)]
pub struct Edge {
    door: Door,
    proxies: Arc<Proxies>,
    cookies: Cookies,
    security: Security,
    failure: Failure,
}

impl Edge {
    /// The edge of `app`, reached at `site`.
    pub fn new(app: &str, site: &Url) -> Self {
        Self {
            door: Door::default(),
            proxies: Arc::default(),
            cookies: Cookies::new(app, site),
            security: Security::new(site),
            failure: Arc::new(|_, status| status.into_response()),
        }
    }

    /// Makes request numbers from `door`.
    #[must_use]
    pub fn door(mut self, door: Door) -> Self {
        self.door = door;
        self
    }

    /// Believes `proxies`.
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = Arc::new(proxies);
        self
    }

    /// Answers by `page` where a handler panicked (500), took too long (503) or was sent too much (413).
    #[must_use]
    pub fn failure(
        mut self,
        page: impl Fn(&Arrival, StatusCode) -> Response + Send + Sync + 'static,
    ) -> Self {
        self.failure = Arc::new(page);
        self
    }

    /// Lays the edge around all routes of `router`, fallbacks included.
    pub fn wrap<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        router.layer(DefaultBodyLimit::max(BODY_LIMIT)).layer(from_fn_with_state(self, pass))
    }

    fn arrival(&self, request: &Request) -> Arrival {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
        Arrival {
            request_id: RequestId::draw(&mut self.door.cx()),
            client: self.proxies.client(peer, request.headers()),
            language: language(&self.cookies, request.headers(), None),
        }
    }
}

async fn pass(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let arrival = edge.arrival(&request);
    // The route's pattern, never the path: a path may hold a token.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let method = known(request.method());
    let span =
        tracing::info_span!("request", id = %arrival.request_id, client = %arrival.client.0, method, route);
    request.extensions_mut().insert(arrival.clone());

    #[expect(clippy::disallowed_methods, reason = "a duration for the metrics")]
    let started = std::time::Instant::now();
    let mut response = answer(&edge, &arrival, request, next).instrument(span.clone()).await;
    let elapsed = started.elapsed();

    let status = response.status().as_u16();
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status, millis, "answered"));
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::histogram!("http_request_seconds", &labels).record(elapsed.as_secs_f64());

    let headers = response.headers_mut();
    edge.security.apply(headers);
    if let Ok(id) = HeaderValue::from_str(arrival.request_id.as_str()) {
        headers.insert("x-request-id", id);
    }
    response
}

async fn answer(edge: &Edge, arrival: &Arrival, request: Request, next: Next) -> Response {
    if announced(request.headers()) > BODY_LIMIT {
        return (edge.failure)(arrival, StatusCode::PAYLOAD_TOO_LARGE);
    }
    let handled =
        tokio::time::timeout(REQUEST_LIMIT, AssertUnwindSafe(next.run(request)).catch_unwind()).await;
    match handled {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            log_panic(&*panic);
            (edge.failure)(arrival, StatusCode::INTERNAL_SERVER_ERROR)
        }
        Err(_) => {
            tracing::warn!("the request took too long");
            (edge.failure)(arrival, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// Only literal messages are logged: a formatted one may carry anything.
fn log_panic(panic: &(dyn Any + Send)) {
    let what = panic.downcast_ref::<&'static str>().copied().unwrap_or("a formatted message, withheld");
    tracing::error!(what, "a handler panicked");
}

fn announced(headers: &HeaderMap) -> usize {
    headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0)
}

/// The method as a label: callers must not invent labels (DO-05).
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Arrival {
    type Rejection = Infallible;

    /// A router that is not behind an [`Edge`] sees an anonymous arrival without a number.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self {
            request_id: RequestId::none(),
            client: ClientAddr(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            language: Language::default(),
        }))
    }
}

#[cfg(test)]
mod tests;

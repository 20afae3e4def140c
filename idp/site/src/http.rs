//! A small client for what a service asks of others over HTTP.
//!
//! What must stay true: redirects are not followed, an answer is bounded in size and time, TLS is never turned down, and
//! an address that someone else gave us is connected to only if it is public or an operator named its host (SS-01 to
//! SS-06). Errors name no address.

mod outbound;
mod reach;
mod resolver;
mod tls;
#[cfg(any(test, feature = "trial"))]
pub mod trial;

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

use outbound::Rules;
pub use outbound::{NoHost, Outbound, OutboundError, PrivateHost};
pub use reach::Reach;
use resolver::{Lookup, Resolver};
pub use tls::{Tls, TlsError};

/// A request with its whole body.
pub type Request = http::Request<Vec<u8>>;
/// An answer with its whole body.
pub type Response = http::Response<Vec<u8>>;

const CONNECT: Duration = Duration::from_secs(3);
/// The size of an answer's head at most, in bytes.
const HEAD: usize = 64 * 1024;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The address may not be asked.
    #[error("the address is refused: {0}")]
    Refused(&'static str),
    /// No connection, or no TLS.
    #[error("no connection")]
    Unreachable,
    /// The connection broke off before the whole answer was there.
    #[error("the connection broke off")]
    Broken,
    /// The answer took too long.
    #[error("no answer in time")]
    Late,
    /// The answer is larger than is accepted.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is none that can be used.
    #[error("the answer has {0}")]
    Unusable(&'static str),
}

/// How much of an answer is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first packet to the last.
    pub time: Duration,
    /// The size of the body in bytes.
    pub size: usize,
}

impl Limits {
    /// What a document gets that somebody else told us to read (SS-05).
    pub const DOCUMENT: Self = Self { time: Duration::from_secs(3), size: 256 * 1024 };
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(5), size: 256 * 1024 }
    }
}

/// Sends requests. Clones share the connections.
#[derive(Clone)]
pub struct Client {
    inner: legacy::Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    rules: Arc<Rules>,
    limits: Limits,
}

impl Client {
    /// A client that connects as far as `reach` allows.
    pub fn new(reach: Reach) -> Self {
        Self::with_limits(reach, Limits::default())
    }

    /// As [`Client::new`], with limits of the caller's.
    pub fn with_limits(reach: Reach, limits: Limits) -> Self {
        let Ok(tls) = Tls::default().config(None) else { unreachable!("nothing of the caller's is read") };
        Self::build(Rules { reach, hosts: Vec::new() }, limits, tls)
    }

    fn build(rules: Rules, limits: Limits, tls: rustls::ClientConfig) -> Self {
        Self::build_over(Lookup::System, rules, limits, tls)
    }

    fn build_over(lookup: Lookup, rules: Rules, limits: Limits, tls: rustls::ClientConfig) -> Self {
        let rules = Arc::new(rules);
        let mut tcp = HttpConnector::new_with_resolver(Resolver { rules: Arc::clone(&rules), lookup });
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT.min(limits.time)));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let inner = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .http1_max_buf_size(HEAD)
            .build(connector);
        Self { inner, rules, limits }
    }

    /// Whether a URL may be asked by this client, for whoever is about to keep it. It is judged again when it is asked,
    /// and its host's addresses when they are connected to.
    ///
    /// # Errors
    /// [`Error::Refused`] with the reason.
    pub fn judge(&self, url: &Url) -> Result<(), Error> {
        self.rules.judge(url)
    }

    /// Reads a document. Anything but a plain 200 is none: nothing is followed and nothing is unpacked (SS-02, SS-05).
    ///
    /// # Errors
    /// As [`Client::send`], and [`Error::Unusable`].
    pub async fn document(&self, url: &Url) -> Result<Vec<u8>, Error> {
        let request = http::Request::get(url.as_str())
            .header(ACCEPT, "*/*")
            .header(ACCEPT_ENCODING, "identity")
            .body(Vec::new())
            .map_err(|_| Error::Refused("it is no URL"))?;
        let answer = self.send(request).await?;
        if answer.status() != http::StatusCode::OK {
            return Err(Error::Unusable("another status than 200"));
        }
        if answer.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(Error::Unusable("a packed body"));
        }
        Ok(answer.into_body())
    }

    /// Sends a request and reads the whole answer, of whatever status. Redirects are answers like others.
    ///
    /// # Errors
    /// [`Error`] when the address may not be asked or there is no whole answer within the limits.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        self.check(request.uri())?;
        tokio::time::timeout(self.limits.time, self.exchange(request)).await.map_err(|_| Error::Late)?
    }

    /// As [`Client::judge`], for a request. The URL standard's reading of the host counts, so that `2130706433` and
    /// `0x7f.1` are seen as the addresses they are.
    fn check(&self, uri: &http::Uri) -> Result<(), Error> {
        let url = Url::parse(&uri.to_string()).map_err(|_| Error::Refused("it is no URL"))?;
        self.judge(&url)?;
        // The connector reads the host by itself: what the two would read differently is refused.
        if url.host_str() == uri.host() { Ok(()) } else { Err(Error::Refused("its host")) }
    }

    async fn exchange(&self, request: Request) -> Result<Response, Error> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let lost = |error: legacy::Error| if error.is_connect() { Error::Unreachable } else { Error::Broken };
        let answer = self.inner.request(request).await.map_err(lost)?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, self.limits.size).collect().await.map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() { Error::TooLarge } else { Error::Broken }
        })?;
        Ok(http::Response::from_parts(parts, body.to_bytes().to_vec()))
    }
}

#[cfg(test)]
mod tests;

//! One connection.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// What a connection may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How long the head of a request may take; an idle connection ends after it as well (F-18).
    pub(super) head: Duration,
    /// The size of a request's head in bytes (DO-07).
    pub(super) head_size: usize,
    /// How long shaking hands may take under TLS.
    pub(super) handshake: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(20), head_size: 32 * 1024, handshake: Duration::from_secs(10) }
    }
}

/// Whom a connection is with, and what answers it.
pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) router: Router,
    pub(super) limits: Limits,
}

impl Connection {
    /// Shakes hands, then answers as [`Connection::until`]. Whoever takes too long over it, or wants what is not offered,
    /// is let go; nothing was begun with them.
    pub(super) async fn under(self, tls: TlsAcceptor, stream: TcpStream, shutdown: CancellationToken) {
        let shaken = tokio::select! {
            () = shutdown.cancelled() => return,
            shaken = tokio::time::timeout(self.limits.handshake, tls.accept(stream)) => shaken,
        };
        if let Ok(Ok(stream)) = shaken {
            self.until(stream, shutdown).await;
        }
    }

    /// Answers requests until the peer goes; after `shutdown` only the one that is being answered.
    pub(super) async fn until<S>(self, stream: S, shutdown: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { peer, router, limits } = self;
        let service = service_fn(move |request: http::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        // The header timeout holds only with a timer installed.
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(limits.head_size)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        // How a connection breaks off is the peer's affair and not logged.
        tokio::select! {
            _ = connection.as_mut() => return,
            () = shutdown.cancelled() => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

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
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::listening::without_delay;

/// What a connection may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How long the head of a request may take; an idle connection ends after it as well (F-18).
    pub(super) head: Duration,
    /// The size of a request's head in bytes (DO-07).
    pub(super) head_size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(20), head_size: 32 * 1024 }
    }
}

/// A connection that is to be answered.
pub(super) struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
}

pub(super) const fn serve(stream: TcpStream, peer: SocketAddr, router: Router, limits: Limits) -> Connection {
    Connection { stream, peer, router, limits }
}

impl Connection {
    /// Answers requests until the peer goes; after `shutdown` only the one that is being answered.
    pub(super) async fn until(self, shutdown: CancellationToken) {
        let Self { stream, peer, router, limits } = self;
        without_delay(&stream);
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

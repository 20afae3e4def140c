//! A bound port and its connections.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::{self, Limits};

/// A pause after a failed accept: when files run out, trying at once would only burn the processor (F-19).
const BREATH: Duration = Duration::from_millis(100);

/// A port that is bound but not yet answered at: what cannot be bound is known before anything starts.
pub struct Listening {
    listener: TcpListener,
    limits: Limits,
}

impl Listening {
    /// Binds `address`; port 0 takes any free one.
    ///
    /// # Errors
    /// What keeps the address from being bound, naming it.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
        Ok(Self { listener, limits: Limits::default() })
    }

    #[cfg(test)]
    pub(super) fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The address that was bound.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers by `router` until `shutdown`, then waits for the answers that are on their way.
    pub async fn serve(self, router: Router, shutdown: CancellationToken) {
        let connections = TaskTracker::new();
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let connection = connection::serve(stream, peer, router.clone(), self.limits);
                    connections.spawn(connection.until(shutdown.clone()));
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
        drop(self.listener);
        connections.close();
        if tokio::time::timeout(super::DRAIN, connections.wait()).await.is_err() {
            tracing::warn!(left = connections.len(), "connections are cut");
        }
    }
}

/// Errors of one connection that was gone before it was taken.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Small packets leave at once.
pub(super) fn without_delay(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
}

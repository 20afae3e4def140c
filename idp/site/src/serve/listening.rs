//! A bound port and its connections.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::{Connection, Limits};
use super::tls::{Guard, Tls, TlsError};

/// A pause after a failed accept: when files run out, trying at once would only burn the processor (F-19).
const BREATH: Duration = Duration::from_millis(100);

/// A port that is bound but not yet answered at: what cannot be bound is known before anything starts.
pub struct Listening {
    listener: TcpListener,
    guard: Option<Guard>,
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
        Ok(Self { listener, guard: None, limits: Limits::default() })
    }

    /// Answers under TLS, where there is a certificate to show.
    ///
    /// # Errors
    /// What keeps the certificate from being shown, naming the key of the configuration.
    pub fn under(self, tls: Option<&Tls>) -> Result<Self, TlsError> {
        let guard = tls.cloned().map(Guard::open).transpose()?;
        Ok(Self { guard, ..self })
    }

    #[cfg(test)]
    pub(super) fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    #[cfg(test)]
    pub(super) fn looking_every(self, time: Duration) -> Self {
        Self { guard: self.guard.map(|guard| guard.looking_every(time)), ..self }
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
        let tls = self.guard.as_ref().map(Guard::acceptor);
        if let Some(guard) = self.guard {
            tokio::spawn(guard.keep(shutdown.clone()));
        }
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    without_delay(&stream);
                    let connection = Connection { peer, router: router.clone(), limits: self.limits };
                    match tls.clone() {
                        None => connections.spawn(connection.until(stream, shutdown.clone())),
                        Some(tls) => connections.spawn(connection.under(tls, stream, shutdown.clone())),
                    };
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
fn without_delay(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
}

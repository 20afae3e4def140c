//! How a service listens: its pages, the operators' listener, and an orderly end.
//!
//! What must stay true: a slow sender holds a connection and nothing else, and only for so long (F-18); a request that was
//! taken is answered before the process ends (F-21); health, metrics and logs are for operators only and name no person.

mod connection;
mod listening;
mod operators;
mod shutdown;
pub mod telemetry;
mod tls;

use std::time::Duration;

use axum::Router;
use tokio_util::sync::CancellationToken;

use crate::db::Db;

pub use listening::Listening;
pub use shutdown::on_signals;
pub use tls::{Tls, TlsError};

/// How long the end waits for answers that are on their way.
const DRAIN: Duration = Duration::from_secs(25);

/// What a service opens.
pub struct Doors {
    /// Where browsers and clients are listened to.
    pub public: Listening,
    /// What they are answered by.
    pub router: Router,
    /// Where operators are listened to.
    pub operators: Option<Listening>,
    /// The database, which readiness depends on.
    pub db: Db,
}

/// Answers until `shutdown`, then finishes what was begun. While it does, readiness is already refused, so that the
/// proxy sends new requests elsewhere.
pub async fn run(doors: Doors, shutdown: CancellationToken) {
    let ended = CancellationToken::new();
    let operators = doors.operators.map(|listening| {
        let router = operators::router(doors.db.clone(), shutdown.clone());
        tokio::spawn(listening.serve(router, ended.clone()))
    });
    doors.public.serve(doors.router, shutdown).await;
    ended.cancel();
    if let Some(operators) = operators {
        let _ = operators.await;
    }
}

#[cfg(test)]
mod tests;

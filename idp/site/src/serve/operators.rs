//! What operators ask: is it alive, is it ready, how is it doing.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{StatusCode, header};
use tokio_util::sync::CancellationToken;

use super::telemetry;
use crate::db::Db;

/// How long the database may take to show that it is there.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone)]
struct Ward {
    db: Db,
    shutdown: CancellationToken,
}

/// `/health/live`, `/health/ready` and `/metrics`.
pub(super) fn router(db: Db, shutdown: CancellationToken) -> Router {
    Router::new()
        .route("/health/live", get(async || "alive\n"))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Ward { db, shutdown })
}

async fn ready(State(ward): State<Ward>) -> Response {
    if ward.shutdown.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "ending\n").into_response();
    }
    match tokio::time::timeout(PATIENCE, ward.db.ping()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

async fn metrics() -> Response {
    match telemetry::metrics() {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

//! Every path of the portal's own on one screen.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use super::{App, closed, costs, eligibility, open, saves};

/// The portal's pages. The sign-in's paths, the files and what a request meets before a page come from the front.
pub fn pages(app: App) -> Router {
    Router::new()
        .route("/", get(open::home))
        .route("/home-screen", get(open::guide))
        .route("/costs", get(costs::newest))
        .route("/costs/{year}", get(costs::year))
        .route("/costs/{year}/bills/{mark}", get(costs::bill))
        .route("/costs/{year}/{file}", get(saves::year))
        .route("/eligibility", get(eligibility::page))
        .route("/eligibility.pdf", get(saves::eligibility))
        .route("/medical-cost-notice.xsd", get(saves::schema))
        .route("/signing-key.pem", get(saves::key))
        .layer(from_fn_with_state(app.clone(), closed::rest))
        .with_state(app)
}

//! Every path of the portal's own on one screen.

use axum::Router;
use axum::routing::get;

use super::{App, apply, arrive, card, check, history, open, paper};

/// The portal's pages. The sign-in's paths, the files and what a request meets before a page come from the front.
pub fn pages(app: App) -> Router {
    Router::new()
        .route("/", get(open::home))
        .route("/home-screen", get(open::guide))
        .route("/certificates", get(arrive::choose).post(arrive::chosen))
        .route("/certificates/{mark}", get(arrive::person))
        .route("/certificates/{mark}/apply", get(apply::reason).post(apply::reasoned))
        .route("/certificates/{mark}/address", get(apply::address).post(apply::addressed))
        .route("/certificates/{mark}/card", get(card::card))
        .route("/certificates/{mark}/card.pdf", get(paper::pdf))
        .route("/certificates/{mark}/history", get(history::history))
        .route("/c/{serial}", get(check::check))
        .with_state(app)
}

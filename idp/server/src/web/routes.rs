//! Every path of the service, on one screen.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use sekisho_site::page;
use sekisho_site::web::{Edge, from_here};

use super::account::codes;
use super::journey::{link, login, recover, signup, walk};
use super::page::Frame;
use super::{Error, documents, error, failure, help, home, oidc};
use crate::startup::APP;
use crate::state::State;

/// The doors of the service.
pub fn router(state: &Arc<State>) -> Router {
    let pages = Router::new()
        .route("/", get(home::get))
        .route("/login", get(login::get).post(login::post))
        .route("/signup", get(signup::get).post(signup::post))
        .route("/journey/{id}", get(walk::get).post(walk::post))
        .route("/link/{token}", get(link::get).post(link::post))
        .route("/recover", get(recover::password).post(recover::name))
        .route("/recover/id", get(recover::id).post(recover::remind))
        .route("/recover/office", get(recover::office))
        .route("/recover/factor", get(recover::factor).post(recover::lost))
        .route(codes::PATH, get(codes::get).post(codes::post))
        .route(codes::FILE, post(codes::file))
        .route("/help", get(help::get))
        .route("/inquiry", get(help::inquiry).post(help::inquire))
        .route("/terms/{id}", get(documents::get))
        .route(oidc::authorize::DECISION, post(oidc::authorize::decide))
        .route(oidc::logout::CONFIRM, post(oidc::logout::confirm))
        .layer(from_fn_with_state(Arc::clone(state), same_site));
    // A client's page may post here from elsewhere: these doors read no cookie on POST.
    let protocol = Router::new()
        .route("/authorize", get(oidc::authorize::get).post(oidc::authorize::post))
        .route("/logout", get(oidc::logout::get).post(oidc::logout::post))
        .route("/token", post(oidc::token::post))
        .route("/userinfo", get(oidc::userinfo::get).post(oidc::userinfo::post))
        .route("/jwks.json", get(oidc::discovery::keys))
        .route("/.well-known/openid-configuration", get(oidc::discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(oidc::discovery::metadata));
    let doors = pages
        .merge(protocol)
        .merge(page::assets_router())
        .merge(oidc::assets_router())
        .merge(page::themes_router(state.themes.all()))
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
        .layer(from_fn_with_state(Arc::clone(state), error::dress))
        .with_state(Arc::clone(state));
    edge(state).wrap(doors)
}

fn edge(state: &Arc<State>) -> Edge {
    let behind = Arc::clone(state);
    Edge::new(APP, &state.config.server.issuer)
        .door(state.door.clone())
        .proxies(state.config.server.trusted_proxies.clone())
        .failure(move |arrival, status| {
            let frame = Frame { state: &behind, insurer: None, language: arrival.language };
            failure::outside(frame, status, arrival.request_id.as_str())
        })
}

/// Forms of ours are posted from pages of ours (SE-06); the form's own token says from which.
async fn same_site(
    axum::extract::State(state): axum::extract::State<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    if from_here(request.method(), request.headers(), &state.config.server.issuer) {
        next.run(request).await
    } else {
        Error::Forbidden.into_response()
    }
}

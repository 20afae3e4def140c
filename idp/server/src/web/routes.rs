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

use super::account::{
    self, changed, closing, codes, data, devices, email, history, overview, passkeys, password, portals,
    profile, second_factor,
};
use super::journey::{again, link, login, passkey, recover, signup, walk};
use super::page::Frame;
use super::{Error, documents, error, failure, help, home, oidc, view, well_known};
use crate::flows::registration;
use crate::startup::APP;
use crate::state::State;

/// The doors of the service.
pub fn router(state: &Arc<State>) -> Router {
    let pages = Router::new()
        .route("/", get(home::get))
        .route("/login", get(login::get).post(login::post))
        .route(again::PATH, get(again::get).post(again::post))
        .route(passkey::SIGN_IN, post(passkey::post))
        .route(passkey::OPTIONS, get(passkey::options))
        .route("/signup", get(signup::get).post(signup::post))
        .route("/journey/{id}", get(walk::get).post(walk::post))
        .route("/link/{token}", get(link::get).post(link::post))
        .route("/recover", get(recover::password).post(recover::name))
        .route("/recover/id", get(recover::id).post(recover::remind))
        .route("/recover/office", get(recover::office))
        .route("/recover/factor", get(recover::factor).post(recover::lost))
        .route(changed::PATH, get(changed::get))
        .route(closing::PATH, get(closing::get).post(closing::post))
        .route(email::PATH, get(email::get).post(email::post))
        .route(password::PATH, get(password::get).post(password::post))
        .route(profile::PATH, get(profile::get).post(profile::post))
        .route(second_factor::PHONE, get(second_factor::phone).post(second_factor::post_phone))
        .route(second_factor::APP, get(second_factor::app).post(second_factor::post_app))
        .route(codes::PATH, get(codes::get).post(codes::post))
        .route(codes::FILE, post(codes::file))
        .route(account::PATH, get(overview::get))
        .route(devices::PATH, get(devices::get).post(devices::post))
        .route(devices::OTHERS, get(devices::ask_others).post(devices::end_others))
        .route(history::PATH, get(history::get))
        .route(history::FILE, post(history::file))
        .route(portals::PATH, get(portals::get))
        .route(portals::ONE, get(portals::ask).post(portals::withdraw))
        .route(data::PATH, get(data::get).post(data::post))
        .route(passkeys::PATH, get(passkeys::get))
        .route(passkeys::make::PATH, get(passkeys::make::get).post(passkeys::make::post))
        .route(passkeys::offer::PATH, get(passkeys::offer::get).post(passkeys::offer::post))
        .route(passkeys::ONE, get(passkeys::one).post(passkeys::rename))
        .route(passkeys::REMOVE, get(passkeys::confirm).post(passkeys::remove))
        .route("/help", get(help::get))
        .route("/inquiry", get(help::inquiry).post(help::inquire))
        .route("/terms/{id}", get(documents::get))
        .route(oidc::authorize::DECISION, post(oidc::authorize::decide))
        .route(oidc::logout::CONFIRM, post(oidc::logout::confirm))
        .layer(from_fn_with_state(Arc::clone(state), same_site));
    let doors = pages
        .merge(protocol())
        .merge(page::assets_router())
        .merge(oidc::assets_router())
        .merge(view::passkey_script_router())
        .merge(page::themes_router(state.themes.all()))
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
        .layer(from_fn_with_state(Arc::clone(state), error::dress))
        .with_state(Arc::clone(state));
    edge(state).wrap(doors)
}

/// The doors of the protocol. A client's page may post here from elsewhere: these doors read no cookie on POST.
fn protocol() -> Router<Arc<State>> {
    Router::new()
        .route("/authorize", get(oidc::authorize::get).post(oidc::authorize::post))
        .route("/logout", get(oidc::logout::get).post(oidc::logout::post))
        .route("/token", post(oidc::token::post))
        .route("/introspect", post(oidc::token::introspect))
        .route("/revoke", post(oidc::token::revoke))
        .route("/userinfo", get(oidc::userinfo::get).post(oidc::userinfo::post))
        .route(registration::PATH, post(oidc::register::post))
        .route(
            oidc::register::ONE,
            get(oidc::register::get).put(oidc::register::put).delete(oidc::register::delete),
        )
        .route(oidc::logo::ONE, get(oidc::logo::get))
        .route("/jwks.json", get(oidc::discovery::keys))
        .route("/.well-known/openid-configuration", get(oidc::discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(oidc::discovery::metadata))
        .route("/.well-known/change-password", get(well_known::change_password))
        .route("/.well-known/passkey-endpoints", get(well_known::passkey_endpoints))
        .route("/.well-known/webauthn", get(well_known::related_origins))
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

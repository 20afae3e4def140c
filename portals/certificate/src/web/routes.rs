//! Every path of the portal on one screen.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use http::Method;
use http::header::SET_COOKIE;
use sekisho_base::Language;
use sekisho_portal_kit::{LANGUAGE, LANGUAGE_IS_KEPT};
use sekisho_site::page::{assets_router, themes_router};
use sekisho_site::web::{Arrival, Edge, from_here};
use url::form_urlencoded;

use super::{App, apply, arrive, card, check, files, onward, open};

/// The portal's router, with everything a request meets before a page.
pub fn router(app: App) -> Router {
    let pages = app.pages.clone();
    let edge = Edge::new("certificate", &app.config.server.public_url)
        .door(app.door.clone())
        .proxies(app.config.server.trusted_proxies.clone())
        .failure(move |arrival, status| pages.failure(arrival, status));
    let themes: Vec<_> = app.pages.themes().cloned().collect();
    let router = Router::new()
        .route("/", get(open::home))
        .route("/home-screen", get(open::guide))
        .route("/certificates", get(arrive::choose).post(arrive::chosen))
        .route("/certificates/{mark}", get(arrive::person))
        .route("/certificates/{mark}/apply", get(apply::reason).post(apply::reasoned))
        .route("/certificates/{mark}/address", get(apply::address).post(apply::addressed))
        .route("/certificates/{mark}/card", get(card::card))
        .route("/certificates/{mark}/history", get(card::history))
        .route("/c/{serial}", get(check::check))
        .route("/offline", get(open::offline))
        .route("/manifest.webmanifest", get(files::manifest))
        .route("/worker.js", get(files::worker))
        .merge(files::router())
        .merge(sekisho_portal_kit::routes())
        .merge(assets_router())
        .merge(themes_router(themes))
        .fallback(open::nothing)
        .layer(from_fn_with_state(app.clone(), at_the_door));
    edge.wrap(router.with_state(app))
}

/// Turns away forms of other sites, and remembers a language that was chosen by link or on a page without a form.
async fn at_the_door(State(app): State<App>, arrival: Arrival, request: Request, next: Next) -> Response {
    // Third-party-initiated login is the one request that others may post (OpenID Connect Core §4).
    let ours = from_here(request.method(), request.headers(), &app.config.server.public_url);
    if !ours && request.uri().path() != "/initiate" {
        return app.pages.stale_form(arrival.language, None);
    }
    if request.method() == Method::GET
        && let Some((language, rest)) = chosen_language(request.uri().query().unwrap_or_default())
    {
        let mut response = onward(&format!("{}{rest}", request.uri().path()));
        let cookie = app.cookies.set(LANGUAGE, language.tag(), Some(LANGUAGE_IS_KEPT));
        response.headers_mut().append(SET_COOKIE, cookie);
        return response;
    }
    next.run(request).await
}

/// The `lang` of a query, and the query without it.
fn chosen_language(query: &str) -> Option<(Language, String)> {
    let pairs = || form_urlencoded::parse(query.as_bytes());
    let language = pairs().find(|(name, _)| name == "lang")?.1.parse().ok()?;
    let rest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs().filter(|(name, _)| name != "lang"))
        .finish();
    Some((language, if rest.is_empty() { rest } else { format!("?{rest}") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_in_the_query_is_taken_out_of_it() {
        assert_eq!(chosen_language("lang=en"), Some((Language::En, String::new())));
        assert_eq!(chosen_language("a=b&lang=ja&c=%26"), Some((Language::Ja, "?a=b&c=%26".into())));
        assert_eq!(chosen_language("lang=fr"), None);
        assert_eq!(chosen_language("a=lang"), None);
    }
}

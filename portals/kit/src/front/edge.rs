//! Everything a request meets before a page, and the paths that every portal has.

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use http::header::SET_COOKIE;
use http::{Method, StatusCode};
use sekisho_base::Language;
use sekisho_site::page::{assets_router, themes_router};
use sekisho_site::web::{Arrival, Edge, from_here};
use std::sync::Arc;
use url::form_urlencoded;

use super::doors::onward;
use super::files;
use super::house::House;
use crate::kit::{Kit, LANGUAGE};
use crate::routes::LANGUAGE_IS_KEPT;

/// A portal's router: its own pages, the paths that every portal has, and everything a request meets before them.
pub fn router(house: &House, own: Router) -> Router {
    let pages = Arc::clone(&house.pages);
    let edge = Edge::new(house.pages.name(), &house.sections.server.public_url)
        .door(house.door.clone())
        .proxies(house.sections.server.trusted_proxies.clone())
        .failure(move |arrival, status| pages.failure(arrival, status));
    let themes: Vec<_> = house.pages.themes().cloned().collect();
    let shared = Router::new()
        .route("/offline", get(offline))
        .route("/manifest.webmanifest", get(files::manifest))
        .route("/worker.js", get(files::worker))
        .merge(crate::routes::routes())
        .merge(files::router(&house.pages))
        .merge(assets_router())
        .merge(themes_router(themes))
        .fallback(nothing)
        .with_state(house.clone());
    edge.wrap(own.merge(shared).layer(from_fn_with_state(house.clone(), at_the_door)))
}

impl FromRef<House> for Arc<Kit> {
    fn from_ref(house: &House) -> Self {
        Self::clone(&house.kit)
    }
}

/// What the worker shows without a connection. It is the same for everyone.
async fn offline(State(house): State<House>, arrival: Arrival) -> Response {
    house.pages.show(StatusCode::OK, &house.pages.offline(arrival.language))
}

/// There is no such page.
async fn nothing(State(house): State<House>, arrival: Arrival) -> Response {
    house.pages.missing(arrival.language, None)
}

/// Turns away forms of other sites, and remembers a language that was chosen by link or on a page without a form.
async fn at_the_door(State(house): State<House>, arrival: Arrival, request: Request, next: Next) -> Response {
    // Third-party-initiated login is the one request that others may post (OpenID Connect Core §4).
    let ours = from_here(request.method(), request.headers(), &house.sections.server.public_url);
    if !ours && request.uri().path() != "/initiate" {
        return house.pages.stale_form(arrival.language, None);
    }
    if request.method() == Method::GET
        && let Some((language, rest)) = chosen_language(request.uri().query().unwrap_or_default())
    {
        return house.speaking(language, onward(&format!("{}{rest}", request.uri().path())));
    }
    next.run(request).await
}

impl House {
    /// Remembers a language that was chosen by link or within a form.
    pub fn speaking(&self, language: Language, mut response: Response) -> Response {
        let cookie = self.cookies.set(LANGUAGE, language.tag(), Some(LANGUAGE_IS_KEPT));
        response.headers_mut().append(SET_COOKIE, cookie);
        response
    }
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

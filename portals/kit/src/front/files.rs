//! What a portal serves besides pages: its stylesheet and icons, the manifest, the worker for times without a connection.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use sekisho_base::{Digest, Language};
use sekisho_site::page::{Asset, asset, shelve};
use sekisho_site::web::Arrival;
use serde::Deserialize;
use serde_json::json;

use super::doors::{lenient, query};
use super::house::House;
use super::pages::Pages;

/// Registers the worker.
pub(super) const INSTALL: Asset = Asset {
    name: "install.js",
    kind: "text/javascript; charset=utf-8",
    bytes: include_bytes!("../../assets/install.js"),
};

static SHELF: &[Asset] = &[INSTALL];

const A_DAY: &str = "public, max-age=86400";

/// Serves the front's files and the portal's own.
pub(super) fn router<S: Clone + Send + Sync + 'static>(pages: &Pages) -> Router<S> {
    // Phones ask for this one by its plain name, whatever a page says.
    let icon = pages.file("icon-180.png").map(|asset| asset.bytes).unwrap_or_default();
    let touch_icon = async move || ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, A_DAY)], icon);
    shelve(SHELF).merge(shelve(pages.files())).route("/apple-touch-icon.png", get(touch_icon))
}

/// Whose manifest is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    insurer: Option<String>,
}

/// The manifest: what a phone needs to put the portal on its home screen (guide rows A20–A22).
pub(super) async fn manifest(
    State(house): State<House>,
    arrival: Arrival,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = lenient(asked);
    let pages = &house.pages;
    let insurer = pages.insurer(asked.insurer.as_deref());
    let speech = pages.speech(arrival.language);
    let name = speech.say("portal.what");
    let of = insurer
        .and_then(|code| house.sections.insurer(code))
        .map(|insurer| insurer.name.get(arrival.language));
    let full = of.map_or_else(
        || name.to_owned(),
        |of| match arrival.language {
            Language::Ja => format!("{of} {name}"),
            Language::En => format!("{name}, {of}"),
        },
    );
    let icon = |file: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": pages.href(file), "sizes": sizes, "type": kind, "purpose": purpose });
    let manifest = json!({
        "id": "/",
        "name": full,
        "short_name": name,
        "lang": arrival.language.tag(),
        "dir": "ltr",
        "start_url": format!("{}{}", pages.home(), query(insurer)),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf6",
        "theme_color": "#fbfaf6",
        "icons": [
            icon("icon-192.png", "192x192", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "maskable"),
            icon("icon.svg", "any", "image/svg+xml", "any"),
        ]
    });
    ([(CONTENT_TYPE, "application/manifest+json"), (CACHE_CONTROL, "no-cache")], manifest.to_string())
        .into_response()
}

/// The worker that shows a page when there is no connection. It keeps no page of a person.
pub(super) async fn worker(State(house): State<House>) -> Response {
    let stylesheet = asset("house.css");
    let own = house.pages.style();
    let version = Digest::of_content(format!("{stylesheet}{own}").as_bytes()).short_hex(6);
    let script = include_str!("../../assets/worker.js")
        .replace("{stylesheet}", stylesheet)
        .replace("{own}", &own)
        .replace("{version}", &version);
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        // A worker is held to the policy it was served with: this one fetches our own pages, nothing else.
        (CONTENT_SECURITY_POLICY, "default-src 'none'; connect-src 'self'"),
    ];
    (headers, script).into_response()
}

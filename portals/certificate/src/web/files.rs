//! What the portal serves besides pages: its stylesheet, scripts and icons, the manifest, the worker for times
//! without a connection.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use sekisho_base::{Digest, Language};
use sekisho_site::page::{Asset, asset, shelve};
use sekisho_site::web::Arrival;
use serde::Deserialize;
use serde_json::json;

use super::look::query;
use super::{App, lenient};

const ASSETS: [Asset; 7] = [
    Asset {
        name: "certificate.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/certificate.css"),
    },
    Asset {
        name: "clock.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/clock.js"),
    },
    Asset {
        name: "install.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/install.js"),
    },
    Asset { name: "icon.svg", kind: "image/svg+xml", bytes: include_bytes!("../../assets/icons/icon.svg") },
    Asset {
        name: "icon-180.png",
        kind: "image/png",
        bytes: include_bytes!("../../assets/icons/icon-180.png"),
    },
    Asset {
        name: "icon-192.png",
        kind: "image/png",
        bytes: include_bytes!("../../assets/icons/icon-192.png"),
    },
    Asset {
        name: "icon-512.png",
        kind: "image/png",
        bytes: include_bytes!("../../assets/icons/icon-512.png"),
    },
];

static SHELF: &[Asset] = &ASSETS;

/// Where a file of the portal is served; empty when there is none of that name.
pub fn href(name: &str) -> String {
    SHELF.iter().find(|asset| asset.name == name).map(Asset::href).unwrap_or_default()
}

/// Serves the portal's own files.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    // Phones ask for this one by its plain name, whatever a page says.
    let touch_icon = || async { ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, A_DAY)], ASSETS[4].bytes) };
    shelve(SHELF).route("/apple-touch-icon.png", get(touch_icon))
}

const A_DAY: &str = "public, max-age=86400";

/// Whose manifest is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    insurer: Option<String>,
}

/// The manifest: what a phone needs to put the portal on its home screen (guide rows A20–A22).
pub async fn manifest(
    State(app): State<App>,
    arrival: Arrival,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = lenient(asked);
    let insurer = app.pages.insurer(asked.insurer.as_deref());
    let speech = app.pages.speech(arrival.language);
    let name = speech.say("portal.what");
    let of =
        insurer.and_then(|code| app.config.insurer(code)).map(|insurer| insurer.name.get(arrival.language));
    let full = of.map_or_else(
        || name.to_owned(),
        |of| match arrival.language {
            Language::Ja => format!("{of} {name}"),
            Language::En => format!("{name}, {of}"),
        },
    );
    let icon = |file: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": href(file), "sizes": sizes, "type": kind, "purpose": purpose });
    let manifest = json!({
        "id": "/",
        "name": full,
        "short_name": name,
        "lang": arrival.language.tag(),
        "dir": "ltr",
        "start_url": format!("/certificates{}", query(insurer)),
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
pub async fn worker() -> Response {
    let stylesheet = asset("house.css");
    let own = href("certificate.css");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_an_address_made_of_its_content() {
        for asset in SHELF {
            assert_eq!(href(asset.name), asset.href());
        }
        assert_eq!(href("other.css"), "");
    }

    #[test]
    fn the_icons_have_the_sizes_they_are_listed_with() {
        for (name, size) in [("icon-180.png", 180_u32), ("icon-192.png", 192), ("icon-512.png", 512)] {
            let icon = SHELF.iter().find(|asset| asset.name == name).unwrap();
            assert_eq!(icon.bytes[1..4], *b"PNG");
            assert_eq!(icon.bytes[16..20], size.to_be_bytes());
            assert_eq!(icon.bytes[20..24], size.to_be_bytes());
        }
    }
}

//! The files every page may load, each under a name that changes with its content.

use std::sync::LazyLock;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;
use sekisho_base::Digest;

/// What a named-by-content file is answered with.
pub(super) const FOREVER: &str = "public, max-age=31536000, immutable";

/// A file that is part of the program.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its name and extension, such as `house.css`.
    pub name: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

impl Asset {
    /// Where it is served: `/assets/<name>.<hash>.<ext>`.
    pub fn href(&self) -> String {
        let mark = Digest::of_content(self.bytes).short_hex(6);
        match self.name.rsplit_once('.') {
            Some((stem, extension)) => format!("/assets/{stem}.{mark}.{extension}"),
            None => format!("/assets/{}.{mark}", self.name),
        }
    }
}

/// The files of the house.
pub const HOUSE: [Asset; 3] = [
    Asset {
        name: "house.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/house.css"),
    },
    Asset {
        name: "house.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/house.js"),
    },
    Asset { name: "gate.svg", kind: "image/svg+xml", bytes: include_bytes!("../../assets/gate.svg") },
];

static HREFS: LazyLock<[(&str, String); 3]> = LazyLock::new(|| HOUSE.map(|asset| (asset.name, asset.href())));

/// Where the house's own file `name` is served; empty when there is none of that name.
pub fn asset(name: &str) -> &'static str {
    HREFS.iter().find(|(known, _)| *known == name).map_or("", |(_, href)| href.as_str())
}

/// Serves the files of the house: stylesheet, script, icon.
pub fn assets_router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    shelve(&HOUSE)
}

/// Serves files under their [`Asset::href`], for good.
pub fn shelve<S: Clone + Send + Sync + 'static>(assets: &'static [Asset]) -> Router<S> {
    assets.iter().fold(Router::new(), |router, asset| {
        router.route(
            &asset.href(),
            get(async || {
                let headers = [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, FOREVER)];
                (headers, asset.bytes).into_response()
            }),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_house_has_an_address_made_of_its_content() {
        for file in &HOUSE {
            let href = asset(file.name);
            assert_eq!(href, file.href());
            assert_eq!(href.split('.').count(), 3, "{href}");
        }
        assert_eq!(asset("other.css"), "");
    }

    #[test]
    fn the_stylesheet_stays_under_its_weight() {
        let bytes = HOUSE[0].bytes.len();
        assert!(bytes <= 23 * 1024, "{bytes}");
    }

    #[test]
    fn the_stylesheet_loads_nothing_from_elsewhere() {
        let css = std::str::from_utf8(HOUSE[0].bytes).unwrap();
        for piece in css.split("url(").skip(1) {
            assert!(piece.starts_with("\"data:image/svg+xml,"), "{piece:.60}");
        }
        assert!(!css.contains("@import"));
    }
}

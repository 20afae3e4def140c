//! An insurer's colours, served as a file of their own.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;
use sekisho_base::Digest;
use sekisho_base::accent::Accent;

use super::assets::FOREVER;

/// The theme file of an insurer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Where it is served: `/theme/{insurer}.{hash}.css`.
    pub href: String,
    /// What it says.
    pub css: String,
}

impl Theme {
    /// The theme of the insurer `code` with a guarded accent.
    pub fn new(code: &str, accent: &Accent) -> Self {
        let css = theme_css(accent);
        let mark = Digest::of_content(css.as_bytes()).short_hex(6);
        Self { href: format!("/theme/{code}.{mark}.css"), css }
    }
}

/// The tokens of an accent, for light and dark.
pub fn theme_css(accent: &Accent) -> String {
    let Accent { light, on_light, dark, on_dark, .. } = accent;
    format!(
        ":root{{--accent:{light};--on-accent:{on_light}}}\n\
         @media (prefers-color-scheme:dark){{:root{{--accent:{dark};--on-accent:{on_dark}}}}}\n\
         .cert{{--accent:{light};--on-accent:{on_light}}}\n"
    )
}

/// Serves each theme under its name, for good: another theme has another name.
pub fn themes_router<S: Clone + Send + Sync + 'static>(themes: impl IntoIterator<Item = Theme>) -> Router<S> {
    themes.into_iter().fold(Router::new(), |router, Theme { href, css }| {
        let css: axum::body::Bytes = css.into();
        router.route(
            &href,
            get(move || async move {
                let headers =
                    [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, FOREVER)];
                (headers, css.clone()).into_response()
            }),
        )
    })
}

#[cfg(test)]
mod tests {
    use sekisho_base::accent;

    use super::*;

    #[test]
    fn a_theme_is_named_after_its_insurer_and_its_content() {
        let aoba = Theme::new("aoba", &accent::guard("#2f6b4f").unwrap());
        let other = Theme::new("aoba", &accent::guard("#4aa3df").unwrap());
        let mark = aoba.href.strip_prefix("/theme/aoba.").and_then(|rest| rest.strip_suffix(".css")).unwrap();
        assert!(mark.len() == 12 && mark.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(aoba.href, other.href);
        assert!(aoba.css.contains("--accent:#2f6b4f") && aoba.css.contains("--accent:#6eab8c"));
    }
}

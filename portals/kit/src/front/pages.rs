//! The pages' surroundings: whose page it is, the words, the headers.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use http::header::{CONTENT_SECURITY_POLICY, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use sekisho_base::{Language, Speech, Table, accent};
use sekisho_site::page::{Asset, Brand, Footer, Link, Place, Shell, Switch, Theme, texts};
use sekisho_site::web::{Arrival, Csp};

use super::config::{ConfigError, Sections};
use super::doors::query;
use super::files::INSTALL;
use super::house::Portal;
use super::view::{Head, Message};

/// The front's own words.
static WORDS: LazyLock<Table> = LazyLock::new(|| {
    Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"))
        .unwrap_or_default()
});

/// How long to wait before something is sent again that the provider's absence held up.
const TRY_AGAIN_SECONDS: &str = "15";

/// Everything a page takes from the portal and its configuration, made once.
pub struct Pages {
    portal: Portal,
    sections: Arc<Sections>,
    themes: BTreeMap<String, Theme>,
    csp: HeaderValue,
}

impl Pages {
    /// The pages of a portal.
    ///
    /// # Errors
    /// [`ConfigError::Accent`] when an insurer's colour cannot be used.
    pub fn new(portal: Portal, sections: Arc<Sections>) -> Result<Self, ConfigError> {
        let mut themes = BTreeMap::new();
        for (code, insurer) in &sections.insurers {
            let accent = accent::guard(&insurer.accent)
                .map_err(|cause| ConfigError::Accent { insurer: code.clone(), cause: cause.to_string() })?;
            themes.insert(code.clone(), Theme::new(code, &accent));
        }
        // A form here may end at the provider: when claims have to be read again, and when signing out.
        let issuer: Vec<String> = sections.oidc.issuer_origin().into_iter().collect();
        let csp = Csp::page().form_action(&issuer);
        Ok(Self { portal, sections, themes, csp })
    }

    /// The portal's name.
    pub fn name(&self) -> &'static str {
        self.portal.name
    }

    /// The page of those who have just signed in.
    pub fn home(&self) -> &'static str {
        self.portal.home
    }

    /// The portal's own files.
    pub(super) fn files(&self) -> &'static [Asset] {
        self.portal.files
    }

    /// A file of the portal's.
    pub(super) fn file(&self, name: &str) -> Option<&'static Asset> {
        self.portal.files.iter().find(|asset| asset.name == name)
    }

    /// Where a file of the portal's is served; empty when there is none of that name.
    pub fn href(&self, name: &str) -> String {
        self.file(name).map(Asset::href).unwrap_or_default()
    }

    /// Where the portal's own stylesheet is served.
    pub(super) fn style(&self) -> String {
        self.href(&format!("{}.css", self.portal.name))
    }

    /// The insurers' themes.
    pub fn themes(&self) -> impl Iterator<Item = &Theme> {
        self.themes.values()
    }

    /// The words, spoken in a language: the portal's own, the front's, those of every page.
    pub fn speech(&self, language: Language) -> Speech<'_> {
        Speech::new(language, vec![&self.portal.words, &WORDS, texts()])
    }

    /// The insurer whose name a page carries: the one asked for, else the only one there is.
    pub fn insurer<'a>(&'a self, asked: Option<&'a str>) -> Option<&'a str> {
        asked
            .filter(|code| self.sections.insurers.contains_key(*code))
            .or_else(|| self.sections.only_insurer())
    }

    /// What a page's head links to.
    pub fn head(&self, insurer: Option<&str>) -> Head {
        Head {
            manifest: format!("/manifest.webmanifest{}", query(insurer)),
            style: self.style(),
            install: INSTALL.href(),
        }
    }

    /// What surrounds a page.
    pub fn shell(&self, language: Language, insurer: Option<&str>, switch: Switch) -> Shell<'_> {
        let speech = self.speech(language);
        let code = self.insurer(insurer);
        let (name, line) = self.portal.place;
        Shell {
            brand: self.brand(&speech, code),
            switch,
            footer: self.footer(code),
            progress: None,
            place: Some(Place { name: name.to_owned(), line: line.to_owned() }),
            notices: Vec::new(),
            speech,
        }
    }

    fn brand(&self, speech: &Speech<'_>, code: Option<&str>) -> Brand {
        let what = speech.say("portal.what").to_owned();
        match code.and_then(|code| Some((code, self.sections.insurer(code)?))) {
            Some((code, insurer)) => Brand {
                name: insurer.name.get(speech.language).to_owned(),
                seal: insurer.seal.clone(),
                what,
                theme_href: self.themes.get(code).map(|theme| theme.href.clone()),
                gate: false,
            },
            None => Brand {
                name: speech.say("portal.platform").to_owned(),
                seal: String::new(),
                what: speech.say("portal.platform_what").to_owned(),
                theme_href: None,
                gate: true,
            },
        }
    }

    /// Help lives at the identity provider, where it is reachable without signing in (guide row A35).
    fn footer(&self, code: Option<&str>) -> Footer {
        let there = |path: &str| format!("{}{path}{}", self.sections.oidc.issuer, query(code));
        Footer {
            help: there("/help"),
            inquiry: there("/inquiry"),
            terms: there("/terms/terms"),
            privacy: there("/terms/privacy"),
        }
    }

    /// The inquiry form of an insurer.
    pub fn inquiry(&self, code: &str) -> String {
        self.footer(Some(code)).inquiry
    }

    /// An answer that shows a page.
    pub fn show(&self, status: StatusCode, page: &impl Template) -> Response {
        match page.render() {
            Ok(html) => {
                let mut response = (status, Html(html)).into_response();
                response.headers_mut().insert(CONTENT_SECURITY_POLICY, self.csp.clone());
                response
            }
            Err(error) => {
                tracing::error!(%error, "a page cannot be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// A page of one sentence by the keys of its title and text, with the way to the first page.
    pub fn message(
        &self,
        language: Language,
        insurer: Option<&str>,
        (title, text): (&str, &str),
    ) -> Message<'_> {
        let shell = self.shell(language, insurer, Switch::None);
        let insurer = self.insurer(insurer);
        Message {
            title: shell.say(title).to_owned(),
            text: shell.say(text).to_owned(),
            head: self.head(insurer),
            gate: false,
            extra: String::new(),
            go: None,
            way: Some(Link {
                href: format!("/{}", query(insurer)),
                text: shell.say("front.word.home").to_owned(),
            }),
            shell,
        }
    }

    /// There is no such page, or it is not this person's to see (404).
    pub fn missing(&self, language: Language, insurer: Option<&str>) -> Response {
        let page = self.message(language, insurer, ("front.missing.title", "front.missing.text"));
        self.show(StatusCode::NOT_FOUND, &page)
    }

    /// The form was too old, or not made for this person (403).
    pub fn stale_form(&self, language: Language, insurer: Option<&str>) -> Response {
        let page = self.message(language, insurer, ("front.stale_form.title", "front.stale_form.text"));
        self.show(StatusCode::FORBIDDEN, &page)
    }

    /// Something failed here; it has been logged (500). `id` is the request's number.
    pub fn broken(&self, language: Language, insurer: Option<&str>, id: &str) -> Response {
        let mut page = self.message(language, insurer, ("front.fault.title", "front.fault.text"));
        page.text = page.shell.fill("front.fault.text", "id", id);
        self.show(StatusCode::INTERNAL_SERVER_ERROR, &page)
    }

    /// The provider is away (503). What was posted is not sent again by itself.
    pub fn provider_away(&self, language: Language, insurer: Option<&str>) -> Response {
        let mut page = self.message(language, insurer, ("front.away.title", "front.away.text"));
        page.gate = true;
        page.extra = page.shell.say("front.away.extra").to_owned();
        let mut response = self.show(StatusCode::SERVICE_UNAVAILABLE, &page);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(TRY_AGAIN_SECONDS));
        response
    }

    /// What the edge answers with before any door: too much, too slow, or a panic.
    pub fn failure(&self, arrival: &Arrival, status: StatusCode) -> Response {
        let mut response = self.broken(arrival.language, None, arrival.request_id.as_str());
        *response.status_mut() = status;
        response
    }

    /// What is shown without a connection.
    pub(super) fn offline(&self, language: Language) -> Message<'_> {
        let mut page = self.message(language, None, ("front.offline.title", "front.offline.text"));
        page.head = self.head(None);
        page.gate = true;
        page.extra = page.shell.say("front.offline.extra").to_owned();
        let retry = page.shell.say("front.offline.retry").to_owned();
        page.go = Some(Link { href: self.home().to_owned(), text: retry });
        page.way = None;
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_exist_in_both_languages() {
        let words =
            Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"))
                .unwrap();
        assert!(words.keys().all(|key| key.starts_with("front.")));
    }
}

//! The pages' surroundings: whose page it is, the words, the headers.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use http::header::{CONTENT_SECURITY_POLICY, REFRESH, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use sekisho_base::{Language, Speech, Table, accent};
use sekisho_portal_kit::{Look, Reader, Refusal};
use sekisho_site::page::{Brand, Footer, Form, Link, Place, Shell, Switch, Theme, texts};
use sekisho_site::web::{Arrival, Csp};
use url::form_urlencoded;

use crate::config::{Config, ConfigError};
use crate::view::{Message, SignOut};

/// Everything a page takes from the configuration, made once.
pub struct Pages {
    config: Arc<Config>,
    words: Table,
    themes: BTreeMap<String, Theme>,
    csp: HeaderValue,
}

/// How long a person waits before the page for an absent provider tries again by itself.
const TRY_AGAIN_SECONDS: &str = "15";

impl Pages {
    /// The pages of a configuration.
    ///
    /// # Errors
    /// [`ConfigError::Accent`] when an insurer's colour cannot be used.
    pub fn new(config: Arc<Config>) -> Result<Self, ConfigError> {
        let words =
            Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"))
                .unwrap_or_default();
        let mut themes = BTreeMap::new();
        for (code, insurer) in &config.insurers {
            let accent = accent::guard(&insurer.accent)
                .map_err(|cause| ConfigError::Accent { insurer: code.clone(), cause: cause.to_string() })?;
            themes.insert(code.clone(), Theme::new(code, &accent));
        }
        // A form here may end at the provider: when claims have to be read again, and when signing out.
        let issuer: Vec<String> = config.oidc.issuer_origin().into_iter().collect();
        let csp = Csp::page().form_action(&issuer);
        Ok(Self { config, words, themes, csp })
    }

    /// The insurers' themes.
    pub fn themes(&self) -> impl Iterator<Item = &Theme> {
        self.themes.values()
    }

    /// The words, spoken in a language.
    pub fn speech(&self, language: Language) -> Speech<'_> {
        Speech::new(language, vec![&self.words, texts()])
    }

    /// The insurer whose name a page carries: the one asked for, else the only one there is.
    pub fn insurer<'a>(&'a self, asked: Option<&'a str>) -> Option<&'a str> {
        asked.filter(|code| self.config.insurers.contains_key(*code)).or_else(|| self.config.only_insurer())
    }

    /// What surrounds a page.
    pub fn shell(&self, language: Language, insurer: Option<&str>, switch: Switch) -> Shell<'_> {
        let speech = self.speech(language);
        let code = self.insurer(insurer);
        Shell {
            brand: self.brand(&speech, code),
            switch,
            footer: self.footer(code),
            progress: None,
            place: Some(Place {
                name: "資格確認書".to_owned(), line: "四十八時間有効".to_owned()
            }),
            notices: Vec::new(),
            speech,
        }
    }

    fn brand(&self, speech: &Speech<'_>, code: Option<&str>) -> Brand {
        let what = speech.say("portal.what").to_owned();
        match code.and_then(|code| Some((code, self.config.insurer(code)?))) {
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
        let there = |path: &str| format!("{}{path}{}", self.config.oidc.issuer, query(code));
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

    fn message(&self, shell: Shell<'_>, insurer: Option<&str>, (title, text): (&str, &str)) -> Message<'_> {
        // The shell borrows from these pages alone.
        let shell = Shell { speech: self.speech(shell.speech.language), ..shell };
        Message {
            title: shell.say(title).to_owned(),
            text: shell.say(text).to_owned(),
            manifest: manifest(self.insurer(insurer)),
            gate: false,
            extra: String::new(),
            go: None,
            way: Some(Link {
                href: format!("/{}", query(self.insurer(insurer))),
                text: shell.say("portal.word.home").to_owned(),
            }),
            shell,
        }
    }

    /// There is no such page, or it is not this person's to see.
    pub fn missing(&self, language: Language, insurer: Option<&str>) -> Response {
        let shell = self.shell(language, insurer, Switch::None);
        let page = self.message(shell, insurer, ("portal.missing.title", "portal.missing.text"));
        self.show(StatusCode::NOT_FOUND, &page)
    }

    /// The form was too old, or not made for this person.
    pub fn stale_form(&self, language: Language, insurer: Option<&str>) -> Response {
        let shell = self.shell(language, insurer, Switch::None);
        let page = self.message(shell, insurer, ("portal.stale_form.title", "portal.stale_form.text"));
        self.show(StatusCode::FORBIDDEN, &page)
    }

    /// Something failed here; it has been logged.
    pub fn broken(&self, language: Language, insurer: Option<&str>, id: &str) -> Response {
        let shell = self.shell(language, insurer, Switch::None);
        let mut page = self.message(shell, insurer, ("portal.fault.title", "portal.fault.text"));
        page.text = page.text.replace("{id}", id);
        self.show(StatusCode::INTERNAL_SERVER_ERROR, &page)
    }

    /// The provider is away. A page that was asked for by link tries again by itself; a form does not.
    pub fn provider_away(&self, language: Language, insurer: Option<&str>) -> Response {
        let shell = self.shell(language, insurer, Switch::None);
        let mut page = self.message(shell, insurer, ("portal.away.title", "portal.away.text"));
        page.gate = true;
        page.extra = page.shell.say("portal.away.clinic").to_owned();
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
}

/// What links carry on: the insurer, where one is known.
pub fn query(insurer: Option<&str>) -> String {
    let encoded =
        |code| form_urlencoded::Serializer::new(String::new()).append_pair("insurer", code).finish();
    insurer.map(|code| format!("?{}", encoded(code))).unwrap_or_default()
}

/// The manifest of an insurer's pages.
pub fn manifest(insurer: Option<&str>) -> String {
    format!("/manifest.webmanifest{}", query(insurer))
}

impl Look for Pages {
    fn refused(&self, reader: &Reader, refusal: Refusal) -> Response {
        let insurer = reader.insurer.as_deref();
        let (status, key) = match refusal {
            Refusal::NotOurs => (StatusCode::BAD_REQUEST, "portal.refused.not_ours"),
            Refusal::Declined => (StatusCode::FORBIDDEN, "portal.refused.declined"),
            Refusal::Untrusted => (StatusCode::BAD_REQUEST, "portal.refused.untrusted"),
            Refusal::TooWeak => (StatusCode::FORBIDDEN, "portal.refused.too_weak"),
            Refusal::Elsewhere => (StatusCode::FORBIDDEN, "portal.refused.elsewhere"),
        };
        let shell = self.shell(reader.language, insurer, Switch::None);
        let mut page = self.message(shell, insurer, ("portal.refused.title", key));
        page.extra = page.shell.speech.with("site.number", &[("id", &reader.request_id)]);
        page.go = Some(Link {
            href: format!("/login{}", query(self.insurer(insurer))),
            text: page.shell.say("portal.refused.again").to_owned(),
        });
        self.show(status, &page)
    }

    fn away(&self, reader: &Reader) -> Response {
        let mut response = self.provider_away(reader.language, reader.insurer.as_deref());
        response.headers_mut().insert(REFRESH, HeaderValue::from_static(TRY_AGAIN_SECONDS));
        response
    }

    fn sign_out(&self, reader: &Reader, form_token: &str) -> Response {
        let insurer = reader.insurer.as_deref();
        let switch = Switch::Own { action: "/logout".to_owned(), query: Vec::new() };
        let page = SignOut {
            shell: self.shell(reader.language, insurer, switch),
            manifest: manifest(self.insurer(insurer)),
            form: Form::plain("/logout", form_token),
            errors: Vec::new(),
        };
        self.show(StatusCode::OK, &page)
    }

    fn fault(&self, reader: &Reader) -> Response {
        self.broken(reader.language, reader.insurer.as_deref(), &reader.request_id)
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
        assert!(words.keys().all(|key| key.starts_with("portal.")));
    }
}

//! Pages as doors answer with them: whose page it is, and the headers every page has.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sekisho_base::Language;
use sekisho_domain::insurer::Insurer;
use sekisho_site::page::{Brand, Footer, Place, Progress, Shell, Switch};
use sekisho_site::web::Csp;

use super::Error;
use super::view::Office;
use crate::state::State;

/// Whose page it is, and for whom.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The service.
    pub state: &'a State,
    /// The insurer, where it is known.
    pub insurer: Option<&'a Insurer>,
    /// The reader's language.
    pub language: Language,
}

impl<'a> Frame<'a> {
    /// The shell around a page of this frame.
    pub fn shell(&self, switch: Switch, progress: Option<Progress>) -> Shell<'a> {
        let speech = self.state.speech(self.language, self.insurer);
        let brand = self.brand(&speech);
        let place = Some(Place { name: self.place_name(), line: speech.say("site.place_line").to_owned() });
        Shell { speech, brand, switch, footer: self.footer(), progress, place, notices: Vec::new() }
    }

    fn brand(&self, speech: &sekisho_base::Speech<'_>) -> Brand {
        match self.insurer {
            Some(insurer) => Brand {
                name: insurer.name.get(self.language).to_owned(),
                seal: insurer.seal.clone(),
                what: speech.say("brand.what").to_owned(),
                theme_href: self.state.themes.href(&insurer.code),
                gate: false,
            },
            None => Brand {
                name: speech.say("brand.platform").to_owned(),
                seal: String::new(),
                what: speech.say("brand.what").to_owned(),
                theme_href: None,
                gate: true,
            },
        }
    }

    fn place_name(&self) -> String {
        match self.insurer {
            Some(insurer) => insurer.name.ja.clone(),
            None => self.state.speech(Language::Ja, None).say("brand.platform").to_owned(),
        }
    }

    fn footer(&self) -> Footer {
        Footer {
            help: self.href("/help"),
            inquiry: self.href("/inquiry"),
            terms: self.href("/terms/terms"),
            privacy: self.href("/terms/privacy"),
        }
    }

    /// A path of ours that keeps to the insurer.
    pub fn href(&self, path: &str) -> String {
        self.insurer.map_or_else(|| path.to_owned(), |insurer| format!("{path}?insurer={}", insurer.code))
    }

    /// The query that keeps to the insurer.
    pub fn query(&self) -> Vec<(String, String)> {
        self.insurer.map(|insurer| ("insurer".to_owned(), insurer.code.to_string())).into_iter().collect()
    }

    /// The office to turn to.
    pub fn office(&self) -> Option<Office> {
        self.insurer.map(|insurer| Office {
            name: insurer.name.get(self.language).to_owned(),
            phone: insurer.office.phone.clone(),
            hours: insurer.office.hours.get(self.language).to_owned(),
        })
    }
}

/// Answers with a page that nobody keeps. `callback` is the origin that a form on it may end at.
///
/// # Errors
/// When the template cannot be rendered.
pub fn html(page: &impl Template, callback: Option<&str>) -> Result<Response, Error> {
    let body = page.render().map_err(|error| Error::fault(&error))?;
    let csp = Csp::page().form_action(callback.as_slice());
    let headers = [
        (CONTENT_TYPE, axum::http::HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store")),
        (CONTENT_SECURITY_POLICY, csp),
    ];
    Ok((headers, body).into_response())
}

/// The same with a status.
///
/// # Errors
/// As [`html`].
pub fn html_with(
    status: StatusCode,
    page: &impl Template,
    callback: Option<&str>,
) -> Result<Response, Error> {
    let mut response = html(page, callback)?;
    *response.status_mut() = status;
    Ok(response)
}

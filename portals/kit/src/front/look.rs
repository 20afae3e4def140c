//! The pages of the sign-in, in the house's look.

use axum::response::Response;
use http::header::{REFRESH, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use sekisho_site::page::{Form, Link, Switch};

use super::doors::query;
use super::pages::Pages;
use super::view::SignOut;
use crate::error::Refusal;
use crate::kit::{Again, Look, Reader};

impl Look for Pages {
    fn refused(&self, reader: &Reader, refusal: Refusal) -> Response {
        let insurer = reader.insurer.as_deref();
        let (status, key) = match refusal {
            Refusal::NotOurs => (StatusCode::BAD_REQUEST, "front.refused.not_ours"),
            Refusal::Declined => (StatusCode::FORBIDDEN, "front.refused.declined"),
            Refusal::Untrusted => (StatusCode::BAD_REQUEST, "front.refused.untrusted"),
            Refusal::TooWeak => (StatusCode::FORBIDDEN, "front.refused.too_weak"),
            Refusal::Elsewhere => (StatusCode::FORBIDDEN, "front.refused.elsewhere"),
        };
        let mut page = self.message(reader.language, insurer, ("front.refused.title", key));
        page.extra = page.shell.speech.with("site.number", &[("id", &reader.request_id)]);
        page.go = Some(Link {
            href: format!("/login{}", query(self.insurer(insurer))),
            text: page.shell.say("front.refused.again").to_owned(),
        });
        self.show(status, &page)
    }

    fn away(&self, reader: &Reader, again: &Again) -> Response {
        let mut response = self.provider_away(reader.language, reader.insurer.as_deref());
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(again.after.as_secs()));
        if let Ok(refresh) = again.refresh() {
            headers.insert(REFRESH, refresh);
        }
        response
    }

    fn sign_out(&self, reader: &Reader, form_token: &str) -> Response {
        let insurer = reader.insurer.as_deref();
        let switch = Switch::Own { action: "/logout".to_owned(), query: Vec::new() };
        let page = SignOut {
            shell: self.shell(reader.language, insurer, switch),
            head: self.head(self.insurer(insurer)),
            form: Form::plain("/logout", form_token),
            errors: Vec::new(),
            back: self.home(),
        };
        self.show(StatusCode::OK, &page)
    }

    fn fault(&self, reader: &Reader) -> Response {
        self.broken(reader.language, reader.insurer.as_deref(), &reader.request_id)
    }
}

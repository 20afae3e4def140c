//! Browsers, and what comes back to them.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use sekisho_domain::session::Session;
use serde_json::Value;

use super::wire::{authorize, masked, posted};
use super::{House, ISSUER};

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A browser with the cookies it was given.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) session: Option<Session>,
}

impl Browser {
    pub(crate) fn keep(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    pub(crate) async fn get(&mut self, house: &House, uri: &str) -> Reply {
        let request = Request::get(uri).header(COOKIE, self.header()).body(Body::empty()).unwrap();
        self.receive(house.send(request).await)
    }

    /// Posts as a page of ours does.
    pub(crate) async fn post(&mut self, house: &House, uri: &str, form: &str) -> Reply {
        let mut request = posted(uri, form);
        request.headers_mut().insert(COOKIE, self.header().parse().unwrap());
        request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        self.receive(house.send(request).await)
    }

    /// The code of an authorization that needs nothing more.
    pub(crate) async fn code(&mut self, house: &House, changes: &[(&str, &str)]) -> String {
        let reply = self.get(house, &authorize(changes)).await;
        reply.answer("code").unwrap_or_else(|| panic!("no code: {} {:?}", reply.status, reply.location()))
    }

    fn header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn receive(&mut self, reply: Reply) -> Reply {
        for cookie in reply.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.keep(name, value);
        }
        reply
    }
}

impl Reply {
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION).map(|value| value.to_str().unwrap())
    }

    /// A parameter of the redirect.
    pub(crate) fn answer(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(ISSUER).unwrap().join(self.location()?).unwrap();
        url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    /// The value of a hidden control.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let after = self.body.split_once(&format!("name=\"{name}\" value=\"")).expect("no such control").1;
        after.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&")
    }

    /// Status, headers and body, with what differs from run to run made equal.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("{}\n", self.status);
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !["x-request-id", "content-length"].contains(&name.as_str()))
            .collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        for (name, value) in headers {
            writeln!(shown, "{name}: {}", masked(value.to_str().unwrap())).unwrap();
        }
        format!("{shown}\n{}", masked(&self.body))
    }
}

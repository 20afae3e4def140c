//! A browser without eyes: it keeps cookies, fills forms by control name and follows nothing by itself.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::house::House;

pub const ORIGIN: &str = "http://localhost:8080";

/// A browser at a house.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
    /// Where it comes from.
    pub source: IpAddr,
    /// What it sends beside what browsers send.
    pub headers: Vec<(&'static str, &'static str)>,
    /// As whom it asks, when it is a server.
    pub authorization: Option<String>,
    /// What stands before the path in its request target.
    pub authority: &'static str,
}

/// What a house answered.
#[derive(Clone)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    path: String,
}

impl Page {
    /// Where it leads, when it leads elsewhere.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |location| location.to_str().unwrap())
    }

    /// Whether a sentence stands on it.
    pub fn says(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// The page, when these sentences stand on it.
    #[track_caller]
    pub fn saying(self, text: &str) -> Self {
        assert!(self.says(text), "{text} is not said by {} {}", self.status, self.body);
        self
    }

    /// The value of a hidden control.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let after = self.body.split(&mark).nth(1).unwrap_or_default();
        after.split('"').next().unwrap_or_default().to_owned()
    }

    /// Where its form is sent.
    pub fn action(&self) -> String {
        let form = self.body.split("<form").find(|form| form.contains("id=\"step\"")).unwrap_or_default();
        let action = form.split("action=\"").nth(1).unwrap_or_default().split('"').next().unwrap_or_default();
        if action.is_empty() { self.path.clone() } else { action.replace("&amp;", "&").replace("&#38;", "&") }
    }

    /// Status, headers and body, without what was typed and without what is drawn anew for each page.
    pub fn bare(&self, typed: &str) -> String {
        let drawn = ["x-request-id", "content-length", "set-cookie"];
        let mut headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| !drawn.contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {}", without_journeys(value.to_str().unwrap())))
            .collect();
        headers.sort();
        let token = self.hidden("form");
        let body = if token.is_empty() { self.body.clone() } else { self.body.replace(&token, "…") };
        let body = if typed.is_empty() { body } else { body.replace(typed, "…") };
        let body = without_challenge(&body, &self.hidden("sealed"));
        format!("{}\n{}\n\n{}", self.status, headers.join("\n"), without_journeys(&body))
    }
}

/// What a page asks a passkey with is drawn anew each time, and says nothing of whoever is meant.
fn without_challenge(body: &str, sealed: &str) -> String {
    let body = if sealed.is_empty() { body.to_owned() } else { body.replace(sealed, "…") };
    let mark = "&#34;challenge&#34;:&#34;";
    match body.split_once(mark) {
        Some((before, after)) => {
            let rest = after.split_once("&#34;").map(|(_, rest)| rest).unwrap_or_default();
            format!("{before}{mark}…&#34;{rest}")
        }
        None => body,
    }
}

fn without_journeys(text: &str) -> String {
    let mut parts = text.split("/journey/");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        format!("{text}/journey/…{rest}")
    })
}

impl Browser {
    pub fn at(house: &House) -> Self {
        Self {
            router: house.router.clone(),
            cookies: BTreeMap::new(),
            language: "ja",
            source: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            headers: Vec::new(),
            authorization: None,
            authority: "",
        }
    }

    /// A browser that comes from another place each time.
    pub fn from(house: &House, number: u32) -> Self {
        Self { source: IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + number)), ..Self::at(house) }
    }

    /// Opens a path.
    pub async fn open(&mut self, path: &str) -> Page {
        self.send(Request::get(format!("{}{path}", self.authority)), path, Body::empty()).await
    }

    /// Asks for a path's headers only.
    pub async fn head(&mut self, path: &str) -> Page {
        self.send(Request::head(path), path, Body::empty()).await
    }

    /// Opens where a page leads.
    pub async fn follow(&mut self, page: &Page) -> Page {
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let location = page.location().to_owned();
        self.open(&location).await
    }

    /// Fills the page's form and presses the first button, as the page's own hidden controls say.
    pub async fn submit(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let mut all: Vec<(String, String)> = ["form", "turn", "request"]
            .iter()
            .map(|name| ((*name).to_owned(), page.hidden(name)))
            .filter(|(name, value)| name == "form" || !value.is_empty())
            .collect();
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post(&page.action(), &all, ORIGIN).await
    }

    /// The same, and then looks at the page that it leads to, within the journey.
    pub async fn press(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let answered = self.submit(page, fields).await;
        if answered.location().starts_with("/journey/") { self.follow(&answered).await } else { answered }
    }

    /// Posts controls to a path, from a page of `origin`.
    pub async fn post(&mut self, path: &str, fields: &[(String, String)], origin: &str) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(format!("{}{path}", self.authority))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("origin", origin);
        self.send(request, path, Body::from(body)).await
    }

    async fn send(&mut self, request: Builder, path: &str, body: Body) -> Page {
        let mut request = request.header("accept-language", self.language);
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        let request = request.extension(ConnectInfo(SocketAddr::new(self.source, 40_000)));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, body, path: path.to_owned() }
    }
}

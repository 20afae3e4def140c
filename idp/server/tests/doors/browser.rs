//! A browser without eyes: it keeps cookies, fills forms by control name and follows nothing by itself.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::house::House;

/// A browser at a house.
pub struct Browser<'a> {
    house: &'a House,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
}

/// What a house answered.
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

    /// The value of a hidden control.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let after = self.body.split(&mark).nth(1).unwrap_or_default();
        after.split('"').next().unwrap_or_default().to_owned()
    }

    fn action(&self) -> String {
        let form = self.body.split("<form").find(|form| form.contains("id=\"step\"")).unwrap_or_default();
        let action = form.split("action=\"").nth(1).unwrap_or_default().split('"').next().unwrap_or_default();
        if action.is_empty() { self.path.clone() } else { action.replace("&amp;", "&").replace("&#38;", "&") }
    }
}

impl<'a> Browser<'a> {
    pub fn at(house: &'a House) -> Self {
        Self { house, cookies: BTreeMap::new(), language: "ja" }
    }

    /// Opens a path.
    pub async fn open(&mut self, path: &str) -> Page {
        let request = Request::get(path).header("accept-language", self.language);
        self.send(request, path, Body::empty()).await
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
        self.post(&page.action(), &all, "http://localhost:8080").await
    }

    /// Posts controls to a path, from a page of `origin`.
    pub async fn post(&mut self, path: &str, fields: &[(String, String)], origin: &str) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header("accept-language", self.language)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("origin", origin);
        self.send(request, path, Body::from(body)).await
    }

    async fn send(&mut self, mut request: axum::http::request::Builder, path: &str, body: Body) -> Page {
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        let response = self.house.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
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

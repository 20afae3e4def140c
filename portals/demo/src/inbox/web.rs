//! The web side: the page, `GET /messages.json` for programs, and `POST /sms`, the gateway that SMS leave by.

use askama::Template as _;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use sekisho_base::Language;
use sekisho_site::page;
use serde::{Deserialize, Serialize};

use super::view::{InboxPage, STYLES};
use super::{Arrival, Channel, Inbox, Message};

/// What the inbox's page may load: the served stylesheets and the house's script.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A formatted mail may style itself and nothing else: no script, no picture, no form.
const MAIL_POLICY: &str = "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; \
    style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the page needs to know besides the messages.
#[derive(Clone)]
pub struct Desk {
    /// The messages.
    pub inbox: Inbox,
    /// The identity provider, for the links of help.
    pub issuer: String,
    /// The bearer token the SMS gateway asks for.
    pub sms_token: String,
}

/// The inbox's paths.
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/messages.json", get(json))
        .route("/messages/{id}", get(formatted))
        .route("/sms", post(sms))
        .merge(page::assets_router())
        .merge(page::shelve(&STYLES))
        .with_state(desk)
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

async fn list(State(desk): State<Desk>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let chosen = asked.lang.and_then(|tag| tag.parse().ok());
    let accepted = || Language::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
    let language: Language = chosen.or_else(accepted).unwrap_or_default();
    let page = InboxPage::of(desk.inbox.messages(), language, &desk.issuer);
    match page.render() {
        Ok(page) => under(PAGE_POLICY, Html(page)),
        Err(error) => {
            tracing::error!(%error, "the inbox's page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn json(State(desk): State<Desk>) -> ([(header::HeaderName, &'static str); 1], Json<Vec<Message>>) {
    ([(header::CACHE_CONTROL, "no-store")], Json(desk.inbox.messages()))
}

async fn formatted(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    match desk.inbox.message(&id) {
        Some(message) if !message.html.is_empty() => under(MAIL_POLICY, Html(message.html)),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Answers a page under its content security policy.
fn under(policy: &'static str, page: Html<String>) -> Response {
    let mut response = page.into_response();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sms {
    to: String,
    text: String,
    key: String,
    #[serde(default)]
    from: Option<String>,
}

#[derive(Serialize)]
struct Taken {
    id: String,
}

/// Takes an SMS as gateways do: bearer token, E.164 number, and a key under which it is taken once.
async fn sms(State(desk): State<Desk>, headers: HeaderMap, Json(sms): Json<Sms>) -> Response {
    let expected = format!("Bearer {}", desk.sms_token);
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given != Some(expected.as_str()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if !is_e164(&sms.to) || sms.text.is_empty() || sms.text.chars().count() > 670 || sms.key.len() > 200 {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let id = desk.inbox.take_in(Arrival {
        channel: Channel::Sms,
        to: sms.to,
        from: sms.from.unwrap_or_else(|| "SEKISHO".to_owned()),
        subject: String::new(),
        text: sms.text,
        html: String::new(),
        key: Some(format!("sms {}", sms.key)),
    });
    (StatusCode::ACCEPTED, Json(Taken { id })).into_response()
}

fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len()) && digits.chars().all(|letter| letter.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests;

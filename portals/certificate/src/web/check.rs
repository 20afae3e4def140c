//! The public check page behind the QR code.

use axum::extract::{Path, State};
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use sekisho_base::era;
use sekisho_portal_kit::front::own_switch;
use sekisho_site::web::Arrival;

use super::{App, Stop, Turn, close};
use crate::flows::check as flow;
use crate::rules::serial::Serial;
use crate::rules::validity::Standing;
use crate::view::Check;

/// Says whether the certificate of a number is valid, expired or revoked, and nothing about anyone.
pub async fn check(State(app): State<App>, arrival: Arrival, Path(serial): Path<String>) -> Response {
    let turn = checked(&app, &arrival, &serial).await;
    close(&app, &arrival, None, turn)
}

async fn checked(app: &App, arrival: &Arrival, asked: &str) -> Turn {
    let now = app.door.cx().now;
    if !app.checks.allows(arrival.client.0, now) {
        return Err(Stop::from(busy(app, arrival)));
    }
    let standing = flow::check(&app.db, asked, now).await?;
    let (status, sign, heading, text) = match standing {
        Some(Standing::Valid) => (StatusCode::OK, "", "portal.check.valid", ""),
        Some(Standing::Expired) => {
            (StatusCode::OK, "soft", "portal.check.expired", "portal.check.expired_text")
        }
        Some(Standing::Revoked) => {
            (StatusCode::OK, "taken", "portal.check.revoked", "portal.check.revoked_text")
        }
        None => (StatusCode::NOT_FOUND, "soft", "portal.check.unknown", "portal.check.unknown_text"),
    };
    // What was typed is repeated in its own form only, never as it came.
    let serial = asked.parse::<Serial>().ok().map(|serial| serial.to_string());
    let path = serial.as_deref().map_or_else(|| "/".to_owned(), |serial| format!("/c/{serial}"));
    let page = page(app, arrival, (sign, heading, text), (serial, &path));
    Ok(app.pages.show(status, &page))
}

fn page<'a>(
    app: &'a App,
    arrival: &Arrival,
    (sign, heading, text): (&'static str, &str, &str),
    (serial, path): (Option<String>, &str),
) -> Check<'a> {
    let shell = app.pages.shell(arrival.language, None, own_switch(path, None));
    let time = era::moment(app.door.cx().now, arrival.language);
    Check {
        head: app.pages.head(None),
        valid: sign.is_empty(),
        sign,
        heading: shell.say(heading).to_owned(),
        text: if text.is_empty() { String::new() } else { shell.say(text).to_owned() },
        serial: serial.map(|serial| shell.fill("portal.check.serial", "serial", serial)),
        as_of: shell.fill("portal.check.as_of", "time", time),
        shell,
    }
}

fn busy(app: &App, arrival: &Arrival) -> Response {
    let page = page(app, arrival, ("soft", "portal.check.busy", "portal.check.busy_text"), (None, "/"));
    let mut response = app.pages.show(StatusCode::TOO_MANY_REQUESTS, &page);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

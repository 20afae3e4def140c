//! The pages that are open to everyone.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use sekisho_portal_kit::SIGNED_OUT;
use sekisho_portal_kit::front::{lenient, own_switch, query};
use sekisho_site::page::{Notice, NoticeTone};
use sekisho_site::web::Arrival;
use serde::Deserialize;

use super::App;
use crate::rules::household::shown;
use crate::view::{Guide, Home};

/// What a link to an open page may carry.
#[derive(Debug, Default, Deserialize)]
pub struct Carried {
    insurer: Option<String>,
    state: Option<String>,
}

type AskedLink = Result<Query<Carried>, QueryRejection>;

/// What it is, how to get in, and how it works.
pub async fn home(State(app): State<App>, arrival: Arrival, headers: HeaderMap, link: AskedLink) -> Response {
    let link = lenient(link);
    // A session that cannot be read is no reason to close the front door.
    let member = app.kit.present(&headers).await.ok().flatten();
    let left =
        link.state.as_deref().and_then(|state| state.strip_prefix(SIGNED_OUT)).filter(|_| member.is_none());
    let own = member.as_ref().map(|member| member.session.insurer.clone());
    let own = own.as_deref().or_else(|| left?.strip_prefix(':'));
    let insurer = app.pages.insurer(link.insurer.as_deref().or(own));
    let mut shell = app.pages.shell(arrival.language, insurer, own_switch("/", insurer));
    if left.is_some() {
        shell.notices.push(Notice {
            tone: NoticeTone::Ok,
            title: shell.say("costs.home.signed_out").to_owned(),
            text: shell.say("costs.home.signed_out_text").to_owned(),
        });
    }
    let member = member.map(|member| shown(&member.session.claims.membership.name));
    let page = Home { shell, head: app.pages.head(insurer), query: query(insurer), member };
    app.pages.show(StatusCode::OK, &page)
}

/// How to put the portal on a home screen.
pub async fn guide(State(app): State<App>, arrival: Arrival, link: AskedLink) -> Response {
    let link = lenient(link);
    let insurer = app.pages.insurer(link.insurer.as_deref());
    let shell = app.pages.shell(arrival.language, insurer, own_switch("/home-screen", insurer));
    let (head, icon) = (app.pages.head(insurer), app.pages.href("icon.svg"));
    app.pages.show(StatusCode::OK, &Guide { shell, head, query: query(insurer), icon })
}

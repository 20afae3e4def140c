//! The certificate itself, and what was applied for before.

use axum::extract::{Path, State};
use axum::response::Response;
use http::header::REFRESH;
use http::{HeaderValue, StatusCode};
use sekisho_base::{Language, era};
use sekisho_portal_kit::front::own_switch;
use sekisho_portal_kit::{SIGN_OUT, SignedIn};
use sekisho_site::page::{Notice, NoticeTone, Shell};
use sekisho_site::web::Arrival;

use super::arrive::called;
use super::{App, Turn, close, onward};
use crate::flows::{Desk, applicant_of};
use crate::rows::Certificate;
use crate::rules::person::{Cover, Person};
use crate::rules::validity::State as Worth;
use crate::view::{Card, CardPage, History, Onward, rows};

/// How often the certificate is read anew: without a script the clock would stand still, and with one a
/// certificate that was taken back would stay on the screen.
const EACH_MINUTE: &str = "60";

/// Shows the newest certificate of a person (guide rows A18, A19, A30, A34).
pub async fn card(
    State(app): State<App>,
    arrival: Arrival,
    Path(mark): Path<String>,
    member: SignedIn,
) -> Response {
    let turn = shown(&app, arrival.language, &member, &mark).await;
    close(&app, &arrival, Some(&member.session.insurer), turn)
}

async fn shown(app: &App, language: Language, member: &SignedIn, mark: &str) -> Turn {
    let applicant = applicant_of(&member.session);
    let desk = app.desk(member, &applicant);
    let person = desk.person(mark)?;
    desk.settle().await?;
    let certificates = desk.certificates(&person).await?;
    let path = format!("/certificates/{mark}");
    let Some(newest) = certificates.first() else { return Ok(onward(&path)) };
    let insurer = &member.session.claims.insurer;
    let worth = newest.span.state(desk.now);
    let shell = app.pages.shell(language, Some(&insurer.code), own_switch(&format!("{path}/card"), None));
    let check = format!("{}c/{}", app.config.server.public_url, newest.serial);
    let page = CardPage {
        card: Card::new(newest, insurer, &check, desk.now),
        notice: notice(app, &shell, member, worth),
        go: onward_from(app, &shell, (desk, &person), worth),
        rows: rows(&certificates, &app.config, &insurer.code, (&shell.speech, desk.now)),
        others: desk.persons().len() > 1,
        sign_out: app.kit.form_token(member, SIGN_OUT),
        head: app.pages.head(Some(&insurer.code)),
        path,
        shell,
    };
    let mut response = app.pages.show(StatusCode::OK, &page);
    if worth.is_valid() {
        response.headers_mut().insert(REFRESH, HeaderValue::from_static(EACH_MINUTE));
    }
    Ok(response)
}

/// What to know before the card is read.
fn notice(app: &App, shell: &Shell<'_>, member: &SignedIn, worth: Worth) -> Option<Notice> {
    let warn = |title: &str, text: String| {
        Some(Notice { tone: NoticeTone::Warn, title: shell.say(title).to_owned(), text })
    };
    match worth {
        Worth::Valid { .. } if !member.fresh => {
            let at = era::moment(member.session.claims_read_at, shell.speech.language);
            warn("portal.card.offline_data", shell.fill("portal.card.offline_data_text", "at", at))
        }
        Worth::Valid { .. } if worth.ends_soon() => {
            warn("portal.card.ends_soon", shell.say("portal.card.ends_soon_text").to_owned())
        }
        Worth::Valid { .. } => None,
        Worth::Expired { .. } => {
            warn("portal.card.expired", shell.say("portal.card.expired_text").to_owned())
        }
        Worth::Superseded { .. } => {
            warn("portal.card.superseded", shell.say("portal.card.superseded_text").to_owned())
        }
        Worth::Revoked { .. } => {
            let call = called(app, &shell.speech, &member.session.insurer);
            warn("portal.card.revoked", format!("{}\n{call}", shell.say("portal.card.revoked_text")))
        }
    }
}

/// The way on above a card that cannot be used. Who has no cover is led to the office.
fn onward_from(
    app: &App,
    shell: &Shell<'_>,
    (desk, person): (Desk<'_>, &Person),
    worth: Worth,
) -> Option<Onward> {
    let covered = person.cover(desk.today()) == Cover::Live;
    let path = format!("/certificates/{}", desk.mark(&person.key).as_str());
    match worth {
        Worth::Valid { .. } => None,
        _ if covered => Some(Onward {
            class: "go",
            href: format!("{path}/apply"),
            text: shell.say("portal.word.new").to_owned(),
        }),
        _ => Some(Onward {
            class: "alt",
            href: app.pages.inquiry(&desk.session.insurer),
            text: shell.say("portal.card.ask").to_owned(),
        }),
    }
}

/// What was applied for before.
pub async fn history(
    State(app): State<App>,
    arrival: Arrival,
    Path(mark): Path<String>,
    member: SignedIn,
) -> Response {
    let turn = async {
        let applicant = applicant_of(&member.session);
        let desk = app.desk(&member, &applicant);
        let person = desk.person(&mark)?;
        desk.settle().await?;
        let certificates: Vec<Certificate> = desk.certificates(&person).await?;
        let path = format!("/certificates/{mark}");
        let insurer = &member.session.insurer;
        let shell =
            app.pages.shell(arrival.language, Some(insurer), own_switch(&format!("{path}/history"), None));
        let page = History {
            rows: rows(&certificates, &app.config, insurer, (&shell.speech, desk.now)),
            name: person.name,
            head: app.pages.head(Some(insurer)),
            path,
            shell,
        };
        Ok(app.pages.show(StatusCode::OK, &page))
    };
    let turn = turn.await;
    close(&app, &arrival, Some(&member.session.insurer), turn)
}

//! The certificate itself.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use http::header::REFRESH;
use sekisho_base::{Language, era};
use sekisho_portal_kit::front::own_switch;
use sekisho_portal_kit::{SIGN_OUT, SignedIn};
use sekisho_site::page::{Link, Notice, NoticeTone, Shell};
use sekisho_site::web::Arrival;

use super::arrive::called;
use super::{App, Turn, close, onward};
use crate::flows::{Desk, applicant_of};
use crate::rows::{Certificate, Revocation};
use crate::rules::person::{Cover, Person};
use crate::rules::validity::State as Worth;
use crate::view::{Card, CardPage, Onward, rows, time_left};

/// How often the certificate is read anew: without a script the clock would stand still, and with one a
/// certificate that was taken back would stay on the screen.
const EACH_MINUTE: u64 = 60;

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
    let again = Link { href: format!("{path}/apply"), text: shell.say("portal.word.again").to_owned() };
    let page = CardPage {
        card: Card::new(newest, insurer, &check_page(app, newest), desk.now),
        notice: notice(app, &shell, member, (newest, worth)),
        notice_link: Some(again)
            .filter(|_| member.fresh && worth.ends_soon() && !newest.span.ends_with_cover()),
        go: onward_from(app, &shell, (desk, &person), worth),
        rows: rows(&certificates, &app.config, &insurer.code, (&shell.speech, desk.now)),
        others: desk.persons().len() > 1,
        pdf: worth.is_valid() && member.fresh && app.fonts.is_some(),
        sign_out: app.kit.form_token(member, SIGN_OUT),
        head: app.pages.head(Some(&insurer.code)),
        path,
        shell,
    };
    let mut response = app.pages.show(StatusCode::OK, &page);
    if let Worth::Valid { left } = worth {
        response.headers_mut().insert(REFRESH, next_look(left).into());
    }
    Ok(response)
}

/// The page that says what a certificate is worth.
pub(super) fn check_page(app: &App, certificate: &Certificate) -> String {
    format!("{}c/{}", app.config.server.public_url, certificate.serial)
}

/// In how many seconds the page is read again: each minute, and at the moment the certificate ends.
fn next_look(left: Duration) -> u64 {
    left.as_secs().saturating_add(1).min(EACH_MINUTE)
}

/// What to know before the card is read.
fn notice(
    app: &App,
    shell: &Shell<'_>,
    member: &SignedIn,
    (certificate, worth): (&Certificate, Worth),
) -> Option<Notice> {
    let span = &certificate.span;
    let language = shell.speech.language;
    let call = || called(app, &shell.speech, &member.session.insurer);
    let (title, text) = match worth {
        Worth::Valid { .. } if !member.fresh => {
            let at = era::moment(member.session.claims_read_at, language);
            ("portal.card.offline_data", shell.fill("portal.card.offline_data_text", "at", at))
        }
        Worth::Valid { .. } if span.ends_with_cover() => {
            let at = era::moment(span.ends_at(), language);
            ("portal.card.cover_ends", shell.fill("portal.card.cover_ends_text", "at", at))
        }
        Worth::Valid { left } if worth.ends_soon() => {
            let left = time_left(left, language);
            ("portal.card.ends_soon", shell.fill("portal.card.ends_soon_text", "left", left))
        }
        Worth::Valid { .. } => return None,
        Worth::Expired { .. } => ("portal.card.expired", shell.say("portal.card.expired_text").to_owned()),
        Worth::Superseded { .. } => {
            ("portal.card.superseded", shell.say("portal.card.superseded_text").to_owned())
        }
        Worth::Revoked { at } => {
            let why = match certificate.revoked_for(at) {
                Some(Revocation::Office { note, .. }) => shell.fill("portal.card.office_text", "note", note),
                Some(Revocation::Household) => shell.say("portal.card.household_text").to_owned(),
                _ => shell.say("portal.card.revoked_text").to_owned(),
            };
            ("portal.card.revoked", format!("{why}\n{}", call()))
        }
    };
    Some(Notice { tone: NoticeTone::Warn, title: shell.say(title).to_owned(), text })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_read_again_each_minute_and_when_the_certificate_ends() {
        let after = |seconds| next_look(Duration::from_secs(seconds));
        assert_eq!((after(100_000), after(59), after(7), after(0)), (60, 60, 8, 1));
    }
}

//! The certificate as a PDF file: a copy for one's own records, which says that the screen has to be shown.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use sekisho_portal_kit::SignedIn;
use sekisho_portal_kit::front::pdf::set;
use sekisho_site::web::Arrival;

use super::card::check_page;
use super::{App, Stop, Turn, close, onward};
use crate::flows::{self, applicant_of};
use crate::view::{Card, copy};

/// The file's name says nothing about anyone.
const ATTACHED: &str = "attachment; filename=\"shikaku-kakuninsho.pdf\"";

/// Hands out the newest certificate of a person while it is valid.
pub async fn pdf(
    State(app): State<App>,
    arrival: Arrival,
    Path(mark): Path<String>,
    member: SignedIn,
) -> Response {
    let turn = handed(&app, &arrival, &member, &mark).await;
    close(&app, &arrival, Some(&member.session.insurer), turn)
}

async fn handed(app: &App, arrival: &Arrival, member: &SignedIn, mark: &str) -> Turn {
    let applicant = applicant_of(&member.session);
    let desk = app.desk(member, &applicant);
    let person = desk.person(mark)?;
    let Some(fonts) = app.fonts.clone() else { return Err(flows::Error::Unknown.into()) };
    // What leaves the portal is made of fresh claims only.
    if !member.fresh {
        return Err(Stop::from(app.pages.provider_away(arrival.language, Some(&member.session.insurer))));
    }
    desk.settle().await?;
    let certificates = desk.certificates(&person).await?;
    let Some(newest) = certificates.first().filter(|newest| newest.span.state(desk.now).is_valid()) else {
        return Ok(onward(&format!("/certificates/{mark}")));
    };
    let check = check_page(app, newest);
    let card = Card::new(newest, &member.session.claims.insurer, &check, desk.now);
    let now = desk.now;
    Ok(match set(move || copy(&fonts, &card, &check, now)).await {
        Some(file) => {
            ([(CONTENT_TYPE, "application/pdf"), (CONTENT_DISPOSITION, ATTACHED)], file).into_response()
        }
        None => {
            app.pages.broken(arrival.language, Some(&member.session.insurer), arrival.request_id.as_str())
        }
    })
}

//! The notice of eligibility information.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use sekisho_portal_kit::SignedIn;
use sekisho_portal_kit::front::own_switch;
use sekisho_site::web::Arrival;

use super::{App, close, stale};
use crate::flows::Error;
use crate::view::EligibilityPage;

/// What the insurer has on record about the member's cover.
pub async fn page(State(app): State<App>, arrival: Arrival, member: SignedIn) -> Response {
    close(&app, &arrival, &member, shown(&app, &arrival, &member))
}

fn shown(app: &App, arrival: &Arrival, member: &SignedIn) -> Result<Response, Error> {
    let desk = app.desk(member);
    let insurer = member.session.insurer.as_str();
    let eligibility = desk.eligibility()?;
    let shell = app.pages.shell(arrival.language, Some(insurer), own_switch("/eligibility", None));
    let notice = stale(&shell, member);
    let head = app.pages.head(Some(insurer));
    let more = (app.phone(insurer), notice, app.fonts.is_some());
    let page = EligibilityPage::of(shell, head, (&eligibility, desk.today()), more);
    Ok(app.pages.show(StatusCode::OK, &page))
}

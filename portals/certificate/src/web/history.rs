//! What was applied for before, and what became of it.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use sekisho_portal_kit::SignedIn;
use sekisho_portal_kit::front::own_switch;
use sekisho_site::web::Arrival;

use super::{App, close};
use crate::flows::applicant_of;
use crate::rows::Certificate;
use crate::view::{History, rows};

/// Every application for a person that this member may see, the newest first.
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

//! A year, and the notice of eligibility information, as files to take along.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use sekisho_portal_kit::SignedIn;
use sekisho_portal_kit::front::lenient;
use sekisho_portal_kit::front::pdf::{Fonts, set};
use sekisho_site::web::Arrival;

use super::costs::{Choices, number, person, who};
use super::{App, close};
use crate::files::{
    self, CSV_NAME, Document, ELIGIBILITY_NAME, Encoding, Layout, PDF_NAME, SCHEMA, TAX_NAME, XML_NAME,
};
use crate::flows::{Asked, Error};
use crate::signing::SigningKey;

/// A file of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Paper(Layout),
    Csv(Encoding),
    Xml,
}

impl File {
    /// The file of a name in an address.
    fn of(name: &str) -> Option<Self> {
        match name {
            "notice.pdf" => Some(Self::Paper(Layout::Own)),
            "notice-tax.pdf" => Some(Self::Paper(Layout::Tax)),
            "costs.csv" => Some(Self::Csv(Encoding::Utf8)),
            "costs-sjis.csv" => Some(Self::Csv(Encoding::Cp932)),
            "costs.xml" => Some(Self::Xml),
            _ => None,
        }
    }

    /// Its media type, and the name it is saved under, which says nothing about anyone.
    const fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Paper(Layout::Own) => (PDF, PDF_NAME),
            Self::Paper(Layout::Tax) => (PDF, TAX_NAME),
            Self::Csv(Encoding::Utf8) => ("text/csv; charset=utf-8", CSV_NAME),
            Self::Csv(Encoding::Cp932) => ("text/csv; charset=shift_jis", CSV_NAME),
            Self::Xml => ("application/xml; charset=utf-8", XML_NAME),
        }
    }
}

const PDF: &str = "application/pdf";

/// Hands out a year as a file: everything of whoever is asked for.
pub async fn year(
    State(app): State<App>,
    arrival: Arrival,
    Path((year, file)): Path<(String, String)>,
    member: SignedIn,
    choices: Result<Query<Choices>, QueryRejection>,
) -> Response {
    let choices = lenient(choices);
    let turn = handed(&app, &arrival, &member, (&year, &file, &choices)).await;
    close(&app, &arrival, &member, turn)
}

async fn handed(
    app: &App,
    arrival: &Arrival,
    member: &SignedIn,
    (year, file, choices): (&str, &str, &Choices),
) -> Result<Response, Error> {
    let desk = app.desk(member);
    let file = File::of(file).ok_or(Error::Unknown)?;
    let who = person(&desk, &who(&desk, &choices.person));
    let year = desk.year(&Asked { year: Some(number(year)?), person: who, ..Asked::default() }).await?;
    if year.is_empty() {
        return Err(Error::Unknown);
    }
    if let Some(away) = stale(app, arrival, member) {
        return Ok(away);
    }
    let document = Document::of(&year, &member.session.claims, desk.now);
    let made = match file {
        File::Csv(encoding) => Some(files::csv(&document, encoding)),
        File::Xml => signed(app, &document).await,
        File::Paper(layout) => {
            let fonts = app.fonts.clone().ok_or(Error::Unknown)?;
            set(move || files::year_paper(&fonts, &document, layout)).await
        }
    };
    Ok(answer(app, arrival, member, (file.kind(), made)))
}

/// Hands out the member's own notice of eligibility information.
pub async fn eligibility(State(app): State<App>, arrival: Arrival, member: SignedIn) -> Response {
    let turn = noted(&app, &arrival, &member).await;
    close(&app, &arrival, &member, turn)
}

async fn noted(app: &App, arrival: &Arrival, member: &SignedIn) -> Result<Response, Error> {
    let desk = app.desk(member);
    let notice = desk.eligibility()?;
    let fonts: Fonts = app.fonts.clone().ok_or(Error::Unknown)?;
    if let Some(away) = stale(app, arrival, member) {
        return Ok(away);
    }
    let now = desk.now;
    let made = set(move || files::eligibility_paper(&fonts, &notice, now)).await;
    Ok(answer(app, arrival, member, ((PDF, ELIGIBILITY_NAME), made)))
}

/// What leaves the portal is made of fresh claims only.
fn stale(app: &App, arrival: &Arrival, member: &SignedIn) -> Option<Response> {
    let insurer = Some(member.session.insurer.as_str());
    (!member.fresh).then(|| app.pages.provider_away(arrival.language, insurer))
}

async fn signed(app: &App, document: &Document) -> Option<Vec<u8>> {
    let written = match SigningKey::open(&app.db, &app.ring, &mut app.door.cx()).await {
        Ok(key) => files::xml(document, &key),
        Err(error) => Err(error),
    };
    written
        .map(String::into_bytes)
        .inspect_err(|error| tracing::error!(%error, "a year could not be signed"))
        .ok()
}

fn answer(
    app: &App,
    arrival: &Arrival,
    member: &SignedIn,
    ((kind, name), made): ((&'static str, &str), Option<Vec<u8>>),
) -> Response {
    let Some(file) = made else {
        let insurer = Some(member.session.insurer.as_str());
        return app.pages.broken(arrival.language, insurer, arrival.request_id.as_str());
    };
    let attached = format!("attachment; filename=\"{name}\"");
    let kept = "no-store".to_owned();
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, attached), (CACHE_CONTROL, kept)];
    (headers, file).into_response()
}

/// What the XML files look like, for whoever reads them by a program.
pub async fn schema() -> Response {
    ([(CONTENT_TYPE, "application/xml; charset=utf-8")], SCHEMA).into_response()
}

/// The public half of the key that signs them.
pub async fn key(State(app): State<App>, arrival: Arrival) -> Response {
    match SigningKey::open(&app.db, &app.ring, &mut app.door.cx()).await {
        Ok(key) => ([(CONTENT_TYPE, "application/x-pem-file")], key.public_pem()).into_response(),
        Err(error) => {
            tracing::error!(%error, "the signing key cannot be read");
            app.pages.broken(arrival.language, None, arrival.request_id.as_str())
        }
    }
}

//! Applying: the reason, the address if it changed, and the certificate.

mod step;

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use http::header::SET_COOKIE;
use sekisho_portal_kit::{Seated, SignedIn};
use sekisho_site::page::FieldError;
use sekisho_site::web::Arrival;
use serde::Deserialize;

use super::arrive::no_cover;
use super::{App, Stop, Turn, close, lenient, onward, readable};
use crate::flows::applicant_of;
use crate::rules::address::{Field, Typed};
use crate::rules::person::Cover;
use crate::view::fault_text;
use step::{APPLY, Carried, DRAFT, Step, query};

/// The two steps are served as forms of one application: its id is their turn.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    form: String,
    turn: String,
    reason: String,
    address_changed: Option<String>,
    lang: Option<String>,
    #[serde(rename = "do")]
    act: Option<String>,
    #[serde(flatten)]
    typed: Typed,
}

/// Asks for the reason (guide rows A16, A32).
pub async fn reason(
    State(app): State<App>,
    arrival: Arrival,
    Path(mark): Path<String>,
    carried: Result<Query<Carried>, QueryRejection>,
    member: SignedIn,
) -> Response {
    let carried = lenient(carried);
    let turn = async {
        let applicant = applicant_of(&member.session);
        let mut step = Step::new(&app, &member, &applicant, &mark)?;
        step.language = arrival.language;
        if let cover @ (Cover::Ended(_) | Cover::NotYet(_)) = step.person.cover(step.desk.today()) {
            return Ok(no_cover(&app, arrival.language, &member, cover));
        }
        let moved = carried.address_changed.is_some();
        Ok(step.show_reason(&carried.reason, moved, (false, carried.reread.is_some())))
    };
    let turn = turn.await;
    close(&app, &arrival, Some(&member.session.insurer), turn)
}

/// Takes the reason: with an unchanged address the certificate is there.
pub async fn reasoned(
    State(app): State<App>,
    arrival: Arrival,
    Path(mark): Path<String>,
    Seated(member): Seated,
    answer: Result<Form<Answer>, FormRejection>,
) -> Response {
    let turn = take_reason(&app, &arrival, (&member, &mark), readable(answer)).await;
    close(&app, &arrival, Some(&member.session.insurer), turn)
}

async fn take_reason(
    app: &App,
    arrival: &Arrival,
    (member, mark): (&SignedIn, &str),
    answer: Answer,
) -> Turn {
    let applicant = applicant_of(&member.session);
    let mut step = accepted(app, member, &applicant, (mark, &answer))?;
    step.language = arrival.language;
    let moved = answer.address_changed.is_some();
    if let Some(language) = answer.lang.as_deref().and_then(|tag| tag.parse().ok()) {
        step.language = language;
        return Ok(app.speaking(language, step.show_reason(&answer.reason, moved, (false, false))));
    }
    let Some(listed) = step.listed(&answer.reason) else {
        return Ok(step.show_reason("", moved, (true, false)));
    };
    let moved = moved || listed.address;
    let carried = Carried { reason: answer.reason, turn: Some(step.turn), ..Carried::default() };
    if moved {
        return Ok(onward(&format!("{}/address{}", step.path, query(&carried))));
    }
    if !member.fresh {
        return Ok(step.reread("apply", Carried { turn: None, ..carried }, None).await);
    }
    step.finish(&carried.reason, None).await
}

/// A step whose form was made for this member, under the id it carries.
fn accepted<'a>(
    app: &'a App,
    member: &'a SignedIn,
    applicant: &'a str,
    (mark, answer): (&str, &Answer),
) -> Result<Step<'a>, Stop> {
    if !app.kit.verify(member, APPLY, &answer.form) {
        return Err(Stop::StaleForm);
    }
    let turn = answer.turn.parse().map_err(|_| Stop::StaleForm)?;
    Ok(Step { turn, ..Step::new(app, member, applicant, mark)? })
}

/// Asks for the new address (guide rows A17, A33).
pub async fn address(
    State(app): State<App>,
    arrival: Arrival,
    Path(mark): Path<String>,
    (carried, headers): (Result<Query<Carried>, QueryRejection>, HeaderMap),
    member: SignedIn,
) -> Response {
    let carried = lenient(carried);
    let turn = async {
        let applicant = applicant_of(&member.session);
        let mut step = Step::new(&app, &member, &applicant, &mark)?;
        step.language = arrival.language;
        step.turn = carried.turn.unwrap_or(step.turn);
        if step.listed(&carried.reason).is_none() {
            return Ok(onward(&format!("{}/apply", step.path)));
        }
        let reread = carried.reread.is_some();
        let typed = if reread { step.draft(&headers) } else { step.known_address() };
        let mut response = step.show_address(&carried.reason, typed, Vec::new(), reread);
        if reread {
            response.headers_mut().append(SET_COOKIE, app.cookies.clear(DRAFT));
        }
        Ok(response)
    };
    let turn = turn.await;
    close(&app, &arrival, Some(&member.session.insurer), turn)
}

/// Takes the address, and the certificate is there.
pub async fn addressed(
    State(app): State<App>,
    arrival: Arrival,
    Path(mark): Path<String>,
    Seated(member): Seated,
    answer: Result<Form<Answer>, FormRejection>,
) -> Response {
    let turn = take_address(&app, &arrival, (&member, &mark), readable(answer)).await;
    close(&app, &arrival, Some(&member.session.insurer), turn)
}

async fn take_address(
    app: &App,
    arrival: &Arrival,
    (member, mark): (&SignedIn, &str),
    answer: Answer,
) -> Turn {
    let applicant = applicant_of(&member.session);
    let mut step = accepted(app, member, &applicant, (mark, &answer))?;
    step.language = arrival.language;
    if let Some(language) = answer.lang.as_deref().and_then(|tag| tag.parse().ok()) {
        step.language = language;
        return Ok(app.speaking(language, step.show_address(&answer.reason, answer.typed, Vec::new(), false)));
    }
    let listed = step.listed(&answer.reason).is_some();
    let carried =
        Carried { reason: answer.reason, address_changed: Some("yes".to_owned()), ..Carried::default() };
    if answer.act.as_deref() == Some("back") || !listed {
        return Ok(onward(&format!("{}/apply{}", step.path, query(&carried))));
    }
    match answer.typed.read() {
        Err(faults) => {
            let speech = app.pages.speech(step.language);
            let told = |(field, fault): &(_, _)| {
                let field: Field = *field;
                FieldError::new(field.name(), fault_text(&speech, field, *fault))
            };
            let errors = faults.iter().map(told).collect();
            Ok(step.show_address(&carried.reason, answer.typed, errors, false))
        }
        Ok(_) if !member.fresh => {
            let carried = Carried { turn: Some(step.turn), address_changed: None, ..carried };
            Ok(step.reread("address", carried, Some(&answer.typed)).await)
        }
        Ok(address) => step.finish(&carried.reason, Some(address)).await,
    }
}

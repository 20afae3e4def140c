//! Applying: the reason, the address if it changed, and the certificate.

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret as _;
use sekisho_base::Language;
use sekisho_portal_kit::{Kit, Seated, SignedIn};
use sekisho_site::page::{FieldError, Form as PageForm, Notice, NoticeTone, Progress, Shell, Switch};
use sekisho_site::web::Arrival;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::form_urlencoded;

use super::arrive::{name_where_needed, no_cover, speaking};
use super::look::manifest;
use super::{App, Stop, Turn, close, lenient, onward, readable};
use crate::flows::apply::{Application, Outcome, apply};
use crate::flows::{Desk, applicant_of};
use crate::rows::ApplicationId;
use crate::rules::address::Typed;
use crate::rules::person::{Cover, Person};
use crate::view::{Address, OfferedReason, Reason, fault_text};

const APPLY: &str = "certificate-apply";
const DRAFT: &str = "draft";
const DRAFT_IS_KEPT: Duration = Duration::from_mins(10);

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

/// What the address of a step may carry: what was chosen before, and that the claims were read in between.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Carried {
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<ApplicationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_changed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reread: Option<String>,
}

/// One step at hand: who is asked, for whom, under which id.
struct Step<'a> {
    app: &'a App,
    member: &'a SignedIn,
    desk: Desk<'a>,
    person: Person,
    language: Language,
    path: String,
    turn: ApplicationId,
}

impl<'a> Step<'a> {
    fn new(app: &'a App, member: &'a SignedIn, applicant: &'a str, mark: &str) -> Result<Self, Stop> {
        let desk = app.desk(member, applicant);
        let person = desk.person(mark)?;
        let turn = ApplicationId::draw(&mut app.door.cx());
        let path = format!("/certificates/{mark}");
        Ok(Self { app, member, desk, person, language: Language::Ja, path, turn })
    }

    fn shell(&self, at: u8, reread: bool) -> Shell<'a> {
        let mut shell =
            self.app.pages.shell(self.language, Some(&self.member.session.insurer), Switch::InForm);
        shell.progress = Some(Progress { name: shell.say("portal.apply.progress").to_owned(), at, of: 2 });
        if reread {
            shell.notices.push(Notice {
                tone: NoticeTone::Info,
                title: shell.say("portal.apply.reread").to_owned(),
                text: shell.say("portal.apply.reread_text").to_owned(),
            });
        }
        shell
    }

    fn form(&self, step: &str) -> PageForm {
        PageForm {
            turn: Some(self.turn.to_string()),
            ..PageForm::plain(format!("{}/{step}", self.path), self.app.kit.form_token(self.member, APPLY))
        }
    }

    fn status(errors: &[FieldError]) -> StatusCode {
        if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    fn show_reason(&self, chosen: &str, moved: bool, (missing, reread): (bool, bool)) -> Response {
        let shell = self.shell(1, reread);
        let missing = missing.then(|| FieldError::new("reason", shell.say("portal.apply.missing")));
        let errors: Vec<FieldError> = missing.into_iter().collect();
        let reasons = self.app.config.reasons(&self.member.session.insurer).iter().enumerate();
        let reasons = reasons.map(|(place, reason)| OfferedReason {
            value: reason.id.as_str().to_owned(),
            id: if place == 0 { "reason".to_owned() } else { format!("reason-{place}") },
            text: reason.text(self.language).to_owned(),
            chosen: reason.id.as_str() == chosen,
        });
        let page = Reason {
            reasons: reasons.collect(),
            who: name_where_needed(self.desk, &self.person)
                .map(|name| shell.fill("portal.apply.who", "name", name)),
            manifest: manifest(Some(&self.member.session.insurer)),
            form: self.form("apply"),
            errors,
            moved,
            shell,
        };
        self.app.pages.show(Self::status(&page.errors), &page)
    }

    fn show_address(&self, reason: &str, typed: Typed, errors: Vec<FieldError>, reread: bool) -> Response {
        let page = Address {
            shell: self.shell(2, reread),
            manifest: manifest(Some(&self.member.session.insurer)),
            form: self.form("address"),
            errors,
            reason: reason.to_owned(),
            typed,
        };
        self.app.pages.show(Self::status(&page.errors), &page)
    }

    fn draft_binding(&self) -> String {
        format!("draft:{}", self.desk.mark(&self.person.key).as_str())
    }

    /// What was typed into the address form before the claims were read again.
    fn draft(&self, headers: &HeaderMap) -> Typed {
        let kept = self.app.cookies.read(headers, DRAFT);
        let opened =
            kept.map(|kept| self.app.ring.open_json_text(&self.draft_binding(), kept.expose_secret()));
        opened.and_then(Result::ok).unwrap_or_default()
    }

    /// Reads the claims again and comes back to the same step, with what was chosen and typed.
    async fn reread(&self, step: &str, carried: Carried, typed: Option<&Typed>) -> Response {
        if !self.app.kit.provider_answers().await {
            let arrival_insurer = Some(self.member.session.insurer.clone());
            return self.app.pages.provider_away(self.language, arrival_insurer.as_deref());
        }
        let carried = Carried { reread: Some("yes".to_owned()), ..carried };
        let mut response = Kit::through_provider(&format!("{}/{step}{}", self.path, query(&carried)));
        if let Some(typed) = typed
            && let Ok(kept) =
                self.app.ring.seal_json_text(&self.draft_binding(), typed, &mut self.app.door.cx())
        {
            let cookie = self.app.cookies.set(DRAFT, kept.as_str(), Some(DRAFT_IS_KEPT));
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// Applies, and leads to the certificate.
    async fn finish(&self, reason: &str, address: Option<crate::rules::address::Address>) -> Turn {
        let application = Application { id: self.turn, reason: reason.into(), address };
        Ok(match apply(self.desk, &self.person, &application, &mut self.app.door.cx()).await? {
            Outcome::Issued => onward(&format!("{}/card", self.path)),
            Outcome::NoCover(cover) => no_cover(self.app, self.language, self.member, cover),
        })
    }
}

fn query(carried: &Carried) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !carried.reason.is_empty() {
        query.append_pair("reason", &carried.reason);
    }
    if let Some(turn) = carried.turn {
        query.append_pair("turn", &turn.to_string());
    }
    for (name, value) in [("address_changed", &carried.address_changed), ("reread", &carried.reread)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
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
        return Ok(speaking(app, language, step.show_reason(&answer.reason, moved, (false, false))));
    }
    if app.config.reasons(&member.session.insurer).find(&answer.reason).is_none() {
        return Ok(step.show_reason("", moved, (true, false)));
    }
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
        if app.config.reasons(&member.session.insurer).find(&carried.reason).is_none() {
            return Ok(onward(&format!("{}/apply", step.path)));
        }
        let reread = carried.reread.is_some();
        let typed = if reread { step.draft(&headers) } else { Typed::default() };
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
        return Ok(speaking(
            app,
            language,
            step.show_address(&answer.reason, answer.typed, Vec::new(), false),
        ));
    }
    let listed = app.config.reasons(&member.session.insurer).find(&answer.reason).is_some();
    let carried =
        Carried { reason: answer.reason, address_changed: Some("yes".to_owned()), ..Carried::default() };
    if answer.act.as_deref() == Some("back") || !listed {
        return Ok(onward(&format!("{}/apply{}", step.path, query(&carried))));
    }
    match answer.typed.read() {
        Err(faults) => {
            let speech = app.pages.speech(step.language);
            let told = |(field, fault): &(_, _)| {
                let field: crate::rules::address::Field = *field;
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

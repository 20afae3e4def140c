//! After signing in: for whom, and what there is for that person.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use http::StatusCode;
use sekisho_base::{Language, Speech, era};
use sekisho_portal_kit::front::own_switch;
use sekisho_portal_kit::{Seated, SignedIn};
use sekisho_site::page::{FieldError, Form as PageForm, Link, Switch};
use sekisho_site::web::Arrival;
use serde::Deserialize;

use super::{App, Stop, Turn, close, onward, readable};
use crate::flows::arrive::{self, Choice, Door, Next};
use crate::flows::{Desk, applicant_of};
use crate::rules::person::{Cover, Person, Standing};
use crate::rules::validity::State as Worth;
use crate::view::{Choose, ChosenPerson, Menu, Message, time_left};

const CHOOSE: &str = "certificate-choose";

/// Leads on, or asks for whom where there is more than one person (guide rows A9, A10).
pub async fn choose(State(app): State<App>, arrival: Arrival, member: SignedIn) -> Response {
    let insurer = member.session.insurer.clone();
    close(&app, &arrival, Some(&insurer), lead(&app, arrival.language, &member, None).await)
}

async fn lead(app: &App, language: Language, member: &SignedIn, missing: Option<&str>) -> Turn {
    let applicant = applicant_of(&member.session);
    let desk = app.desk(member, &applicant);
    Ok(match arrive::next(desk).await? {
        Next::Person(mark) => onward(&format!("/certificates/{}", mark.as_str())),
        Next::NoCover(cover) => no_cover(app, language, member, cover),
        Next::Choose(choices) => {
            let shell = app.pages.shell(language, Some(&member.session.insurer), Switch::InForm);
            let errors =
                missing.map(|key| FieldError::new("certificate", shell.say(key))).into_iter().collect();
            let page = Choose {
                head: app.pages.head(Some(&member.session.insurer)),
                form: PageForm::plain("/certificates", app.kit.form_token(member, CHOOSE)),
                persons: offered(&shell.speech, &choices, member),
                errors,
                shell,
            };
            app.pages.show(
                if missing.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK },
                &page,
            )
        }
    })
}

fn offered(speech: &Speech<'_>, choices: &[Choice], member: &SignedIn) -> Vec<ChosenPerson> {
    let own = &member.session.claims.membership.person_key;
    let one = |(place, choice): (usize, &Choice)| ChosenPerson {
        mark: choice.mark.as_str().to_owned(),
        id: if place == 0 { "certificate".to_owned() } else { format!("certificate-{place}") },
        name: choice.person.name.clone(),
        help: speech
            .say(if choice.person.key == *own { "portal.choose.own" } else { "portal.choose.family" })
            .to_owned(),
        chosen: false,
        chip: if choice.valid { speech.say("portal.choose.valid").to_owned() } else { String::new() },
    };
    choices.iter().enumerate().map(one).collect()
}

/// The answer of the page that asks for whom.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    form: String,
    certificate: String,
    lang: Option<String>,
}

/// Leads to the person chosen.
pub async fn chosen(
    State(app): State<App>,
    arrival: Arrival,
    Seated(member): Seated,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let chosen = readable(chosen);
    let insurer = member.session.insurer.clone();
    close(&app, &arrival, Some(&insurer), answered(&app, &arrival, &member, &chosen).await)
}

async fn answered(app: &App, arrival: &Arrival, member: &SignedIn, chosen: &Chosen) -> Turn {
    if !app.kit.verify(member, CHOOSE, &chosen.form) {
        return Err(Stop::StaleForm);
    }
    if let Some(language) = chosen.lang.as_deref().and_then(|tag| tag.parse().ok()) {
        let shown = lead(app, language, member, None).await?;
        return Ok(app.speaking(language, shown));
    }
    if chosen.certificate.is_empty() {
        return lead(app, arrival.language, member, Some("portal.choose.missing")).await;
    }
    let applicant = applicant_of(&member.session);
    let desk = app.desk(member, &applicant);
    let person = desk.person(&chosen.certificate)?;
    Ok(onward(&format!("/certificates/{}", desk.mark(&person.key).as_str())))
}

/// What there is for one person: Display and Reapply with a valid certificate, the reason without one.
pub async fn person(
    State(app): State<App>,
    arrival: Arrival,
    Path(mark): Path<String>,
    member: SignedIn,
) -> Response {
    let insurer = member.session.insurer.clone();
    close(&app, &arrival, Some(&insurer), opened(&app, arrival.language, &member, &mark).await)
}

async fn opened(app: &App, language: Language, member: &SignedIn, mark: &str) -> Turn {
    let applicant = applicant_of(&member.session);
    let desk = app.desk(member, &applicant);
    let person = desk.person(mark)?;
    let path = format!("/certificates/{mark}");
    Ok(match arrive::door(desk, &person).await? {
        Door::Menu(certificate) => {
            let speech = app.pages.speech(language);
            let until = era::moment(certificate.span.ends_at(), language);
            let page = Menu {
                until: speech.with("portal.menu.until", &[("until", until)]),
                left: left(&speech, certificate.span.state(desk.now)),
                name: person.name,
                others: desk.persons().len() > 1,
                shell: app.pages.shell(language, Some(&member.session.insurer), own_switch(&path, None)),
                head: app.pages.head(Some(&member.session.insurer)),
                path,
            };
            app.pages.show(StatusCode::OK, &page)
        }
        Door::Apply { .. } => onward(&format!("{path}/apply")),
        Door::NoCover { last: Some(_), .. } => onward(&format!("{path}/card")),
        Door::NoCover { cover, last: None } => no_cover(app, language, member, cover),
    })
}

fn left(speech: &Speech<'_>, worth: Worth) -> String {
    let Worth::Valid { left } = worth else { return String::new() };
    speech.with("portal.menu.left", &[("left", time_left(left, speech.language))])
}

/// Says that there is no cover to apply for, and where to turn.
pub fn no_cover(app: &App, language: Language, member: &SignedIn, cover: Cover) -> Response {
    let insurer = &member.session.insurer;
    let shell = app.pages.shell(language, Some(insurer), own_switch("/certificates", None));
    let (date, key, more) = match cover {
        Cover::NotYet(date) => (Some(date), "portal.no_cover.not_yet", "portal.no_cover.not_yet_text"),
        Cover::Ended(date) => (Some(date), "portal.no_cover.ended", "portal.no_cover.ended_text"),
        Cover::Live => (None, "portal.no_cover.not_yet_text", "portal.no_cover.ended_text"),
    };
    let date = date.map(|date| era::dual(date, language)).unwrap_or_default();
    let page = Message {
        head: app.pages.head(Some(insurer)),
        gate: false,
        title: shell.say("portal.no_cover.title").to_owned(),
        text: format!("{}\n{}", shell.fill(key, "date", date), shell.say(more)),
        extra: called(app, &shell.speech, insurer),
        go: None,
        way: Some(Link { href: "/logout".to_owned(), text: shell.say("portal.word.sign_out").to_owned() }),
        shell,
    };
    app.pages.show(StatusCode::OK, &page)
}

/// Whom to call.
pub fn called(app: &App, speech: &Speech<'_>, insurer: &str) -> String {
    let phone = app.config.insurer(insurer).map(|insurer| insurer.phone.as_str()).unwrap_or_default();
    speech.with("portal.card.call", &[("phone", phone)])
}

/// Whether the page should say for whom it is.
pub fn name_where_needed(desk: Desk<'_>, person: &Person) -> Option<String> {
    let own = person.key == desk.session.claims.membership.person_key;
    (!own || person.standing == Standing::Dependent && desk.persons().len() > 1).then(|| person.name.clone())
}

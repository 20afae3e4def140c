//! First pages: they belong to no journey's row.

use axum::response::Response;
use sekisho_base::era;
use sekisho_domain::account::NameKind;
use sekisho_domain::factor::passkey::Refused;
use sekisho_domain::insurer::{Forgot, Insurer, Notice, Pages};
use sekisho_domain::journey::{Form, Reason, Refusal};
use sekisho_site::page::{self, Link, Shell, Switch};

use super::super::{Carried, passkey};
use super::reasons::waiting;
use super::{errors, frame, query, query_of};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::page::{Frame, html};
use crate::web::view;

/// A first page: what brought the reader there.
pub struct First<'a> {
    /// The request it carries along.
    pub carried: &'a Carried,
    /// The insurer, where it is known.
    pub insurer: Option<&'a Insurer>,
    /// Whether the password is asked on a page of its own, after the name.
    pub stage: view::SignInStage,
}

impl<'a> First<'a> {
    /// The first page of a sign-in at an insurer.
    pub fn new(carried: &'a Carried, insurer: Option<&'a Insurer>) -> Self {
        let stage = match insurer.map(|insurer| insurer.sign_in.pages) {
            Some(Pages::Two) => view::SignInStage::Name,
            Some(Pages::One) | None => view::SignInStage::Both,
        };
        Self { carried, insurer, stage }
    }
}

/// The sign-in page.
///
/// # Errors
/// When it cannot be rendered.
pub fn sign_in(
    state: &State,
    visit: &Visit,
    first: &First<'_>,
    (typed, refusals): (&Form, &[Refusal]),
) -> Result<Response, Error> {
    let frame = frame(state, visit, first.insurer);
    let shell = frame.shell(Switch::InForm, None);
    let errors = errors(&shell, &frame, refusals);
    let signup_href = Some(format!("/signup{}", query(first.insurer, first.carried)));
    let today = visit.cx.now.date_in_tokyo();
    let notices = first.insurer.map(|insurer| insurer.notices(today)).into_iter().flatten();
    let form = page::Form {
        action: format!("/login{}", query_of(first.insurer)),
        token: state.forms.issue(&visit.visitor.browser, "login"),
        turn: None,
        request: Some(first.carried.sealed.clone()),
    };
    let passkey = passkey_button(state, visit, first, refusals)?;
    let page = view::SignIn {
        passkey,
        form,
        errors,
        stage: first.stage,
        identifier: identifier(first.insurer),
        login_id: typed.get("login_id").to_owned(),
        forgot: forgot(&shell, &frame),
        first_time: view::FirstTime { signup_href, words: words(first.insurer) },
        codes: first.insurer.and_then(|insurer| state.codes.of(&insurer.code)),
        notices: notices.map(|notice| dated(notice, &frame)).collect(),
        client: first.carried.about(&shell),
        shell,
    };
    Ok(waiting(html(&page, first.carried.callback())?, refusals, visit.cx.now))
}

/// Signing in by passkey: offered everywhere but where the insurer does not want it, and where the page is the second
/// of two.
fn passkey_button(
    state: &State,
    visit: &Visit,
    first: &First<'_>,
    refusals: &[Refusal],
) -> Result<Option<view::PasskeyButton>, Error> {
    let wanted = first.insurer.is_none_or(|insurer| insurer.sign_in.passkeys);
    if !wanted || first.stage == view::SignInStage::Password {
        return Ok(None);
    }
    let form = page::Form {
        action: format!("{}{}", passkey::SIGN_IN, query_of(first.insurer)),
        token: state.forms.issue(&visit.visitor.browser, "login"),
        turn: None,
        request: Some(first.carried.sealed.clone()),
    };
    Ok(Some(view::PasskeyButton {
        ask: passkey::ask(state, visit)?,
        form,
        to: None,
        or: Some(identifier(first.insurer)),
        autofill: true,
        fresh_href: passkey::OPTIONS,
        is_unknown: refusals.iter().any(|refusal| refusal.reason == Reason::Passkey(Refused::Unknown)),
    }))
}

/// What people sign in with, for the label of the field.
pub fn identifier(insurer: Option<&Insurer>) -> view::Identifier {
    match insurer.map(|insurer| insurer.sign_in.names.as_slice()) {
        None => view::Identifier::Either,
        Some([NameKind::Email]) => view::Identifier::Email,
        Some(_) => view::Identifier::LoginId,
    }
}

fn words(insurer: Option<&Insurer>) -> view::FirstTimeWords {
    match insurer {
        Some(insurer) if insurer.activate().is_some() => view::FirstTimeWords::NoId,
        Some(insurer) if insurer.sign_in.names == [NameKind::Chosen] => view::FirstTimeWords::IdNotMade,
        _ => view::FirstTimeWords::Plain,
    }
}

/// The ways back, each to the page that says where to turn.
fn forgot(shell: &Shell<'_>, frame: &Frame<'_>) -> Vec<Link> {
    let link = |path: &str, key: &str| Link { href: frame.href(path), text: shell.say(key).to_owned() };
    match frame.insurer.map_or(Forgot::Password, |insurer| insurer.sign_in.forgot) {
        Forgot::Password => vec![link("/recover", "signin.forgot")],
        Forgot::Separate => {
            vec![link("/recover/id", "signin.forgot_id"), link("/recover", "signin.forgot")]
        }
        Forgot::Combined => vec![link("/recover", "signin.forgot_both")],
    }
}

fn dated(notice: &Notice, frame: &Frame<'_>) -> view::DatedNotice {
    view::DatedNotice {
        date: era::day(notice.date, frame.language),
        title: notice.title.get(frame.language).to_owned(),
        text: notice.text.get(frame.language).to_owned(),
    }
}

/// The choice of an insurer, before a registration.
///
/// # Errors
/// When it cannot be rendered.
pub fn insurers(
    state: &State,
    visit: &Visit,
    carried: &Carried,
    (typed, joins): (&str, bool),
) -> Result<Response, Error> {
    let request = carried.request().map(|request| ("request".to_owned(), request));
    let join = joins.then(|| ("join".to_owned(), "yes".to_owned()));
    let query = request.into_iter().chain(join).collect();
    let login_href = format!("/login{}", self::query(None, carried));
    choice(state, visit, ("/signup", query), (typed, login_href))
}

/// The choice of an insurer, before a page that needs one.
///
/// # Errors
/// When it cannot be rendered.
pub fn insurers_at(state: &State, visit: &Visit, path: &str) -> Result<Response, Error> {
    choice(state, visit, (path, Vec::new()), ("", "/login".to_owned()))
}

fn choice(
    state: &State,
    visit: &Visit,
    (path, query): (&str, Vec<(String, String)>),
    (typed, login_href): (&str, String),
) -> Result<Response, Error> {
    let frame = frame(state, visit, None);
    let href = |insurer: &Insurer| {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("insurer", insurer.code.as_str()).extend_pairs(&query);
        format!("{path}?{}", pairs.finish())
    };
    let insurers = state
        .insurers
        .iter()
        .map(|insurer| view::InsurerChoice {
            name: insurer.name.get(frame.language).to_owned(),
            seal: insurer.seal.clone(),
            href: href(insurer),
        })
        .collect();
    let shell = frame.shell(Switch::Own { action: path.to_owned(), query }, None);
    let unknown = (!typed.is_empty()).then(|| Refusal::at("insurer_code", Reason::InsurerUnknown));
    let errors = errors(&shell, &frame, unknown.as_slice());
    let page = view::ChooseInsurer { shell, errors, insurer_code: typed.to_owned(), insurers, login_href };
    html(&page, None)
}

/// The end of a registration after which people sign in by themselves (rows C27, C28, E24).
///
/// # Errors
/// When it cannot be rendered.
pub fn done(state: &State, visit: &Visit, insurer: &Insurer, carried: &Carried) -> Result<Response, Error> {
    let frame = frame(state, visit, Some(insurer));
    let mut asked = frame.query();
    asked.push(("done".to_owned(), "yes".to_owned()));
    asked.extend(carried.request().map(|request| ("request".to_owned(), request)));
    let shell = frame.shell(Switch::Own { action: "/signup".into(), query: asked }, None);
    let href = format!("/login{}", query(Some(insurer), carried));
    let next = Some(Link { href, text: shell.say("done.sign_in").to_owned() });
    html(&view::Done { shell, next, mailed_to: None, elsewhere: false, signed_in: false }, None)
}

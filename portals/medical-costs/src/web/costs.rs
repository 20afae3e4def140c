//! A year of costs, and one visit of it.

use std::collections::HashMap;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use sekisho_base::{Language, era};
use sekisho_portal_kit::SignedIn;
use sekisho_portal_kit::front::lenient;
use sekisho_site::page::Switch;
use sekisho_site::web::Arrival;
use serde::Deserialize;

use super::{App, close, stale};
use crate::flows::{Asked, Desk, Error};
use crate::rules::bill::Bill;
use crate::rules::year::Year;
use crate::view::{BillPage, Named, Shown, Who, YearPage};

/// What an address asks for besides its year.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choices {
    pub(super) person: String,
    month: String,
    kind: String,
}

type AskedFor = Result<Query<Choices>, QueryRejection>;

const SIGN_OUT: &str = sekisho_portal_kit::SIGN_OUT;

/// The newest year of which something has come.
pub async fn newest(
    State(app): State<App>,
    arrival: Arrival,
    member: SignedIn,
    choices: AskedFor,
) -> Response {
    let choices = lenient(choices);
    let turn = async {
        app.follow(&member, arrival.language).await?;
        let desk = app.desk(&member);
        let mut newest = desk.years().first().copied().ok_or(Error::Unknown)?;
        for year in desk.years() {
            let asked = Asked { year: Some(year), ..Asked::default() };
            if desk.year(&asked).await?.coverage.to.is_some() {
                newest = year;
                break;
            }
        }
        shown(&app, &arrival, &member, (newest, &choices)).await
    };
    close(&app, &arrival, &member, turn.await)
}

/// A year.
pub async fn year(
    State(app): State<App>,
    arrival: Arrival,
    Path(year): Path<String>,
    member: SignedIn,
    choices: AskedFor,
) -> Response {
    let choices = lenient(choices);
    let turn = async {
        app.follow(&member, arrival.language).await?;
        shown(&app, &arrival, &member, (number(&year)?, &choices)).await
    };
    close(&app, &arrival, &member, turn.await)
}

/// A year as it stands in an address.
pub fn number(year: &str) -> Result<i16, Error> {
    year.parse().ok().filter(|number: &i16| number.to_string() == year).ok_or(Error::Unknown)
}

async fn shown(
    app: &App,
    arrival: &Arrival,
    member: &SignedIn,
    (year, choices): (i16, &Choices),
) -> Result<Response, Error> {
    let desk = app.desk(member);
    let who = who(&desk, &choices.person);
    let asked = Asked { year: Some(year), person: person(&desk, &who), ..Asked::default() };
    let whole = desk.year(&asked).await?;
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let narrowed = Asked { month: some(&choices.month), kind: some(&choices.kind), ..asked };
    let listed = desk.year(&narrowed).await?;
    let shell = app.pages.shell(arrival.language, Some(&member.session.insurer), switch(year, choices));
    let shown = Shown {
        marks: marks(&desk, &listed),
        whole: &whole,
        listed: &listed,
        years: desk.years(),
        persons: persons(&desk),
        who,
        today: desk.today(),
        printed: printed(app, desk, arrival.language),
        papers: app.fonts.is_some(),
    };
    let more = (stale(&shell, member), app.kit.form_token(member, SIGN_OUT));
    let page = YearPage::of(shell, app.pages.head(Some(&member.session.insurer)), &shown, more);
    Ok(app.pages.show(StatusCode::OK, &page))
}

fn switch(year: i16, choices: &Choices) -> Switch {
    let query = [("person", &choices.person), ("month", &choices.month), ("kind", &choices.kind)];
    let query = query.into_iter().filter(|(_, value)| !value.is_empty());
    Switch::Own {
        action: format!("/costs/{year}"),
        query: query.map(|(name, value)| (name.to_owned(), value.clone())).collect(),
    }
}

/// Whose costs an address asks for. A mark that stands for nobody this member sees is found out by the flow.
pub fn who(desk: &Desk<'_>, person: &str) -> Who {
    let own = desk.persons().first().map(|own| desk.mark(&own.key));
    match person {
        "" => Who::Own,
        "all" => Who::Everyone,
        mark if own.as_deref() == Some(mark) => Who::Own,
        mark => Who::One(mark.to_owned()),
    }
}

/// The same as flows ask for it.
pub fn person(desk: &Desk<'_>, who: &Who) -> Option<String> {
    match who {
        Who::Own => desk.persons().first().map(|own| desk.mark(&own.key)),
        Who::Everyone => None,
        Who::One(mark) => Some(mark.clone()),
    }
}

/// Whose costs can be chosen; nobody where there is no choice.
fn persons(desk: &Desk<'_>) -> Vec<(Who, String)> {
    let persons = desk.persons();
    if persons.len() < 2 {
        return Vec::new();
    }
    let named = |person: &crate::rules::household::Person| {
        let who = if person.is_own { Who::Own } else { Who::One(desk.mark(&person.key)) };
        (who, person.name.clone())
    };
    persons.iter().map(named).collect()
}

/// How the bills of a list are called in addresses, in their order: the same whatever else is listed.
fn marks(desk: &Desk<'_>, year: &Year) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mark = |bill: &Bill| {
        let kind = bill.kind.code();
        let called = ["bill", &bill.person_key, &bill.month.to_string(), &bill.institution, kind].join("\n");
        let nth = seen.entry(called.clone()).and_modify(|nth| *nth += 1).or_insert(1);
        desk.mark(&format!("{called}\n{nth}"))
    };
    year.bills.iter().map(mark).collect()
}

fn printed(app: &App, desk: Desk<'_>, language: Language) -> String {
    app.pages.speech(language).with("costs.paper.printed", &[("at", era::moment(desk.now, language))])
}

/// One visit.
pub async fn bill(
    State(app): State<App>,
    arrival: Arrival,
    Path((year, mark)): Path<(String, String)>,
    member: SignedIn,
) -> Response {
    let turn = async { opened(&app, &arrival, &member, (number(&year)?, &mark)).await };
    close(&app, &arrival, &member, turn.await)
}

async fn opened(
    app: &App,
    arrival: &Arrival,
    member: &SignedIn,
    (year, mark): (i16, &str),
) -> Result<Response, Error> {
    let desk = app.desk(member);
    let all = desk.year(&Asked { year: Some(year), ..Asked::default() }).await?;
    let place = marks(&desk, &all).iter().position(|known| known == mark).ok_or(Error::Unknown)?;
    let bill = all.bills.get(place).ok_or(Error::Unknown)?;
    let insured = desk.insured_name();
    let named =
        Named { person: all.name_of(bill), insured: &insured, insurer: &member.session.claims.insurer.name };
    let who = who(&desk, &desk.mark(&bill.person_key));
    let action = format!("/costs/{year}/bills/{mark}");
    let switch = Switch::Own { action, query: Vec::new() };
    let insurer = Some(member.session.insurer.as_str());
    let shell = app.pages.shell(arrival.language, insurer, switch);
    let around = (printed(app, desk, arrival.language), who.page(year));
    let page = BillPage::of(shell, app.pages.head(insurer), (bill, &named), around);
    Ok(app.pages.show(StatusCode::OK, &page))
}

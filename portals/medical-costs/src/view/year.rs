//! A year at a glance.

use askama::Template;
use jiff::civil::Date;
use sekisho_base::{Speech, era};
use sekisho_portal_kit::front::Head;
use sekisho_site::page::{Notice, Place, Shell};

use super::chart::{Chart, chart};
use super::list::{Bills, Refunds, bills, refunds};
use super::sum::Sum;
use super::words::{month, upright_year, year as year_words};
use crate::rules::year::{Missing, Year};

/// Whose costs a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The member's own: what is shown unless something else is asked for.
    Own,
    /// Everyone's whom the member sees.
    Everyone,
    /// One other person's, by the mark that stands for them in addresses.
    One(String),
}

impl Who {
    /// The value of the control `person`.
    pub fn value(&self) -> &str {
        match self {
            Self::Own => "",
            Self::Everyone => "all",
            Self::One(mark) => mark,
        }
    }

    /// What an address carries on.
    pub fn query(&self) -> String {
        match self {
            Self::Own => String::new(),
            other => format!("?person={}", other.value()),
        }
    }

    /// The page of a year.
    pub fn page(&self, year: i16) -> String {
        format!("/costs/{year}{}", self.query())
    }
}

/// What a page of a year shows.
pub struct Shown<'y> {
    /// The year of whoever was asked for.
    pub whole: &'y Year,
    /// What of it is listed.
    pub listed: &'y Year,
    /// The marks of the listed bills, in their order.
    pub marks: Vec<String>,
    /// The years there are, the newest first.
    pub years: Vec<i16>,
    /// Whose it is.
    pub who: Who,
    /// Whose it could be, with their names; nobody where the member sees only their own.
    pub persons: Vec<(Who, String)>,
    /// The day on which it is looked at.
    pub today: Date,
    /// When, for a print.
    pub printed: String,
    /// Whether there are PDF files.
    pub papers: bool,
}

/// A year at a glance.
#[derive(Template)]
#[template(path = "year.html")]
pub struct YearPage<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// What to know first.
    pub notice: Option<Notice>,
    /// The year with its era.
    pub year_name: String,
    /// Whose it is, on a print.
    pub whose: String,
    /// When it was printed.
    pub printed: String,
    /// The years to choose.
    pub years: Vec<Chip>,
    /// The persons to choose.
    pub persons: Vec<Chip>,
    /// What was paid; nothing in an empty year.
    pub sum: Option<Sum>,
    /// Until when data have come.
    pub until: Until,
    /// The months.
    pub chart: Option<Chart>,
    /// The visits.
    pub bills: Option<Bills>,
    /// What came back.
    pub refunds: Option<Refunds>,
    /// The files.
    pub files: Option<Files>,
    /// The token of the sign-out form.
    pub sign_out: String,
}

/// Something to choose by a link.
#[derive(Clone, Debug)]
pub struct Chip {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
    /// Whether it is what is shown.
    pub current: bool,
    /// Whether it is a person's name, which is Japanese.
    pub named: bool,
}

/// Until when data have come, and when the next are expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Until {
    /// Until when.
    pub title: String,
    /// What comes next.
    pub text: String,
}

/// Where the files of a year are.
#[derive(Clone, Debug)]
pub struct Files {
    /// Whether there are PDF files.
    pub papers: bool,
    /// The PDF.
    pub pdf: String,
    /// The PDF for the tax office.
    pub tax: String,
    /// CSV in UTF-8.
    pub csv: String,
    /// CSV in CP932.
    pub sjis: String,
    /// XML.
    pub xml: String,
    /// What is in them.
    pub whole: String,
}

impl<'a> YearPage<'a> {
    /// The page; `sign_out` is the token of its form.
    pub fn of(
        mut shell: Shell<'a>,
        head: Head,
        shown: &Shown<'_>,
        (notice, sign_out): (Option<Notice>, String),
    ) -> Self {
        let speech = shell.speech.clone();
        let year = shown.whole.year;
        let (name, line) = upright_year(year);
        shell.place = Some(Place { name, line });
        let year_name = year_words(&speech, year);
        let there = !shown.whole.is_empty();
        Self {
            head,
            notice,
            whose: whose(&speech, shown),
            printed: shown.printed.clone(),
            years: years(&speech, shown),
            persons: persons(&speech, shown),
            sum: there.then(|| {
                let heading = (label(&speech, shown), year_name.clone());
                Sum::of(&speech, heading, shown.whole.total, &shown.whole.bills)
            }),
            until: until(&speech, shown),
            chart: there.then(|| chart(&speech, year, &shown.whole.months)),
            bills: there.then(|| bills(&speech, shown)),
            refunds: refunds(&speech, shown),
            files: there.then(|| files(&speech, shown)),
            year_name,
            sign_out,
            shell,
        }
    }
}

fn years(speech: &Speech<'_>, shown: &Shown<'_>) -> Vec<Chip> {
    let chip = |year: &i16| Chip {
        href: shown.who.page(*year),
        text: speech.with("costs.year.of", &[("year", year)]),
        current: *year == shown.whole.year,
        named: false,
    };
    shown.years.iter().map(chip).collect()
}

fn persons(speech: &Speech<'_>, shown: &Shown<'_>) -> Vec<Chip> {
    if shown.persons.is_empty() {
        return Vec::new();
    }
    let chip = |who: &Who, text: &str, named: bool| Chip {
        href: who.page(shown.whole.year),
        text: text.to_owned(),
        current: *who == shown.who,
        named,
    };
    let everyone = chip(&Who::Everyone, speech.say("costs.year.everyone"), false);
    shown.persons.iter().map(|(who, name)| chip(who, name, true)).chain([everyone]).collect()
}

/// The name of the person shown, where it is one.
fn name<'s>(shown: &'s Shown<'_>) -> Option<&'s str> {
    let key = shown.whole.filter.person.as_ref()?;
    shown.whole.persons.iter().find(|person| person.key == *key).map(|person| person.name.as_str())
}

fn label(speech: &Speech<'_>, shown: &Shown<'_>) -> String {
    match (&shown.who, name(shown)) {
        (Who::One(_), Some(name)) => speech.with("costs.year.paid_of", &[("name", name)]),
        (Who::Everyone, _) => speech.say("costs.year.paid_all").to_owned(),
        _ => speech.say("costs.year.paid_own").to_owned(),
    }
}

fn whose(speech: &Speech<'_>, shown: &Shown<'_>) -> String {
    match name(shown) {
        Some(name) => speech.with("costs.paper.of", &[("name", name)]),
        None => speech.say("costs.year.everyone_kana").to_owned(),
    }
}

fn until(speech: &Speech<'_>, shown: &Shown<'_>) -> Until {
    let says = |title: String, text: String| Until { title, text };
    let coverage = shown.whole.coverage;
    let nothing_yet =
        || says(speech.say("costs.empty.title").to_owned(), speech.say("costs.empty.text").to_owned());
    match (coverage.missing, coverage.to) {
        (Missing::Everything, _) | (Missing::NotYet(_), None) => nothing_yet(),
        (Missing::Nothing, _) if shown.whole.is_empty() => says(
            speech.with("costs.empty.year", &[("year", shown.whole.year)]),
            speech.say("costs.empty.year_text").to_owned(),
        ),
        (Missing::Nothing, _) => says(
            speech.say("costs.until.title_all").to_owned(),
            speech.say("costs.until.text_all").to_owned(),
        ),
        (Missing::NotYet(expected), Some(to)) => {
            let title = if shown.whole.is_empty() {
                speech.say("costs.empty.title").to_owned()
            } else {
                speech.with("costs.until.title", &[("month", month(speech.language, to))])
            };
            let next = month(speech.language, expected.month);
            let text = if expected.on <= shown.today {
                speech.with("costs.until.text_soon", &[("next", next)])
            } else {
                let when = era::near_day(expected.on, shown.today, speech.language);
                speech.with("costs.until.text", &[("next", next), ("when", when)])
            };
            says(title, text)
        }
    }
}

fn files(speech: &Speech<'_>, shown: &Shown<'_>) -> Files {
    let year = shown.whole.year;
    let at = |name: &str| format!("/costs/{year}/{name}{}", shown.who.query());
    Files {
        papers: shown.papers,
        pdf: at("notice.pdf"),
        tax: at("notice-tax.pdf"),
        csv: at("costs.csv"),
        sjis: at("costs-sjis.csv"),
        xml: at("costs.xml"),
        whole: speech.with("costs.files.whole", &[("year", year)]),
    }
}

//! The visits of a year as rows, what can be chosen of them, and what came back.

use sekisho_base::{Language, Speech, era};

use super::words::{month, yen};
use super::year::{Shown, Who};
use crate::rules::amounts::Yen;
use crate::rules::bill::Bill;
use crate::rules::kind::Kind;

/// How many rows are shown before the rest is asked for.
const FIRST: usize = 6;
/// How many rows a page has at most: it stays light.
const MOST: usize = 120;

/// The visits.
#[derive(Clone, Debug)]
pub struct Bills {
    /// Where the form of the choices leads.
    pub action: String,
    /// Whether something was chosen.
    pub filtered: bool,
    /// How many there are, and what they come to.
    pub found: String,
    /// The way to all of them.
    pub clear: String,
    /// Whose can be listed; none where there is one person only.
    pub persons: Vec<Choice>,
    /// The months that can be listed.
    pub months: Vec<Choice>,
    /// The kinds that can be listed.
    pub kinds: Vec<Choice>,
    /// What the table is called.
    pub caption: String,
    /// Whether the rows say whose they are.
    pub names: bool,
    /// The rows.
    pub rows: Vec<BillRow>,
    /// How many of them are shown only when asked for.
    pub rest: usize,
    /// Whether there are more than a page has.
    pub cut: bool,
}

/// One choice of a list.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value sent.
    pub value: String,
    /// What it says.
    pub text: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// One visit.
#[derive(Clone, Debug)]
pub struct BillRow {
    /// The way to its own page.
    pub href: String,
    /// The month.
    pub month: String,
    /// The institution.
    pub institution: String,
    /// Whether its name is of another language than the page.
    pub foreign: bool,
    /// Whose it is.
    pub person: String,
    /// Kind and days.
    pub sort: String,
    /// Whether a later notice changed it.
    pub corrected: bool,
    /// The whole cost.
    pub total: String,
    /// What was paid.
    pub paid: String,
    /// Whether it is shown only when asked for.
    pub rest: bool,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Refunds {
    /// Each amount.
    pub rows: Vec<Refund>,
    /// All together.
    pub total: String,
}

/// One amount that came back.
#[derive(Clone, Debug)]
pub struct Refund {
    /// What it is.
    pub title: String,
    /// Of which visit, and when.
    pub detail: String,
    /// How much.
    pub amount: String,
}

/// The list of what was asked for.
pub fn bills(speech: &Speech<'_>, shown: &Shown<'_>) -> Bills {
    let listed = shown.listed;
    let filter = &listed.filter;
    let rows: Vec<BillRow> = listed
        .bills
        .iter()
        .take(MOST)
        .enumerate()
        .map(|(place, bill)| row(speech, shown, place, bill))
        .collect();
    Bills {
        action: format!("/costs/{}#bills", listed.year),
        filtered: filter.month.is_some() || filter.kind.is_some(),
        found: speech.with(
            "costs.bills.found",
            &[("count", listed.bills.len().to_string()), ("amount", listed.total.paid.to_string())],
        ),
        clear: format!("{}#bills", shown.who.page(listed.year)),
        persons: if shown.persons.is_empty() { Vec::new() } else { persons(speech, shown) },
        months: months(speech, shown),
        kinds: kinds(speech, shown),
        caption: speech.with("costs.bills.caption", &[("year", listed.year)]),
        names: shown.who == Who::Everyone,
        rest: rows.len().saturating_sub(FIRST),
        cut: listed.bills.len() > rows.len(),
        rows,
    }
}

fn row(speech: &Speech<'_>, shown: &Shown<'_>, place: usize, bill: &Bill) -> BillRow {
    let split = bill.amounts.split();
    BillRow {
        href: shown
            .marks
            .get(place)
            .map(|mark| format!("/costs/{}/bills/{mark}", shown.listed.year))
            .unwrap_or_default(),
        month: speech.with("costs.bills.month_name", &[("month", month(speech.language, bill.month))]),
        foreign: speech.language == Language::En && !bill.institution.is_empty(),
        institution: institution(speech, bill),
        person: shown.listed.name_of(bill).to_owned(),
        sort: days(speech, bill),
        corrected: bill.corrected,
        total: yen(speech, split.total),
        paid: yen(speech, split.paid),
        rest: place >= FIRST,
    }
}

/// The name of the institution of a bill; words where the insurer does not say.
pub fn institution(speech: &Speech<'_>, bill: &Bill) -> String {
    if bill.institution.is_empty() {
        return speech.say("costs.bills.no_institution").to_owned();
    }
    bill.institution.clone()
}

/// The name of a kind.
pub fn kind(speech: &Speech<'_>, kind: Kind) -> String {
    speech.say(&format!("costs.kind.{}", kind.code())).to_owned()
}

fn days(speech: &Speech<'_>, bill: &Bill) -> String {
    let key = if bill.kind.counts_times() { "costs.bills.times" } else { "costs.bills.days" };
    match bill.days {
        0 => kind(speech, bill.kind),
        days => speech.with(key, &[("kind", kind(speech, bill.kind)), ("days", days.to_string())]),
    }
}

fn persons(speech: &Speech<'_>, shown: &Shown<'_>) -> Vec<Choice> {
    let choice = |who: &Who, text: &str| Choice {
        value: who.value().to_owned(),
        text: text.to_owned(),
        chosen: *who == shown.who,
    };
    let everyone = choice(&Who::Everyone, speech.say("costs.year.everyone"));
    shown.persons.iter().map(|(who, name)| choice(who, name)).chain([everyone]).collect()
}

fn months(speech: &Speech<'_>, shown: &Shown<'_>) -> Vec<Choice> {
    let chosen = shown.listed.filter.month;
    let all = Choice {
        value: String::new(),
        text: speech.say("costs.bills.all").to_owned(),
        chosen: chosen.is_none(),
    };
    let arrived = shown.whole.months.iter().filter(|column| column.state.split().is_some());
    let one = |column: &crate::rules::year::Column| Choice {
        value: column.month.month().to_string(),
        text: speech.with("costs.bills.month_name", &[("month", month(speech.language, column.month))]),
        chosen: chosen == Some(column.month.month()),
    };
    std::iter::once(all).chain(arrived.map(one)).collect()
}

fn kinds(speech: &Speech<'_>, shown: &Shown<'_>) -> Vec<Choice> {
    let chosen = shown.listed.filter.kind;
    let all = Choice {
        value: String::new(),
        text: speech.say("costs.bills.all").to_owned(),
        chosen: chosen.is_none(),
    };
    let one = |of: &Kind| Choice {
        value: of.code().to_owned(),
        text: kind(speech, *of),
        chosen: chosen == Some(*of),
    };
    std::iter::once(all).chain(shown.whole.kinds.iter().map(one)).collect()
}

/// What came back of a year; `None` where nothing did.
pub fn refunds(speech: &Speech<'_>, shown: &Shown<'_>) -> Option<Refunds> {
    let rows: Vec<Refund> = shown.whole.bills.iter().flat_map(|bill| of_bill(speech, shown, bill)).collect();
    (!rows.is_empty()).then(|| Refunds { rows, total: yen(speech, shown.whole.refunds.sum()) })
}

fn of_bill(speech: &Speech<'_>, shown: &Shown<'_>, bill: &Bill) -> Vec<Refund> {
    let refunds = bill.amounts.refunds();
    let of = speech.with(
        "costs.refunds.of",
        &[("month", month(speech.language, bill.month)), ("institution", institution(speech, bill))],
    );
    let mut detail = vec![of, paid_on(speech, bill)];
    if shown.who == Who::Everyone {
        detail.insert(0, shown.whole.name_of(bill).to_owned());
    }
    let detail = detail.join(speech.pick("・", ", "));
    [("costs.refunds.high_cost", refunds.high_cost), ("costs.refunds.additional", refunds.additional)]
        .into_iter()
        .filter(|(_, amount)| *amount != Yen::ZERO)
        .map(|(key, amount)| Refund {
            title: speech.say(key).to_owned(),
            detail: detail.clone(),
            amount: yen(speech, amount),
        })
        .collect()
}

/// When it was paid, as people say it.
pub fn paid_on(speech: &Speech<'_>, bill: &Bill) -> String {
    match bill.paid_on {
        Some(date) => speech.with("costs.refunds.paid_on", &[("date", plain_day(date, speech.language))]),
        None => speech.say("costs.refunds.planned").to_owned(),
    }
}

/// 2026年10月1日, 1 October 2026.
fn plain_day(date: jiff::civil::Date, language: Language) -> String {
    match language {
        Language::Ja => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Language::En => era::dual(date, language),
    }
}

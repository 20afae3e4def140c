//! One visit: the six items the law asks for first, then who paid what.

use askama::Template;
use sekisho_base::Speech;
use sekisho_portal_kit::front::Head;
use sekisho_site::page::Shell;

use super::Fact;
use super::list::{institution, kind, paid_on};
use super::words::{month_and_year, yen};
use crate::rules::amounts::Yen;
use crate::rules::bill::Bill;

/// One visit.
#[derive(Template)]
#[template(path = "bill.html")]
pub struct BillPage<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// When it was printed.
    pub printed: String,
    /// Whether a later notice changed it.
    pub corrected: bool,
    /// What there is to say.
    pub facts: Vec<Fact>,
    /// What came back.
    pub refunds: Vec<Fact>,
    /// The year it belongs to.
    pub back: String,
}

/// The names on a bill.
pub struct Named<'n> {
    /// Whom it is for.
    pub person: &'n str,
    /// The insured person.
    pub insured: &'n str,
    /// The insurer.
    pub insurer: &'n str,
}

impl<'a> BillPage<'a> {
    /// The page of a bill; `printed` and `back` as the fields of that name.
    pub fn of(
        shell: Shell<'a>,
        head: Head,
        (bill, named): (&Bill, &Named<'_>),
        (printed, back): (String, String),
    ) -> Self {
        let speech = shell.speech.clone();
        Self {
            head,
            printed,
            corrected: bill.corrected,
            facts: facts(&speech, bill, named),
            refunds: refunds(&speech, bill),
            back,
            shell,
        }
    }
}

fn facts(speech: &Speech<'_>, bill: &Bill, named: &Named<'_>) -> Vec<Fact> {
    let fact = |key: &str, value: String, class, japanese| Fact {
        name: speech.say(key).to_owned(),
        value,
        class,
        japanese,
    };
    let split = bill.amounts.split();
    let times = bill.kind.counts_times();
    let (days, value) = if times {
        ("costs.bill.times", "costs.bill.times_value")
    } else {
        ("costs.bill.days", "costs.bill.days_value")
    };
    let money = |key: &str, amount: Yen| fact(key, yen(speech, amount), "yen", false);
    let some = |key: &str, amount: Yen| (amount != Yen::ZERO).then(|| money(key, amount));
    let legal = [
        fact("costs.bill.month", month_and_year(speech.language, bill.month), "", false),
        fact("costs.bill.who", named.person.to_owned(), "", true),
        fact("costs.bill.institution", institution(speech, bill), "", !bill.institution.is_empty()),
        fact("costs.bill.paid", yen(speech, split.paid), "yen paid", false),
        fact("costs.bill.insured", named.insured.to_owned(), "", true),
        fact("costs.bill.insurer_name", named.insurer.to_owned(), "", true),
        fact("costs.bill.kind", kind(speech, bill.kind), "", false),
    ];
    let more = [
        (bill.days > 0).then(|| fact(days, speech.with(value, &[("days", bill.days)]), "", false)),
        Some(money("costs.bill.total", split.total)),
        some("costs.bill.meal_total", bill.amounts.meal_total),
        some("costs.bill.meal_paid", bill.amounts.meal_copay),
        Some(money("costs.bill.insurer", split.insurer)),
        some("costs.bill.public", split.public),
    ];
    legal.into_iter().chain(more.into_iter().flatten()).collect()
}

fn refunds(speech: &Speech<'_>, bill: &Bill) -> Vec<Fact> {
    let refunds = bill.amounts.refunds();
    [("costs.refunds.high_cost", refunds.high_cost), ("costs.refunds.additional", refunds.additional)]
        .into_iter()
        .filter(|(_, amount)| *amount != Yen::ZERO)
        .map(|(key, amount)| Fact {
            name: speech.say(key).to_owned(),
            value: format!("{}{}{}", yen(speech, amount), speech.pick("・", ", "), paid_on(speech, bill)),
            class: "yen",
            japanese: false,
        })
        .collect()
}

//! 資格情報のお知らせ (row C41): what the insurer has on record about the member's cover.

use askama::Template;
use jiff::civil::Date;
use sekisho_base::{Speech, era};
use sekisho_portal_kit::front::Head;
use sekisho_site::page::{Notice, Place, Shell};

use super::Fact;
use crate::rules::eligibility::Eligibility;

/// The notice of eligibility information.
#[derive(Template)]
#[template(path = "eligibility.html")]
pub struct EligibilityPage<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// As of when.
    pub lead: String,
    /// What to know first.
    pub notice: Option<Notice>,
    /// What there is to say.
    pub facts: Vec<Fact>,
    /// The telephone number of the office.
    pub phone: String,
    /// Whether there is a PDF file.
    pub paper: bool,
}

impl<'a> EligibilityPage<'a> {
    /// The page on `today`; `phone`, `notice` and `paper` as the fields of that name.
    pub fn of(
        mut shell: Shell<'a>,
        head: Head,
        (eligibility, today): (&Eligibility, Date),
        (phone, notice, paper): (String, Option<Notice>, bool),
    ) -> Self {
        shell.place = Some(Place { name: "資格情報".to_owned(), line: "組合の記録".to_owned() });
        let lead = shell.fill("costs.eligibility.lead", "date", era::day(today, shell.speech.language));
        let facts = facts(&shell.speech, eligibility, today);
        Self { shell, head, lead, notice, facts, phone, paper }
    }
}

fn facts(speech: &Speech<'_>, of: &Eligibility, today: Date) -> Vec<Fact> {
    let fact = |key: &str, value: String, class, japanese| Fact {
        name: speech.say(key).to_owned(),
        value,
        class,
        japanese,
    };
    let date = |key: &str, date: Date| fact(key, era::dual(date, speech.language), "", false);
    let standing =
        if of.insured_name.is_some() { "costs.eligibility.dependent" } else { "costs.eligibility.insured" };
    let elderly = era::elderly_from(of.birth_date) <= today;
    let all = [
        Some(fact("costs.eligibility.symbol", of.symbol.clone(), "big", true)),
        Some(fact("costs.eligibility.number", of.number.clone(), "big", true)),
        of.branch.clone().map(|branch| fact("costs.eligibility.branch", branch, "big", true)),
        Some(fact("costs.eligibility.kana", of.name_kana.clone(), "", true)),
        Some(fact("costs.eligibility.name", of.name.clone(), "name", true)),
        Some(date("costs.eligibility.birth_date", of.birth_date)),
        Some(fact("costs.eligibility.standing", speech.say(standing).to_owned(), "", false)),
        of.insured_name.clone().map(|name| fact("costs.eligibility.insured_name", name, "", true)),
        Some(date("costs.eligibility.acquired_on", of.acquired_on)),
        of.lost_on.map(|lost_on| date("costs.eligibility.lost_on", lost_on)),
        of.burden.filter(|_| elderly).map(|tenths| {
            fact("costs.eligibility.burden", burden(speech, tenths, of.burden_from), "", false)
        }),
        Some(fact("costs.eligibility.insurer_number", of.insurer_number.clone(), "big", true)),
        Some(fact("costs.eligibility.insurer", of.insurer.clone(), "", true)),
    ];
    all.into_iter().flatten().collect()
}

fn burden(speech: &Speech<'_>, tenths: u8, from: Option<Date>) -> String {
    let tenths = tenths.to_string();
    match from {
        Some(from) => speech.with(
            "costs.eligibility.burden_from",
            &[("tenths", tenths), ("date", era::dual(from, speech.language))],
        ),
        None => speech.with("costs.eligibility.burden_value", &[("tenths", tenths)]),
    }
}

//! Reads what a directory answered: records as good as imported ones, of whom was asked for, or nothing.

mod sent;

use std::collections::BTreeSet;

use jiff::civil::Date;
use sekisho_domain::ids::PersonKey;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::member::{GivenId, Marks, Position, Record};
use sekisho_domain::my_number;
use serde::Deserialize;
use serde_json::Value;

use sent::Sent;

/// More records than any household with all its former members has.
const MOST: usize = 200;
/// Characters in one text at most, as in an extract.
const LONGEST: usize = 254;

/// What is wrong with an answer, in words that tell nothing about anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    #[error("not the JSON of the contract")]
    Form,
    #[error("a field that is missing or unknown, or a value of no such field")]
    Field,
    #[error("more than 200 records")]
    TooMany,
    #[error("a 12-digit personal number")]
    MyNumber,
    #[error("control characters, or a text longer than 254 characters")]
    Text,
    #[error("a record of another insurer")]
    OtherInsurer,
    #[error("a record that was not asked for")]
    NotAskedFor,
    #[error("a person twice")]
    Twice,
    #[error("symbol, number, branch or key are not of their form")]
    Numbers,
    #[error("dates in an impossible order")]
    Dates,
}

impl Wrong {
    /// Whether this is about the directory rather than about single records, which nobody else's question meets.
    pub(super) const fn is_of_all(self) -> bool {
        matches!(self, Self::Form)
    }
}

/// What was asked.
#[derive(Clone, Copy)]
pub(super) enum Asked<'a> {
    Candidates(&'a Marks, &'a Marks),
    GivenId(&'a str),
    Person(&'a PersonKey),
    Household(&'a PersonKey),
}

impl Asked<'_> {
    /// The place under the directory's address.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Candidates(..) => "candidates",
            Self::GivenId(_) => "given-id",
            Self::Person(_) => "person",
            Self::Household(_) => "household",
        }
    }

    /// The question. It stands in the body, so that no number stands in an address.
    pub(super) fn body(self) -> Value {
        match self {
            Self::Candidates(symbol, number) => {
                serde_json::json!({ "symbol": symbol.norm(), "number": number.norm() })
            }
            Self::GivenId(id) => serde_json::json!({ "id": id }),
            Self::Person(person) => serde_json::json!({ "person_key": person.as_str() }),
            Self::Household(household) => serde_json::json!({ "household_key": household.as_str() }),
        }
    }

    fn is_answered_by(self, record: &Record, insurer: &Insurer) -> bool {
        match self {
            Self::Candidates(symbol, number) => {
                record.symbol.norm_nz() == symbol.norm_nz() && record.number.norm_nz() == number.norm_nz()
            }
            Self::GivenId(id) => {
                let template = insurer.given_ids.as_ref();
                template.is_some_and(|given| given.of(record) == GivenId::Id(id.to_owned()))
            }
            Self::Person(person) => record.person == *person,
            Self::Household(household) => record.household == *household,
        }
    }
}

/// Reads the records of an answer, in the order of the imported table.
pub(super) fn records(
    body: &[u8],
    asked: Asked<'_>,
    insurer: &Insurer,
    today: Date,
) -> Result<Vec<Record>, Wrong> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| Wrong::Form)?;
    check_texts("", &answer)?;
    if !answer.get("records").is_some_and(Value::is_array) {
        return Err(Wrong::Form);
    }
    // Read a second time, since a value forgets keys that stand twice.
    let answer: Answer = serde_json::from_slice(body).map_err(|_| Wrong::Field)?;
    if answer.records.len() > MOST {
        return Err(Wrong::TooMany);
    }
    let mut seen = BTreeSet::new();
    let mut records = Vec::with_capacity(answer.records.len());
    for sent in answer.records {
        let record = sent.record(insurer, today)?;
        if !asked.is_answered_by(&record, insurer) {
            return Err(Wrong::NotAskedFor);
        }
        if !seen.insert(record.person.clone()) {
            return Err(Wrong::Twice);
        }
        records.push(record);
    }
    match asked {
        Asked::Household(_) => records.sort_by(|left, right| place(left).cmp(&place(right))),
        _ => records.sort_by(|left, right| left.person.cmp(&right.person)),
    }
    Ok(records)
}

/// A record's place in its household: the insured person first, then by branch.
fn place(record: &Record) -> (bool, Option<&str>, &PersonKey) {
    (record.position == Position::Dependent, record.branch.as_ref().map(Marks::raw), &record.person)
}

/// Looks at every text, key and number of an answer, wherever it stands, before anything is made of it.
fn check_texts(key: &str, value: &Value) -> Result<(), Wrong> {
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => check_text(key, &number.to_string()),
        Value::String(text) => check_text(key, text),
        Value::Array(values) => values.iter().try_for_each(|value| check_texts(key, value)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            check_text("", key)?;
            check_texts(key, value)
        }),
    }
}

fn check_text(key: &str, text: &str) -> Result<(), Wrong> {
    if text.chars().any(char::is_control) || text.chars().count() > LONGEST {
        return Err(Wrong::Text);
    }
    // A phone number with its country has twelve digits of its own.
    let is_phone = key == "phone" && text.starts_with('+');
    if !is_phone && my_number::is_contained_in(text) { Err(Wrong::MyNumber) } else { Ok(()) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    records: Vec<Sent>,
}

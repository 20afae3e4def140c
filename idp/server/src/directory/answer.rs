//! Reads what a directory answered: records as good as imported ones, of whom was asked for, or nothing.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sekisho_base::{Language, Timestamp};
use sekisho_domain::email::Email;
use sekisho_domain::ids::PersonKey;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::insurer_number::InsurerNumber;
use sekisho_domain::member::{Address, Burden, Class, GivenId, Marks, Position, Record, Sex};
use sekisho_domain::my_number;
use sekisho_domain::phone::Phone;
use serde::Deserialize;
use serde_json::Value;

/// More records than any household with all its former members has.
const MOST: usize = 200;
/// Characters in one text at most, as in an extract.
const LONGEST: usize = 254;
/// Characters of a symbol or number at most, as in an extract.
const LONGEST_MARKS: usize = 19;

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

/// A record on the wire. What is not asked for is not taken: unknown fields are refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    person_key: PersonKey,
    household_key: PersonKey,
    insurer_number: String,
    #[serde(default)]
    establishment: String,
    symbol: Marks,
    number: Marks,
    #[serde(default)]
    branch: Option<String>,
    position: Position,
    class: Class,
    #[serde(default)]
    relationship: String,
    kana: String,
    name: String,
    sex: Sex,
    birth_date: Date,
    acquired_on: Date,
    #[serde(default)]
    lost_on: Option<Date>,
    #[serde(default)]
    loss_reason: String,
    #[serde(default)]
    burden: Option<SentBurden>,
    #[serde(default)]
    address: Option<SentAddress>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    language: Option<Language>,
    // Whom these protect is not left to a default.
    suppressed: bool,
    household_refused: bool,
    #[serde(default)]
    card_registered: Option<bool>,
    #[serde(default)]
    confirmation_issued_on: Option<Date>,
    #[serde(default)]
    confirmation_valid_until: Option<Date>,
    #[serde(default)]
    former_marks: String,
    #[serde(default)]
    updated_at: Option<jiff::Timestamp>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct SentBurden {
    tenths: i64,
    #[serde(default)]
    from: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentAddress {
    #[serde(default)]
    postal_code: String,
    lines: [String; 4],
}

impl Sent {
    fn record(self, insurer: &Insurer, today: Date) -> Result<Record, Wrong> {
        let insurer_number = self.insurer_number.parse::<InsurerNumber>().map_err(|_| Wrong::OtherInsurer)?;
        if insurer_number != insurer.number && !insurer.extract.other_numbers.contains(&insurer_number) {
            return Err(Wrong::OtherInsurer);
        }
        check_marks(&self.symbol)?;
        check_marks(&self.number)?;
        check_key(&self.person_key)?;
        check_key(&self.household_key)?;
        let lost_early = self.lost_on.is_some_and(|lost| lost < self.acquired_on);
        if self.birth_date > today || self.acquired_on < self.birth_date || lost_early {
            return Err(Wrong::Dates);
        }
        Ok(Record {
            person: self.person_key,
            household: self.household_key,
            insurer_number,
            establishment: self.establishment,
            symbol: self.symbol,
            number: self.number,
            branch: self.branch.map(|typed| branch(&typed)).transpose()?,
            position: self.position,
            class: self.class,
            relationship: self.relationship,
            kana: filled(self.kana)?,
            name: self.name,
            sex: self.sex,
            birth_date: self.birth_date,
            acquired_on: self.acquired_on,
            lost_on: self.lost_on,
            loss_reason: self.loss_reason,
            burden: self.burden.map(burden).transpose()?,
            // What is not to be shown is not taken.
            address: self.address.filter(|_| !self.suppressed).map(address).transpose()?,
            // As in an extract, a person can do without what cannot be read of these.
            phone: self.phone.and_then(|typed| Phone::parse(&typed).ok()),
            email: self.email.and_then(|typed| Email::parse(&typed).ok()),
            language: self.language.unwrap_or_default(),
            suppressed: self.suppressed,
            household_refused: self.household_refused,
            card_registered: self.card_registered,
            confirmation_issued_on: self.confirmation_issued_on,
            confirmation_valid_until: self.confirmation_valid_until,
            former_marks: self.former_marks,
            updated_at: self.updated_at.map(|moment| Timestamp::from_micros(moment.as_microsecond())),
        })
    }
}

fn check_marks(marks: &Marks) -> Result<(), Wrong> {
    if (1..=LONGEST_MARKS).contains(&marks.norm().chars().count()) { Ok(()) } else { Err(Wrong::Numbers) }
}

/// A key as in an extract. The tilde marks keys that an import made by itself.
fn check_key(key: &PersonKey) -> Result<(), Wrong> {
    let text = key.as_str();
    if text.len() <= 20 && !text.starts_with('~') { Ok(()) } else { Err(Wrong::Numbers) }
}

fn branch(sent: &str) -> Result<Marks, Wrong> {
    let is_branch = (1..=2).contains(&sent.len()) && sent.bytes().all(|byte| byte.is_ascii_digit());
    if is_branch { Ok(Marks::new(&format!("{sent:0>2}"))) } else { Err(Wrong::Numbers) }
}

fn filled(text: String) -> Result<String, Wrong> {
    if text.trim().is_empty() { Err(Wrong::Field) } else { Ok(text) }
}

fn burden(sent: SentBurden) -> Result<Burden, Wrong> {
    if (1..=3).contains(&sent.tenths) {
        Ok(Burden { tenths: sent.tenths, from: sent.from })
    } else {
        Err(Wrong::Field)
    }
}

fn address(sent: SentAddress) -> Result<Address, Wrong> {
    let digits = sent.postal_code.bytes().all(|byte| byte.is_ascii_digit());
    match sent.postal_code.len() {
        0 | 7 if digits => Ok(Address { postal_code: sent.postal_code, lines: sent.lines }),
        _ => Err(Wrong::Field),
    }
}

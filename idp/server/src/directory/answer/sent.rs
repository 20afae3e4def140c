//! One record on the wire, and what an import would have made of it.

use jiff::civil::Date;
use sekisho_base::{Language, Timestamp};
use sekisho_domain::email::Email;
use sekisho_domain::ids::PersonKey;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::insurer_number::InsurerNumber;
use sekisho_domain::member::{Address, Burden, Class, Marks, Position, Record, Sex};
use sekisho_domain::phone::Phone;
use serde::Deserialize;

use super::Wrong;

/// Characters of a symbol or number at most, as in an extract.
const LONGEST_MARKS: usize = 19;

/// A record on the wire. What is not asked for is not taken: unknown fields are refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
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
    /// The record, when it is one that an import would have taken.
    pub(super) fn record(self, insurer: &Insurer, today: Date) -> Result<Record, Wrong> {
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

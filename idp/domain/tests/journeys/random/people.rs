//! The insurer of random journeys, its members, and what somebody can say about them.

use std::sync::OnceLock;

use jiff::civil::date;
use sekisho_domain::email::Email;
use sekisho_domain::ids::PersonKey;
use sekisho_domain::insurer::{Insurer, OptIn};
use sekisho_domain::journey::steps::identity::{Field, Rule};
use sekisho_domain::member::{BirthDateOf, Marks, Record};

use super::super::sample::{KAEDE, SORA, haru, insurer, junichi, person, shoko};
use super::dice::Dice;

/// An insurer that gives out IDs to everybody and asks what one wants to hear of.
pub fn house(dice: &mut Dice) -> Insurer {
    static HOUSE: OnceLock<Insurer> = OnceLock::new();
    static OPT_INS: OnceLock<Vec<OptIn>> = OnceLock::new();
    let mut house = HOUSE.get_or_init(|| insurer(SORA)).clone();
    house.opt_ins.clone_from(OPT_INS.get_or_init(|| insurer(KAEDE).opt_ins));
    house.proofing.birth_date_of = dice.of(&[BirthDateOf::Person, BirthDateOf::Insured]);
    house.password.least = 8;
    house
}

/// Shoko with her household and twins, Haru who has an account, somebody who left and somebody who will come.
pub fn members(house: &Insurer) -> Vec<Record> {
    let twin = |key: &str, kana: &str, branch: &str| Record {
        person: key.parse().unwrap(),
        kana: kana.to_owned(),
        branch: Some(Marks::new(branch)),
        birth_date: date(2024, 7, 7),
        ..junichi(house)
    };
    let alone = |key: &str, kana: &str, number: &str| Record {
        number: Marks::new(number),
        ..person(house, key, kana)
    };
    vec![
        Record { email: Email::parse("own@example.jp").ok(), ..shoko(house) },
        Record { email: Email::parse("member@example.jp").ok(), ..junichi(house) },
        twin("P8", "ｹﾝﾎﾟ ﾊﾙｷ", "02"),
        twin("P9", "ｹﾝﾎﾟ ﾊﾙｷﾞ", "03"),
        haru(house),
        Record { lost_on: Some(date(2026, 4, 1)), ..alone("P4", "ｱｵｷ ﾅﾂ", "444") },
        Record { acquired_on: date(2027, 4, 1), ..alone("P6", "ｱｵｷ ﾌﾕ", "666") },
    ]
}

/// Who has an account already.
pub fn bound() -> Vec<PersonKey> {
    vec!["P3".parse().unwrap()]
}

/// What somebody says about themselves, and who is found by it, if anybody may be.
pub struct Said {
    pub pairs: Vec<(String, String)>,
    pub person: Option<PersonKey>,
}

/// Something to say on the page of the identity check, right or wrong.
pub fn claim(rule: &Rule, house: &Insurer, members: &[Record], dice: &mut Dice) -> Said {
    let record = dice.of(members);
    let branch = record.branch.as_ref().map_or("", Marks::raw);
    let birth_date = match house.proofing.birth_date_of {
        BirthDateOf::Person => record.birth_date,
        BirthDateOf::Insured => {
            let insured = members.iter().find(|other| other.person == record.household);
            insured.unwrap_or(&record).birth_date
        }
    };
    let (family, given) = record.kana.split_once(' ').unwrap();
    let says_branch = rule.fields.contains(&Field::SymbolNumberBranch) || dice.in_hundred(60);
    let mut pairs: Vec<(String, String)> = rule
        .fields
        .iter()
        .map(|field| {
            let value = match field {
                Field::InsurerCode => house.code.to_string(),
                Field::Symbol => record.symbol.raw().to_owned(),
                Field::Number => record.number.raw().to_owned(),
                Field::Branch => String::new(),
                Field::SymbolNumberBranch => {
                    format!("{}-{}-{branch}", record.symbol.raw(), record.number.raw())
                }
                Field::InsurerNumber => house.number.to_string(),
                Field::FamilyName => family.to_owned(),
                Field::GivenName => given.to_owned(),
                Field::KanaName => record.kana.clone(),
                Field::BirthDate => birth_date.to_string(),
            };
            (field.control().to_owned(), value)
        })
        .filter(|(control, _)| control != "branch")
        .collect();
    if says_branch && !rule.fields.contains(&Field::SymbolNumberBranch) {
        pairs.push(("branch".to_owned(), branch.to_owned()));
    }
    let is_twin = ["P8", "P9"].contains(&record.person.as_str());
    let may_be_found = !["P3", "P4", "P6"].contains(&record.person.as_str()) && (says_branch || !is_twin);
    let mut said = Said { pairs, person: may_be_found.then_some(record.person) };
    if dice.in_hundred(25) {
        misspeak(&mut said, dice);
    }
    said
}

/// Says one thing wrongly.
fn misspeak(said: &mut Said, dice: &mut Dice) {
    let at = dice.below(said.pairs.len());
    let (control, value) = &mut said.pairs[at];
    let wrong = match control.as_str() {
        "symbol" | "number" => "404",
        "branch" => "09",
        "symbol_number_branch" => "91-200001-09",
        "insurer_number" => "06999015",
        "insurer_code" => "nobody",
        "birth_date" => "19010101",
        _ => "チガウ",
    };
    wrong.clone_into(value);
    said.person = None;
}

/// An ID that was given out, with a temporary password.
pub fn given(house: &Insurer, members: &[Record], dice: &mut Dice) -> Said {
    use sekisho_domain::member::GivenId;
    let record = dice.of(members);
    let id = match house.given_ids.as_ref().map(|given| given.of(&record)) {
        Some(GivenId::Id(id)) => id,
        _ => "sora-00000000000".to_owned(),
    };
    let right = dice.in_hundred(75);
    let birth_date =
        if right { record.birth_date.strftime("%Y%m%d").to_string() } else { "19010101".to_owned() };
    let pairs = vec![("login_id".to_owned(), id), ("password".to_owned(), birth_date)];
    let may_be_found = right
        && record.class == sekisho_domain::member::Class::General
        && !["P3", "P4", "P6"].contains(&record.person.as_str());
    Said { pairs, person: may_be_found.then_some(record.person) }
}

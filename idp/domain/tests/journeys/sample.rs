//! The insurers of `config/insurers`, and made-up members.

use jiff::civil::{Date, date};
use sekisho_base::{Timestamp, era};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::Form;
use sekisho_domain::member::{Class, Marks, Position, Record, Row, RowRules, parse_row};

pub const AOBA: &str = include_str!("../../../../config/insurers/aoba.toml");
pub const KAEDE: &str = include_str!("../../../../config/insurers/kaede.toml");
pub const MINATO: &str = include_str!("../../../../config/insurers/minato.toml");
pub const SHINONOME: &str = include_str!("../../../../config/insurers/shinonome.toml");
pub const SORA: &str = include_str!("../../../../config/insurers/sora.toml");

/// The day of all walks.
pub const TODAY: Date = date(2026, 11, 21);

/// 2026-11-21 in the morning.
pub fn morning() -> Timestamp {
    Timestamp::from_seconds(1_795_212_000)
}

pub fn insurer(text: &str) -> Insurer {
    parse(text).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// An insurer's file, whose documents are all there, or why it is refused.
pub fn parse(text: &str) -> Result<Insurer, String> {
    Insurer::parse("file.toml", text, &|_| Some("text".to_owned())).map_err(|error| error.to_string())
}

pub fn form(pairs: &[(&str, &str)]) -> Form {
    Form::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

/// `pairs` with the value of one control replaced.
pub fn but<'a>(pairs: &[(&'a str, &'a str)], control: &str, typed: &'a str) -> Vec<(&'a str, &'a str)> {
    assert!(pairs.iter().any(|(name, _)| *name == control), "there is no control {control}");
    pairs.iter().map(|&(name, value)| (name, if name == control { typed } else { value })).collect()
}

/// A person of 91-200001, insured, born on 2000-01-21, without an address.
pub fn person(insurer: &Insurer, key: &str, kana: &str) -> Record {
    let row = format!(
        "1,{},0101,91,200001,00,{key},{key},1,1,01,{kana},健保　翔子,2,20000121,20220401,,,3,,1000000,架空県,\
         見本市,例町１－２－３,,09000001111,,ja,0,0,1,,,,20261101030000",
        insurer.number,
    );
    let cells: Vec<String> = row.split(',').map(str::to_owned).collect();
    let rules = RowRules {
        insurer_numbers: vec![insurer.number.clone()],
        era_codes: era::Codes::default(),
        kana: insurer.kana,
        today: TODAY,
    };
    match parse_row(&cells, &rules).unwrap() {
        Row::Keep { record, .. } => *record,
        Row::Delete(_) => panic!("the row adds a person"),
    }
}

/// けんぽ しょうこ, insured: 91-200001-00.
pub fn shoko(insurer: &Insurer) -> Record {
    person(insurer, "P1", "ｹﾝﾎﾟ ｼｮｳｺ")
}

/// けんぽ じゅんいち, born on 1999-12-31, her dependent: 91-200001-01.
pub fn junichi(insurer: &Insurer) -> Record {
    Record {
        household: "P1".parse().unwrap(),
        position: Position::Dependent,
        branch: Some(Marks::new("01")),
        birth_date: date(1999, 12, 31),
        ..person(insurer, "P2", "ｹﾝﾎ ｼﾞﾕﾝｲﾁ")
    }
}

/// すずき はる, born on 1970-05-05, voluntarily continued: 900-77-00.
pub fn haru(insurer: &Insurer) -> Record {
    Record {
        symbol: Marks::new("900"),
        number: Marks::new("77"),
        class: Class::Voluntary,
        birth_date: date(1970, 5, 5),
        ..person(insurer, "P3", "ｽｽﾞｷ ﾊﾙ")
    }
}

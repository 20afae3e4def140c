//! Rows of every kind, and the traps of domain 8.2.

use jiff::civil::date;
use proptest::prelude::*;
use sekisho_base::era::DateError;

use super::sample::{row, rules};
use super::{Action, Column, ExtractRules, Reason, Row, RowRules, parse_row};
use crate::email::Email;
use crate::member::{Class, Position, Record, Sex};
use crate::phone::Phone;

fn kept(changes: &[(usize, &str)]) -> (Record, Vec<(u8, Reason)>) {
    match parse_row(&row(changes), &rules()).unwrap() {
        Row::Keep { record, notices, .. } => {
            (*record, notices.iter().map(|one| (one.column.number(), one.reason)).collect())
        }
        Row::Delete(_) => panic!("a deletion"),
    }
}

fn refused(changes: &[(usize, &str)]) -> Vec<(u8, Reason)> {
    let findings = parse_row(&row(changes), &rules()).unwrap_err();
    findings.iter().map(|one| (one.column.number(), one.reason)).collect()
}

#[test]
fn all_columns_are_read_into_their_types() {
    let (record, notices) =
        kept(&[(20, "20260401"), (31, "1"), (32, "20260101"), (33, "5080101"), (34, "60-555")]);
    assert_eq!(notices, []);
    assert_eq!(record.person.as_str(), "P1");
    assert_eq!((record.symbol.raw(), record.number.raw()), ("91", "200001"));
    assert_eq!((record.position, record.class, record.sex), (Position::Insured, Class::General, Sex::Female));
    assert_eq!((record.kana.as_str(), record.name.as_str()), ("ｹﾝﾎﾟ ｼｮｳｺ", "健保　翔子"));
    assert_eq!((record.birth_date, record.acquired_on), (date(2000, 1, 21), date(2022, 4, 1)));
    assert_eq!(record.burden.map(|burden| (burden.tenths, burden.from)), Some((3, Some(date(2026, 4, 1)))));
    assert_eq!(record.address.as_ref().map(|address| address.postal_code.as_str()), Some("1000000"));
    assert_eq!(record.phone.as_ref().map(Phone::as_e164), Some("+819000001111"));
    assert_eq!(record.email.as_ref().map(Email::as_str), Some("shoko@example.jp"));
    assert_eq!(
        (record.suppressed, record.household_refused, record.card_registered),
        (false, false, Some(true))
    );
    assert_eq!(record.confirmation_valid_until, Some(date(2026, 1, 1)));
    assert_eq!(record.updated_at, Some(sekisho_base::Timestamp::from_seconds(1_793_469_600)));
    assert_eq!(format!("{record:?}"), "Record(P1)");
}

#[test]
fn traps_that_are_kept() {
    for (changes, notices) in [
        (&[(15, "20040229")][..], &[][..]),
        (&[(15, "3640107")], &[]),
        (&[(15, "4010108")], &[]),
        (&[(15, "3650101")], &[(15, Reason::EraOverran)]),
        (&[(15, "20261121"), (16, "20261121")], &[]),
        (&[(4, "関１"), (5, "００７７")], &[]),
        (&[(6, "")], &[]),
        (&[(6, "0")], &[]),
        (&[(12, "ヤマダハナコ")], &[]),
        (&[(12, "ﾏﾘｱ･ﾙｲｻ SMITH")], &[(12, Reason::KanaUnreadable)]),
        (&[(13, "〓田　太郎")], &[(13, Reason::MissingCharacter)]),
        (&[(14, "")], &[]),
        (&[(14, "3")], &[]),
        (&[(17, "99999999")], &[]),
        (&[(17, "00000000")], &[]),
        (&[(17, "20991231")], &[]),
        (&[(17, "20220401")], &[]),
        (&[(21, "100-0000")], &[]),
        (&[(21, "１００－００００")], &[]),
        (&[(21, "10")], &[(21, Reason::LeftOut)]),
        (&[(26, "110")], &[(26, Reason::LeftOut)]),
        (&[(27, "jun..ichi@docomo.example")], &[]),
        (&[(27, "a..b@example.jp")], &[(27, Reason::LeftOut)]),
        (&[(27, "=1+1")], &[(27, Reason::LeftOut)]),
        (&[(28, "")], &[]),
        (&[(28, "fr")], &[(28, Reason::LeftOut)]),
        (&[(31, "")], &[]),
        (&[(35, "")], &[]),
        (&[(35, "20261301000000")], &[(35, Reason::LeftOut)]),
    ] {
        assert_eq!(kept(changes).1, notices, "{changes:?}");
    }
}

#[test]
fn traps_that_are_refused_name_their_columns() {
    for (changes, findings) in [
        (&[(1, "5")][..], &[(1, Reason::UnknownValue)][..]),
        (&[(1, "")], &[(1, Reason::Missing)]),
        (&[(2, "06999023")], &[(2, Reason::OtherInsurer)]),
        (&[(2, "06999016")], &[(2, Reason::InsurerNumber)]),
        (&[(4, "")], &[(4, Reason::Missing)]),
        (&[(5, "12345678901234567890")], &[(5, Reason::Long)]),
        (&[(6, "100")], &[(6, Reason::UnknownValue)]),
        (&[(7, "健保1")], &[(7, Reason::Key)]),
        (&[(7, "~1")], &[(7, Reason::Key)]),
        (&[(9, "3")], &[(9, Reason::UnknownValue)]),
        (&[(10, "")], &[(10, Reason::Missing)]),
        (&[(12, "　")], &[(12, Reason::Missing)]),
        (&[(14, "7")], &[(14, Reason::UnknownValue)]),
        (&[(15, "")], &[(15, Reason::Missing)]),
        (&[(15, "00000000")], &[(15, Reason::Missing)]),
        (&[(15, "20010229")], &[(15, Reason::Date(DateError::NoSuchDay))]),
        (&[(15, "平成12年")], &[(15, Reason::Date(DateError::Shape))]),
        (&[(15, "4010107")], &[(15, Reason::Date(DateError::OutsideEra))]),
        (&[(15, "20261122")], &[(15, Reason::BirthAhead)]),
        (&[(16, "19991231")], &[(16, Reason::BeforeBirth)]),
        (&[(17, "20220331")], &[(17, Reason::LostBeforeAcquired)]),
        (&[(17, "soon")], &[(17, Reason::Date(DateError::Shape))]),
        (&[(1, "3")], &[(17, Reason::LossWithoutDate)]),
        (&[(1, "3"), (17, "soon")], &[(17, Reason::Date(DateError::Shape))]),
        (&[(19, "7")], &[(19, Reason::UnknownValue)]),
        (&[(24, "例町\0")], &[(24, Reason::Control)]),
        (&[(29, "x")], &[(29, Reason::UnknownValue)]),
        (
            &[(4, ""), (9, ""), (15, "x")],
            &[(4, Reason::Missing), (9, Reason::Missing), (15, Reason::Date(DateError::Shape))],
        ),
    ] {
        assert_eq!(refused(changes), findings, "{changes:?}");
    }
    let long = "あ".repeat(255);
    assert_eq!(refused(&[(22, &long)]), [(22, Reason::Long)]);
    let short: Vec<String> = row(&[]).into_iter().take(34).collect();
    let findings = parse_row(&short, &rules()).unwrap_err();
    assert_eq!(findings.iter().map(|one| one.reason).collect::<Vec<_>>(), [Reason::ColumnCount]);
}

#[test]
fn a_my_number_anywhere_refuses_the_row_and_is_told_first() {
    for column in [5, 7, 13, 24, 27, 34] {
        for value in ["123456789018", "１２３４－５６７８－９０１８", "番号123456789018", "1234 5678 9018"]
        {
            let column = u8::try_from(column).unwrap();
            let findings = refused(&[(usize::from(column), value), (15, "bad")]);
            assert_eq!(findings, [(column, Reason::MyNumber)], "{value}");
        }
    }
    let mut wide = row(&[]);
    wide.push("123456789018".to_owned());
    let findings = parse_row(&wide, &rules()).unwrap_err();
    assert_eq!(findings.iter().map(|one| one.reason).collect::<Vec<_>>(), [Reason::MyNumber]);
}

#[test]
fn an_address_that_is_not_disclosed_is_not_kept() {
    let (record, _) = kept(&[(29, "1")]);
    assert!(record.suppressed && record.address.is_none());
}

#[test]
fn keys_are_made_where_the_extract_has_none_and_tell_later_holders_apart() {
    let (first, _) = kept(&[(7, ""), (8, "")]);
    let (again, _) = kept(&[(7, ""), (8, ""), (5, "０２００００１"), (13, "健保　祥子")]);
    let (later, _) = kept(&[(7, ""), (8, ""), (15, "20010121")]);
    let (child, _) = kept(&[(7, ""), (8, ""), (6, "01"), (9, "2")]);
    assert!(first.person.as_str().starts_with('~'));
    assert_eq!(first.person, again.person);
    assert_ne!(first.person, later.person);
    assert_ne!(first.person, child.person);
    assert_eq!(first.household, child.household);
}

#[test]
fn a_deletion_needs_no_more_than_its_key() {
    let mut bare: Vec<String> = vec![String::new(); 35];
    for (column, value) in [(1, "9"), (2, "06999015"), (4, "91"), (5, "200001"), (7, "P1")] {
        bare[column - 1] = value.to_owned();
    }
    assert!(matches!(parse_row(&bare, &rules()), Ok(Row::Delete(person)) if person.as_str() == "P1"));
    bare[6].clear();
    let findings = parse_row(&bare, &rules()).unwrap_err();
    assert_eq!(findings.iter().map(|one| one.column).collect::<Vec<_>>(), [Column::BIRTH_DATE]);
}

#[test]
fn the_action_is_read() {
    for (digit, action) in [("1", Action::Add), ("2", Action::Change), ("3", Action::Loss)] {
        let read = parse_row(&row(&[(1, digit), (17, "20260401")]), &rules()).unwrap();
        assert!(matches!(read, Row::Keep { action: read, .. } if read == action), "{digit}");
    }
}

proptest! {
    #[test]
    fn any_field_is_read_or_refused_without_a_panic(column in 1_usize..=35, value in ".{0,30}") {
        let _ = parse_row(&row(&[(column, &value)]), &rules());
    }
}

#[test]
fn an_insurer_says_how_its_extracts_are_written() {
    let extract: ExtractRules =
        toml::from_str("era_codes = 'pension'\nother_numbers = ['63999015']").unwrap();
    let rules = RowRules { insurer_numbers: extract.other_numbers, era_codes: extract.era_codes, ..rules() };
    let Ok(Row::Keep { record, .. }) = parse_row(&row(&[(2, "63999015"), (15, "7120121")]), &rules) else {
        panic!("refused")
    };
    assert_eq!(record.birth_date, date(2000, 1, 21));
    assert_eq!(ExtractRules::default().era_codes, sekisho_base::era::Codes::Receipt);
}

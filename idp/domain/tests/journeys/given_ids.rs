//! IDs that insurers give out: whose they are, what they are, and what the birth date opens with them.

use jiff::civil::{Date, date};
use sekisho_domain::login_id::Template;
use sekisho_domain::member::{Class, GivenId, GivenIds, Marks, Position, Proof, Record, given};

use super::sample::{KAEDE, SORA, TODAY, haru, insurer, junichi, shoko};

fn marked(symbol: &str, number: &str, branch: Option<&str>) -> Record {
    Record {
        symbol: Marks::new(symbol),
        number: Marks::new(number),
        branch: branch.map(Marks::new),
        ..shoko(&insurer(KAEDE))
    }
}

fn of(file: &str, record: &Record) -> GivenId {
    insurer(file).given_ids.unwrap().of(record)
}

fn id(text: &str) -> GivenId {
    GivenId::Id(text.to_owned())
}

#[test]
fn b10_b11_ids_are_made_of_symbol_and_number_filled_up_with_zeros() {
    for (symbol, number, expected) in [
        ("91", "200001", id("7132-091200001")),
        ("123", "4567", id("7132-123004567")),
        ("９１", "２００００１", id("7132-091200001")),
        ("0091", "0200001", id("7132-091200001")),
        ("0", "0", id("7132-000000000")),
        ("1234", "4567", GivenId::Misfit),
        ("91", "1234567", GivenId::Misfit),
        ("関1", "4567", GivenId::Misfit),
        ("91", "A567", GivenId::Misfit),
        ("9-1", "4567", GivenId::Misfit),
    ] {
        assert_eq!(of(KAEDE, &marked(symbol, number, Some("00"))), expected, "{symbol} {number}");
    }
}

#[test]
fn b14_dependents_and_the_voluntarily_continued_have_none() {
    let kaede = insurer(KAEDE);
    let retiree = Record { class: Class::Retiree, ..shoko(&kaede) };
    let misfit = Record { symbol: Marks::new("関東"), ..junichi(&kaede) };
    for record in [junichi(&kaede), haru(&kaede), retiree, misfit] {
        assert_eq!(of(KAEDE, &record), GivenId::None, "{record:?}");
    }
    assert_eq!(of(KAEDE, &shoko(&kaede)), id("7132-091200001"));
}

#[test]
fn an_insurer_may_give_ids_to_dependents_by_their_branch() {
    let sora = insurer(SORA);
    assert_eq!(of(SORA, &shoko(&sora)), id("sora-09120000100"));
    assert_eq!(of(SORA, &junichi(&sora)), id("sora-09120000101"));
    assert_eq!(
        of(SORA, &marked("91", "200001", None)),
        GivenId::Misfit,
        "without a branch there is no place"
    );
    assert_eq!(of(SORA, &marked("91", "200001", Some("100"))), GivenId::Misfit);
}

#[test]
fn whoever_is_not_named_gets_ids_only_as_insured_in_general_cover() {
    let rules: GivenIds = toml::from_str("template = 'abc-{number:0>6}'").unwrap();
    assert_eq!(
        (rules.positions.as_slice(), rules.classes.as_slice()),
        ([Position::Insured].as_slice(), [Class::General].as_slice())
    );
    assert!(toml::from_str::<GivenIds>("template = 'abc-{number:0>6}'\npositions = ['boss']").is_err());
    assert!(toml::from_str::<GivenIds>("template = 'abc-{number:0>6}'\nlength = 9").is_err());
}

fn covered(key: &str, birth_date: Date, cover: (Date, Option<Date>)) -> Record {
    Record {
        person: key.parse().unwrap(),
        birth_date,
        acquired_on: cover.0,
        lost_on: cover.1,
        ..shoko(&insurer(KAEDE))
    }
}

const BORN: Date = date(2000, 1, 21);
const LIVE: (Date, Option<Date>) = (date(2022, 4, 1), None);
const ENDED: (Date, Option<Date>) = (date(2010, 4, 1), Some(date(2020, 4, 1)));
const AHEAD: (Date, Option<Date>) = (date(2027, 4, 1), None);

#[test]
fn b12_the_temporary_password_is_the_birth_date_in_eight_digits() {
    let records = [covered("P1", BORN, LIVE)];
    for typed in ["20000121", "２００００１２１", " 20000121 ", "2000０１21"] {
        assert_eq!(given(&records, typed, TODAY), Proof::Found("P1".parse().unwrap()), "{typed}");
    }
    for typed in [
        "",
        "2000121",
        "2000-01-21",
        "20000122",
        "120000121",
        "平成12年1月21日",
        "H120121",
        "200001211",
        "２０００/01/21",
    ] {
        assert_eq!(given(&records, typed, TODAY), Proof::NoMatch, "{typed}");
    }
    assert_eq!(given(&[], "20000121", TODAY), Proof::NoMatch);
    assert_eq!(given(&records, &"20000121".repeat(10_000), TODAY), Proof::NoMatch);
}

#[test]
fn cover_is_told_only_to_who_knows_the_birth_date_and_two_covered_fail_closed() {
    let (other, found) = (date(1999, 12, 31), Proof::Found("P1".parse().unwrap()));
    for (what, records, expected) in [
        ("ended", vec![covered("P1", BORN, ENDED)], Proof::CoverEnded(date(2020, 4, 1))),
        ("ahead", vec![covered("P1", BORN, AHEAD)], Proof::NotYet(AHEAD.0)),
        ("ended, another's date", vec![covered("P1", other, ENDED)], Proof::NoMatch),
        ("ahead, another's date", vec![covered("P1", other, AHEAD)], Proof::NoMatch),
        ("two covered", vec![covered("P1", BORN, LIVE), covered("P2", BORN, LIVE)], Proof::Ambiguous),
        (
            "two covered, two dates",
            vec![covered("P1", BORN, LIVE), covered("P2", other, LIVE)],
            found.clone(),
        ),
        ("given out again", vec![covered("P0", other, ENDED), covered("P1", BORN, LIVE)], found.clone()),
        ("re-hired", vec![covered("P0", BORN, ENDED), covered("P1", BORN, LIVE)], found.clone()),
        ("one person twice", vec![covered("P1", BORN, LIVE), covered("P1", BORN, LIVE)], found),
    ] {
        let backwards: Vec<Record> = records.iter().rev().cloned().collect();
        for records in [records, backwards] {
            assert_eq!(given(&records, "20000121", TODAY), expected, "{what}");
        }
    }
}

#[test]
fn templates_whose_beginnings_could_be_each_others_overlap() {
    let template = |text: &str| text.parse::<Template>().unwrap();
    for (one, two, overlaps) in [
        ("7132-{number:0>6}", "7132-{symbol:0>3}{number:0>6}", true),
        ("7132-{number:0>6}", "7132-9{number:0>6}", true),
        ("713{number:0>6}", "7132-{number:0>6}", true),
        ("ABC{number:0>6}", "abc-{number:0>6}", true),
        ("ＡＢＣ{number:0>6}", "abc{number:0>6}", true),
        ("7132-{number:0>6}", "7133-{number:0>6}", false),
        ("sora-{number:0>6}", "7132-{number:0>6}", false),
        ("abc{number:0>6}x", "abd{number:0>6}x", false),
    ] {
        let (first, second) = (template(one), template(two));
        assert_eq!(first.overlaps(&second), overlaps, "{one} {two}");
        assert_eq!(second.overlaps(&first), overlaps, "{two} {one}");
        assert!(first.overlaps(&first));
    }
}

#[test]
fn what_a_template_makes_it_claims_in_any_case_and_little_else() {
    let template: Template = "Sora-{symbol:0>3}{number:0>6}{branch:0>2}".parse().unwrap();
    let made = template.fill(&Marks::new("91"), &Marks::new("200001"), Some(&Marks::new("0"))).unwrap();
    assert_eq!(made, "sora-09120000100");
    assert!(template.claims(&made));
    for free in [
        "sora-0912000010",
        "sora-091200001000",
        "sora-0912000010x",
        "sora-",
        "xsora-09120000100",
        "sora-０９１20000100",
    ] {
        assert!(!template.claims(free), "{free}");
    }
}

//! How a claim finds one person among an insurer's records, or nobody.

use jiff::civil::{Date, date};
use sekisho_domain::kana;
use sekisho_domain::member::{
    BirthDateOf, Claimed, LeadingZero, Marks, Position, Proof, ProofRules, Record, proof,
};

use super::sample::{AOBA, TODAY, insurer, junichi, person, shoko};

const BORN: Date = date(2000, 1, 21);
const RULES: ProofRules =
    ProofRules { leading_zero: LeadingZero::Ignore, birth_date_of: BirthDateOf::Person };
const STRICT: ProofRules = ProofRules { leading_zero: LeadingZero::Significant, ..RULES };
const OF_INSURED: ProofRules = ProofRules { birth_date_of: BirthDateOf::Insured, ..RULES };

/// 91-200001, けんぽ しょうこ, born on 2000-01-21.
fn claim() -> Claimed {
    Claimed {
        symbol: Marks::new("91"),
        number: Marks::new("200001"),
        branch: None,
        kana: named("けんぽ しょうこ"),
        birth_date: Some(BORN),
    }
}

fn named(name: &str) -> kana::Folded {
    kana::fold(name, kana::Options::default()).unwrap()
}

fn marked(symbol: &str, number: &str) -> Claimed {
    Claimed { symbol: Marks::new(symbol), number: Marks::new(number), ..claim() }
}

fn shoko_with(symbol: &str, number: &str) -> Record {
    Record { symbol: Marks::new(symbol), number: Marks::new(number), ..shoko(&insurer(AOBA)) }
}

fn found(key: &str) -> Proof {
    Proof::Found(key.parse().unwrap())
}

#[test]
fn symbols_and_numbers_are_compared_in_any_width_case_and_script() {
    for (stored, typed, fits) in [
        (("91", "200001"), ("９１", "２００００１"), true),
        (("91", "200001"), ("9 1", "200 001"), true),
        (("９１", "２００００１"), ("91", "200001"), true),
        (("関１", "77"), ("関1", "77"), true),
        (("関１", "77"), ("関", "77"), false),
        (("関東", "77"), ("関東", "７７"), true),
        (("関東", "77"), ("關東", "77"), false),
        (("いろは", "77"), ("いろは", "77"), true),
        (("ab−1", "77"), ("ＡＢ-１", "77"), true),
        (("ab-1", "77"), ("AB1", "77"), false),
        (("91", "200001"), ("912", "00001"), false),
        (("91", "200001"), ("200001", "91"), false),
        (("", "200001"), ("", "200001"), false),
        (("91", ""), ("91", ""), false),
        (("91", "200001"), ("", "200001"), false),
    ] {
        let records = [shoko_with(stored.0, stored.1)];
        let expected = if fits { found("P1") } else { Proof::NoMatch };
        let claimed = marked(typed.0, typed.1);
        assert_eq!(proof(&claimed, &records, &RULES, TODAY), expected, "{stored:?} {typed:?}");
    }
}

#[test]
fn leading_zeros_count_only_where_the_insurer_says_so() {
    for (stored, typed, ignored, counted) in [
        (("91", "200001"), ("091", "0200001"), true, false),
        (("091", "004567"), ("91", "4567"), true, false),
        (("091", "004567"), ("091", "004567"), true, true),
        (("0", "4567"), ("000", "4567"), true, false),
        (("0", "4567"), ("", "4567"), false, false),
        (("0関", "4567"), ("関", "4567"), false, false),
    ] {
        let records = [shoko_with(stored.0, stored.1)];
        for (rules, fits) in [(RULES, ignored), (STRICT, counted)] {
            let expected = if fits { found("P1") } else { Proof::NoMatch };
            let claimed = marked(typed.0, typed.1);
            assert_eq!(proof(&claimed, &records, &rules, TODAY), expected, "{stored:?} {typed:?} {rules:?}");
        }
    }
}

#[test]
fn where_zeros_are_ignored_two_numbers_that_come_to_one_fail_closed() {
    let other = Record { person: "P7".parse().unwrap(), ..shoko_with("91", "0200001") };
    let records = [shoko_with("91", "200001"), other];
    assert_eq!(proof(&claim(), &records, &RULES, TODAY), Proof::Ambiguous);
    assert_eq!(proof(&claim(), &records, &STRICT, TODAY), found("P1"));
}

/// Somebody of Shoko's numbers with another key, name and branch, covered as said.
fn of(key: &str, kana: &str, branch: &str, cover: (Date, Option<Date>)) -> Record {
    Record {
        branch: Some(Marks::new(branch)),
        acquired_on: cover.0,
        lost_on: cover.1,
        ..person(&insurer(AOBA), key, kana)
    }
}

const LIVE: (Date, Option<Date>) = (date(2022, 4, 1), None);
const ENDED: (Date, Option<Date>) = (date(2010, 4, 1), Some(date(2020, 4, 1)));
const ENDED_LATER: (Date, Option<Date>) = (date(2021, 4, 1), Some(date(2026, 4, 1)));
const AHEAD: (Date, Option<Date>) = (date(2026, 12, 1), None);
const AHEAD_LATER: (Date, Option<Date>) = (date(2027, 4, 1), None);

#[test]
fn of_several_records_the_covered_one_counts_and_two_covered_persons_fail_closed() {
    let (kana, twin) = ("ｹﾝﾎﾟ ｼｮｳｺ", "ｹﾝﾎ ｼﾞﾖｳｺ");
    for (what, records, expected) in [
        ("twins of one fold", vec![of("P1", kana, "00", LIVE), of("P2", twin, "01", LIVE)], Proof::Ambiguous),
        ("a twin who left", vec![of("P1", kana, "00", LIVE), of("P2", twin, "01", ENDED)], found("P1")),
        ("a twin who comes", vec![of("P1", kana, "00", AHEAD), of("P2", twin, "01", LIVE)], found("P2")),
        ("the same person twice", vec![of("P1", kana, "00", LIVE), of("P1", kana, "00", LIVE)], found("P1")),
        ("re-hired, one key", vec![of("P1", kana, "00", ENDED), of("P1", kana, "00", LIVE)], found("P1")),
        ("re-hired, a new key", vec![of("P1", kana, "00", ENDED), of("P5", kana, "00", LIVE)], found("P5")),
        (
            "re-hired, to come",
            vec![of("P1", kana, "00", ENDED), of("P5", kana, "00", AHEAD)],
            Proof::NotYet(AHEAD.0),
        ),
        ("left", vec![of("P1", kana, "00", ENDED)], Proof::CoverEnded(date(2020, 4, 1))),
        (
            "left twice: the last day is told",
            vec![of("P1", kana, "00", ENDED), of("P1", kana, "00", ENDED_LATER)],
            Proof::CoverEnded(date(2026, 4, 1)),
        ),
        (
            "to come twice: the first day is told",
            vec![of("P1", kana, "00", AHEAD_LATER), of("P1", kana, "00", AHEAD)],
            Proof::NotYet(AHEAD.0),
        ),
        ("nobody", vec![], Proof::NoMatch),
    ] {
        let backwards: Vec<Record> = records.iter().rev().cloned().collect();
        for records in [records, backwards] {
            assert_eq!(proof(&claim(), &records, &RULES, TODAY), expected, "{what}");
        }
    }
}

#[test]
fn cover_is_reckoned_by_the_day() {
    let at = |acquired, lost, today| {
        proof(&claim(), &[of("P1", "ｹﾝﾎﾟ ｼｮｳｺ", "00", (acquired, lost))], &RULES, today)
    };
    let (first, lost) = (date(2026, 12, 1), date(2026, 11, 21));
    assert_eq!(at(first, None, date(2026, 11, 30)), Proof::NotYet(first));
    assert_eq!(at(first, None, first), found("P1"));
    assert_eq!(at(LIVE.0, Some(lost), date(2026, 11, 20)), found("P1"));
    assert_eq!(at(LIVE.0, Some(lost), lost), Proof::CoverEnded(lost));
    // Everybody leaves on the 75th birthday, whether the extract says so or not.
    assert_eq!(at(LIVE.0, None, date(2075, 1, 20)), found("P1"));
    assert_eq!(at(LIVE.0, None, date(2075, 1, 21)), Proof::CoverEnded(date(2075, 1, 21)));
}

#[test]
fn a_branch_tells_twins_apart_and_is_compared_without_zeros() {
    let (kana, twin) = ("ｹﾝﾎﾟ ｼｮｳｺ", "ｹﾝﾎ ｼﾞﾖｳｺ");
    let twins = [of("P1", kana, "01", LIVE), of("P2", twin, "02", LIVE)];
    for (branch, expected) in [
        ("01", found("P1")),
        ("1", found("P1")),
        ("２", found("P2")),
        ("002", found("P2")),
        ("03", Proof::NoMatch),
        ("", Proof::NoMatch),
        ("00", Proof::NoMatch),
    ] {
        let claimed = Claimed { branch: Some(Marks::new(branch)), ..claim() };
        for rules in [RULES, STRICT] {
            assert_eq!(proof(&claimed, &twins, &rules, TODAY), expected, "{branch}");
        }
    }
    let unmarked = [Record { branch: None, ..shoko(&insurer(AOBA)) }];
    let claimed = Claimed { branch: Some(Marks::new("00")), ..claim() };
    assert_eq!(proof(&claimed, &unmarked, &RULES, TODAY), Proof::NoMatch, "a branch that nobody has");
    assert_eq!(proof(&claim(), &unmarked, &RULES, TODAY), found("P1"));
}

#[test]
fn a_name_confirms_in_any_spelling_of_the_table_and_finds_nobody_by_itself() {
    for (stored, typed, fits) in [
        ("ｹﾝﾎﾟ ｼｮｳｺ", "ケンポショウコ", true),
        ("ｹﾝﾎﾟ ｼｮｳｺ", "けんぽ　しようこ", true),
        ("ｹﾝﾎ ｼﾖｳｺ", "ケンポ ショウコ", true),
        ("ｻﾄｰ ﾏﾘｱ･ﾙｲｻ", "サトー マリアルイサ", true),
        ("ｻﾄ- ﾏﾘｱ", "サトーマリア", true),
        ("ｹﾝﾎﾟ ｼｮｳｺ", "ショウコ ケンポ", false),
        ("ｹﾝﾎﾟ ｼｮｳｺ", "ケンポ", false),
        ("ｹﾝﾎﾟ ｼｮｳｺ", "ケンポ ショウタ", false),
    ] {
        let records = [person(&insurer(AOBA), "P1", stored)];
        let expected = if fits { found("P1") } else { Proof::NoMatch };
        let claimed = Claimed { kana: named(typed), ..claim() };
        assert_eq!(proof(&claimed, &records, &RULES, TODAY), expected, "{stored} {typed}");
        let elsewhere = Claimed { number: Marks::new("200002"), ..claimed };
        assert_eq!(proof(&elsewhere, &records, &RULES, TODAY), Proof::NoMatch);
    }
}

#[test]
fn e07_dependents_are_found_by_the_birth_date_of_their_insured_and_by_no_other() {
    let aoba = insurer(AOBA);
    let stranger = Record {
        person: "P9".parse().unwrap(),
        household: "P9".parse().unwrap(),
        birth_date: date(1960, 6, 6),
        ..person(&aoba, "P9", "ﾍﾞﾂﾉ ﾋﾄ")
    };
    let household = vec![shoko(&aoba), junichi(&aoba), stranger];
    for (name, birth_date, expected) in [
        ("けんぽ じゅんいち", BORN, found("P2")),
        ("けんぽ しょうこ", BORN, found("P1")),
        ("けんぽ じゅんいち", date(1999, 12, 31), Proof::NoMatch),
        ("けんぽ じゅんいち", date(1960, 6, 6), Proof::NoMatch),
        ("べつの ひと", date(1960, 6, 6), found("P9")),
        ("べつの ひと", BORN, Proof::NoMatch),
    ] {
        let claimed = Claimed { kana: named(name), birth_date: Some(birth_date), ..claim() };
        assert_eq!(proof(&claimed, &household, &OF_INSURED, TODAY), expected, "{name} {birth_date}");
    }
    let alone = [junichi(&aoba)];
    let claimed = Claimed { kana: named("けんぽ じゅんいち"), ..claim() };
    assert_eq!(proof(&claimed, &alone, &OF_INSURED, TODAY), Proof::NoMatch, "whose insured is not there");
}

#[test]
fn e34_brothers_whose_names_fold_alike_are_ambiguous_under_the_insureds_birth_date() {
    let aoba = insurer(AOBA);
    let brother = |key: &str, kana: &str, branch: &str, birth_date| Record {
        person: key.parse().unwrap(),
        kana: kana.to_owned(),
        branch: Some(Marks::new(branch)),
        birth_date,
        ..junichi(&aoba)
    };
    let family = [
        shoko(&aoba),
        brother("P3", "ｹﾝﾎﾟ ﾊﾙｷ", "02", date(2015, 7, 7)),
        brother("P4", "ｹﾝﾎﾟ ﾊﾙｷﾞ", "03", date(2018, 8, 8)),
    ];
    let claimed = Claimed { kana: named("けんぽ はるき"), ..claim() };
    assert_eq!(proof(&claimed, &family, &OF_INSURED, TODAY), Proof::Ambiguous);
    let with_branch = Claimed { branch: Some(Marks::new("03")), ..claimed.clone() };
    assert_eq!(proof(&with_branch, &family, &OF_INSURED, TODAY), found("P4"));
    // By their own birth dates they are two.
    let own = Claimed { birth_date: Some(date(2015, 7, 7)), ..claimed };
    assert_eq!(proof(&own, &family, &RULES, TODAY), found("P3"));
}

#[test]
fn an_insured_who_left_still_vouches_for_nobody_but_the_covered() {
    let aoba = insurer(AOBA);
    let left = Record { lost_on: Some(date(2026, 4, 1)), ..shoko(&aoba) };
    let dependent = Record { lost_on: Some(date(2026, 4, 1)), ..junichi(&aoba) };
    let claimed = Claimed { kana: named("けんぽ じゅんいち"), ..claim() };
    let ended = Proof::CoverEnded(date(2026, 4, 1));
    assert_eq!(proof(&claimed, &[left, dependent], &OF_INSURED, TODAY), ended);
    assert_eq!(junichi(&aoba).position, Position::Dependent);
}

#[test]
fn what_is_claimed_shows_nothing_in_logs() {
    assert_eq!(format!("{:?}", claim()), "Claimed(…)");
    assert_eq!(format!("{:?}", shoko(&insurer(AOBA))), "Record(P1)");
}

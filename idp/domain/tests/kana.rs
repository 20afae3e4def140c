//! The fold of names against its 64 vectors, and what must hold for any name.

use proptest::prelude::*;
use sekisho_domain::kana::{LongMark, MiddleDot, Options, Refusal, fold};
use unicode_normalization::UnicodeNormalization as _;

const VECTORS: &str = include_str!("vectors/kana.tsv");

fn folded(name: &str) -> Result<String, Refusal> {
    fold(name, Options::default()).map(|folded| folded.as_str().to_owned())
}

#[test]
fn all_64_vectors_fold_and_match_as_decided() {
    let mut seen = 0;
    for line in VECTORS.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, typed, stored, expected, _decided, fold_typed, fold_stored, ..] = columns[..] else {
            panic!("a line of the vectors lacks columns: {line}");
        };
        let typed = folded(typed);
        let stored = folded(stored).unwrap();
        assert_eq!(stored, fold_stored, "{id}: the stored name");
        match expected {
            "reject" => assert!(typed.is_err(), "{id}: {typed:?}"),
            "match" | "nomatch" => {
                let typed = typed.unwrap();
                assert_eq!(typed, fold_typed, "{id}: the typed name");
                assert_eq!(typed == stored, expected == "match", "{id}");
            }
            other => panic!("{id}: unknown expectation {other}"),
        }
        seen += 1;
    }
    assert_eq!(seen, 64);
}

#[test]
fn refusals_say_what_to_do_next() {
    for (typed, refusal) in [
        ("", Refusal::Empty),
        ("　\u{200B} ", Refusal::Empty),
        ("゛", Refusal::Empty),
        ("サト一", Refusal::FalseLongMark),
        ("サト〜", Refusal::FalseLongMark),
        ("サト～", Refusal::FalseLongMark),
        ("ーケンポ", Refusal::NotKana),
        ("゛ーケンポ", Refusal::NotKana),
        ("・ーケンポ", Refusal::NotKana),
        ("KENPO", Refusal::NotKana),
        ("健保", Refusal::NotKana),
        ("ササキ々", Refusal::NotKana),
        ("㌔", Refusal::NotKana),
    ] {
        assert_eq!(folded(typed), Err(refusal), "{typed}");
    }
}

#[test]
fn an_insurer_may_drop_the_long_mark_or_keep_the_dot_and_versions_tell_them_apart() {
    let fold = |name, options| fold(name, options).unwrap().as_str().to_owned();
    let dropping = Options { long_mark: LongMark::Drop, ..Options::default() };
    let keeping = Options { middle_dot: MiddleDot::Keep, ..Options::default() };
    assert_eq!(fold("サトー", dropping), fold("サト", dropping));
    assert_ne!(fold("マリア・ルイサ", keeping), fold("マリアルイサ", keeping));
    let versions = [Options::default().version(), dropping.version(), keeping.version()];
    assert!(versions[0] != versions[1] && versions[1] != versions[2] && versions[0] != versions[2]);
}

#[test]
fn a_fold_shows_no_name_in_debug() {
    let folded = fold("ケンポ", Options::default()).unwrap();
    assert_eq!(format!("{folded:?}"), "Folded(…)");
}

/// Ways in which a name arrives; none may change its fold.
fn rewritten(name: &str, way: u8) -> String {
    match way {
        0 => name.nfc().collect(),
        1 => name.nfd().collect(),
        2 => name.chars().map(|c| shift(c, 0x30A1..=0x30F6, -0x60)).collect(),
        3 => name.chars().map(|c| shift(c, 0x3041..=0x3096, 0x60)).collect(),
        4 => name.replace('ー', "-"),
        5 => name.replace('ッ', "ツ").replace('ョ', "ヨ").replace('ゃ', "や"),
        6 => name.replace(' ', "　"),
        _ => name.chars().flat_map(|c| [c, '\u{200B}']).collect(),
    }
}

fn shift(c: char, range: std::ops::RangeInclusive<u32>, by: i32) -> char {
    if range.contains(&u32::from(c)) {
        u32::from(c).checked_add_signed(by).and_then(char::from_u32).unwrap_or(c)
    } else {
        c
    }
}

fn names() -> impl Strategy<Value = String> {
    "[ぁ-ゖァ-ヴｦ-ﾟ゛゜ー・ 　-]{0,12}"
}

proptest! {
    #[test]
    fn folding_twice_is_folding_once(name in names()) {
        for options in [
            Options::default(),
            Options { long_mark: LongMark::Drop, middle_dot: MiddleDot::Keep },
        ] {
            if let Ok(once) = fold(&name, options) {
                prop_assert_eq!(fold(once.as_str(), options), Ok(once.clone()));
            }
        }
    }

    #[test]
    fn the_order_of_normalisation_does_not_matter(name in names(), ways in prop::collection::vec(0_u8..8, 0..5)) {
        let forwards = ways.iter().fold(name.clone(), |name, way| rewritten(&name, *way));
        let backwards = ways.iter().rev().fold(name.clone(), |name, way| rewritten(&name, *way));
        prop_assert_eq!(folded(&forwards), folded(&name));
        prop_assert_eq!(folded(&backwards), folded(&name));
    }

    #[test]
    fn parts_fold_apart_as_they_fold_together(family in "[ァ-ヴ]{1,6}", given in "([ァ-ヴ][ァ-ヴー]{0,5})?") {
        let together = folded(&format!("{family} {given}"))?;
        prop_assert_eq!(together, folded(&family)? + &folded(&given).unwrap_or_default());
    }

    #[test]
    fn any_text_folds_to_plain_katakana_or_is_refused(text in "\\PC{0,16}") {
        if let Ok(folded) = folded(&text) {
            prop_assert!(folded.chars().all(|c| ('ア'..='ン').contains(&c) || c == 'ー'));
        }
    }
}

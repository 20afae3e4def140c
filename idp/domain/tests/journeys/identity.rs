//! What the page of the identity check reads, whatever an insurer asks on it.

use sekisho_domain::journey::{Journey, Kind, Progress, Reason, Refusal};

use super::sample::{AOBA, but, insurer, person, shoko};
use super::turns::{goes_on, stays};
use super::walker::Walker;

const SHOKO: &[(&str, &str)] = &[
    ("symbol", "91"),
    ("number", "200001"),
    ("family_name", "ケンポ"),
    ("given_name", "ショウコ"),
    ("birth_date", "20000121"),
];

/// A walk whose first step is aoba's identity check.
fn identifying() -> (Walker, Progress) {
    let aoba = insurer(AOBA);
    let [_, _, identity, ..] = aoba.enrol().steps() else {
        panic!("aoba's third step is the identity check")
    };
    let journey = Journey::new(Kind::Join, vec![identity.clone()]).unwrap();
    let shoko = shoko(&aoba);
    let mut walker = Walker::on(aoba, journey).among([shoko]);
    let progress = walker.begin(vec![]);
    (walker, progress)
}

#[test]
fn each_empty_control_is_named_at_once() {
    let (mut walker, progress) = identifying();
    let named: Vec<String> = walker
        .refused(&progress, &[("branch", "00"), ("symbol", "　 ")])
        .into_iter()
        .map(|refusal| {
            assert_eq!(refusal.reason, Reason::Empty);
            refusal.field.unwrap()
        })
        .collect();
    assert_eq!(named, ["symbol", "number", "family_name", "given_name", "birth_date"]);
}

#[test]
fn what_is_no_kana_and_no_date_is_named() {
    let (mut walker, progress) = identifying();
    for (control, typed, reason) in [
        ("family_name", "健保", Reason::KanaShape),
        ("given_name", "Shoko", Reason::KanaShape),
        ("given_name", "ーショウコ", Reason::KanaShape),
        ("birth_date", "20001301", Reason::DateShape),
        ("birth_date", "昭和65年1月1日", Reason::DateShape),
        ("birth_date", "0", Reason::DateShape),
    ] {
        let refusals = walker.refused(&progress, &but(SHOKO, control, typed));
        assert_eq!(refusals, [Refusal::at(control, reason)], "{control} {typed}");
    }
}

#[test]
fn what_is_misread_costs_no_try_and_reaches_no_record() {
    let (mut walker, mut progress) = identifying();
    for _ in 0..20 {
        progress = walker.again(progress, &but(SHOKO, "given_name", "Shoko"));
        assert!(walker.done.is_empty());
    }
    assert!(matches!(walker.send(progress, SHOKO), sekisho_domain::journey::Turn::Arrived(..)));
}

#[test]
fn the_branch_may_be_left_empty_and_counts_when_it_is_typed() {
    for (branch, right) in
        [("", true), ("00", true), ("0", true), ("００", true), ("01", false), ("x", false)]
    {
        let (mut walker, progress) = identifying();
        let mut claim = SHOKO.to_vec();
        claim.push(("branch", branch));
        if right {
            walker.arrived(progress, &claim);
        } else {
            assert_eq!(walker.refused(&progress, &claim), [Refusal::page(Reason::NoMatch)], "{branch}");
        }
    }
}

#[test]
fn names_in_parts_are_compared_together() {
    for (family, given) in
        [("けんぽ", "しようこ"), ("ｹﾝﾎﾟ", "ｼｮｳｺ"), ("ケンホ", "シヨウコ"), ("ケンポショ", "ウコ")]
    {
        let (mut walker, progress) = identifying();
        walker.arrived(progress, &but(&but(SHOKO, "family_name", family), "given_name", given));
    }
}

#[test]
fn a_foreign_name_with_long_marks_and_dots_is_found() {
    let (mut walker, progress) = identifying();
    walker.records = vec![person(&walker.insurer, "P5", "ｻﾄｰ ﾏﾘｱ･ﾙｲｻ")];
    walker.arrived(progress, &but(&but(SHOKO, "family_name", "サトー"), "given_name", "マリア・ルイサ"));
}

#[test]
fn cover_that_ended_or_begins_later_ends_the_walk_and_says_so() {
    let (mut walker, progress) = identifying();
    let on = jiff::civil::date(2026, 4, 1);
    walker.records[0].lost_on = Some(on);
    assert_eq!(walker.over(progress, SHOKO), Reason::CoverEnded { on });
    let (mut walker, progress) = identifying();
    let on = jiff::civil::date(2026, 12, 1);
    walker.records[0].acquired_on = on;
    assert_eq!(walker.over(progress, SHOKO), Reason::CoverAhead { on });
    assert_eq!(walker.done, ["record"]);
}

#[test]
fn a_day_is_a_day_in_tokyo() {
    let (mut walker, progress) = identifying();
    let tomorrow = jiff::civil::date(2026, 11, 22);
    walker.records[0].acquired_on = tomorrow;
    // 2026-11-22 00:30 in Tokyo, still the 21st in UTC.
    walker.cx.now = sekisho_base::Timestamp::from_seconds(1_795_273_800);
    assert_eq!(walker.cx.now.date_in_tokyo(), tomorrow);
    walker.arrived(progress, SHOKO);
}

#[test]
fn the_tries_are_used_up_by_any_mixture_of_wrong_claims() {
    let (mut walker, mut progress) = identifying();
    for (control, typed) in
        [("symbol", "92"), ("number", "1"), ("birth_date", "20000122"), ("given_name", "ハナコ")]
    {
        progress = stays(walker.send(progress, &but(SHOKO, control, typed)));
        for act in ["back", "other", "resend"] {
            let before = serde_json::to_string(&progress.challenge).unwrap();
            progress = stays(walker.send(progress, &[("do", act)]));
            assert_eq!(serde_json::to_string(&progress.challenge).unwrap(), before, "{act}");
        }
    }
    assert_eq!(walker.over(progress, &but(SHOKO, "symbol", "93")), Reason::NoMatchLast);
}

#[test]
fn the_same_person_twice_is_one_person() {
    let (mut walker, progress) = identifying();
    walker.records.push(walker.records[0].clone());
    let walk = Journey::new(
        Kind::Join,
        walker.journey.steps().iter().chain(insurer(AOBA).enrol().steps().get(3)).cloned().collect(),
    );
    walker.journey = walk.unwrap();
    let progress = goes_on(walker.send(progress, SHOKO));
    assert_eq!(progress.at, 1);
}

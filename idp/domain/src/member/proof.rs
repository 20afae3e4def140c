//! Finding the one person a claim describes.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Cover, LeadingZero, Marks, Position, Record, cover};
use crate::ids::PersonKey;
use crate::kana::{self, Folded};

/// What a person says about themselves. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Claimed {
    /// 記号
    pub symbol: Marks,
    /// 番号
    pub number: Marks,
    /// 枝番, where it was asked and typed.
    pub branch: Option<Marks>,
    /// The folded name, family and given name together.
    pub kana: Folded,
    /// The birth date, where the insurer asks for one.
    pub birth_date: Option<Date>,
}

impl fmt::Debug for Claimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claimed(…)")
    }
}

/// How an insurer compares claims with its records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProofRules {
    /// Whether leading zeros of symbol and number count.
    pub leading_zero: LeadingZero,
    /// Whose birth date is asked for.
    pub birth_date_of: BirthDateOf,
}

/// Whose birth date an insurer asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BirthDateOf {
    /// The person's own.
    #[default]
    Person,
    /// The insured person's, whoever of the household registers (row E7).
    Insured,
}

/// What became of a claim. Which part did not fit is never told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Exactly one covered person fits.
    Found(PersonKey),
    /// Nobody fits.
    NoMatch,
    /// Several covered persons fit, such as twins: nobody is chosen, the branch or the office decides.
    Ambiguous,
    /// Who fits is no longer covered; this was the first day without cover.
    CoverEnded(Date),
    /// Who fits will be covered from this day.
    NotYet(Date),
}

/// Weighs a claim against the records with its symbol and number.
///
/// `records` may hold more than fits: everything is compared here again. Of a person's several records the
/// covered one counts, so that an ended and a new one do not stand against each other.
pub fn proof(claimed: &Claimed, records: &[Record], rules: &ProofRules, today: Date) -> Proof {
    let numbered: Vec<&Record> =
        records.iter().filter(|record| has_numbers(record, claimed, rules.leading_zero)).collect();
    let hits: Vec<&Record> = numbered
        .iter()
        .copied()
        .filter(|record| has_birth_date(record, claimed, rules.birth_date_of, &numbered))
        .filter(|record| has_branch(record, claimed))
        .filter(|record| claimed.kana.confirms(&record.kana))
        .collect();
    Proof::of_hits(&hits, today)
}

fn has_numbers(record: &Record, claimed: &Claimed, zeros: LeadingZero) -> bool {
    !claimed.symbol.is_empty()
        && !claimed.number.is_empty()
        && record.symbol.is_same(&claimed.symbol, zeros)
        && record.number.is_same(&claimed.number, zeros)
}

fn has_birth_date(record: &Record, claimed: &Claimed, whose: BirthDateOf, numbered: &[&Record]) -> bool {
    let Some(birth_date) = claimed.birth_date else { return true };
    match whose {
        BirthDateOf::Person => record.birth_date == birth_date,
        BirthDateOf::Insured => numbered.iter().any(|other| {
            other.position == Position::Insured
                && other.household == record.household
                && other.birth_date == birth_date
        }),
    }
}

fn has_branch(record: &Record, claimed: &Claimed) -> bool {
    claimed.branch.as_ref().is_none_or(|typed| {
        record.branch.as_ref().is_some_and(|branch| branch.is_same(typed, LeadingZero::Ignore))
    })
}

/// Whether a new record may take the place of an account's present one (row B40): it is the same person's, and the
/// old cover has ended or the new record names the old numbers. Twins share birth date and numbers, so the name counts;
/// who changed it at the same time is the office's to help.
pub fn renews(old: &Record, new: &Record, today: Date) -> bool {
    let named = Marks::new(&new.former_marks);
    let joined = |divider: &str| Marks::new(&format!("{}{divider}{}", old.symbol.norm(), old.number.norm()));
    let names_old =
        !named.is_empty() && [joined(""), joined("-")].iter().any(|old| old.norm() == named.norm());
    is_same_person(old, new) && (names_old || matches!(cover(old, today), Cover::Ended(_)))
}

fn is_same_person(old: &Record, new: &Record) -> bool {
    let fold = |record: &Record| kana::fold(&record.kana, kana::Options::default()).ok();
    old.birth_date == new.birth_date && old.sex == new.sex && fold(old).is_some() && fold(old) == fold(new)
}

#[cfg(test)]
mod tests {
    use super::super::row::sample::record;
    use super::*;
    use crate::kana::{Options, fold};
    use jiff::civil::date;

    const TODAY: Date = Date::constant(2026, 11, 21);

    fn claim(symbol: &str, number: &str, kana: &str, birth_date: Option<Date>) -> Claimed {
        Claimed {
            symbol: Marks::new(symbol),
            number: Marks::new(number),
            branch: None,
            kana: fold(kana, Options::default()).unwrap(),
            birth_date,
        }
    }

    fn person(key: &str, kana: &str, birth_date: Date, branch: &str) -> Record {
        let mut record = record(key, "91", "200001");
        record.kana = kana.to_owned();
        record.birth_date = birth_date;
        record.branch = Some(Marks::new(branch));
        record
    }

    fn shoko() -> Record {
        person("P1", "ｹﾝﾎﾟ ｼｮｳｺ", date(2000, 1, 21), "00")
    }

    fn found(key: &str) -> Proof {
        Proof::Found(key.parse().unwrap())
    }

    #[test]
    fn en_07_whatever_does_not_fit_the_answer_is_the_same() {
        let records = [shoko()];
        let birth = Some(date(2000, 1, 21));
        let rules = ProofRules::default();
        for (claimed, expected) in [
            (claim("91", "200001", "けんぽ しょうこ", birth), found("P1")),
            (claim("０９１", "0200001", "ケンホシヨウコ", birth), found("P1")),
            (claim("91", "200001", "ケンポショウコ", None), found("P1")),
            (claim("92", "200001", "ケンポショウコ", birth), Proof::NoMatch),
            (claim("91", "200002", "ケンポショウコ", birth), Proof::NoMatch),
            (claim("", "", "ケンポショウコ", birth), Proof::NoMatch),
            (claim("91", "200001", "ケンポ", birth), Proof::NoMatch),
            (claim("91", "200001", "ショウコ ケンポ", birth), Proof::NoMatch),
            (claim("91", "200001", "ケンポショウコ", Some(date(2000, 1, 22))), Proof::NoMatch),
        ] {
            assert_eq!(proof(&claimed, &records, &rules, TODAY), expected);
        }
    }

    #[test]
    fn zeros_count_where_the_insurer_says_so() {
        let rules = ProofRules { leading_zero: LeadingZero::Significant, ..ProofRules::default() };
        let claimed = claim("091", "200001", "ケンポショウコ", None);
        assert_eq!(proof(&claimed, &[shoko()], &rules, TODAY), Proof::NoMatch);
    }

    #[test]
    fn twins_with_one_fold_are_told_apart_by_their_branch_only() {
        let born = date(2015, 7, 7);
        let twins = [person("P8", "ﾀﾅｶ ﾊﾙｷ", born, "01"), person("P9", "ﾀﾅｶ ﾊﾙｷﾞ", born, "02")];
        let rules = ProofRules::default();
        let mut claimed = claim("91", "200001", "たなか はるぎ", Some(born));
        assert_eq!(proof(&claimed, &twins, &rules, TODAY), Proof::Ambiguous);
        claimed.branch = Some(Marks::new("2"));
        assert_eq!(proof(&claimed, &twins, &rules, TODAY), found("P9"));
        claimed.branch = Some(Marks::new("03"));
        assert_eq!(proof(&claimed, &twins, &rules, TODAY), Proof::NoMatch);
    }

    #[test]
    fn of_an_ended_and_a_live_record_the_live_one_is_chosen() {
        let mut ended = person("P10", "ｽｽﾞｷ ｼﾞﾛｳ", date(1970, 1, 1), "00");
        ended.lost_on = Some(date(2020, 4, 1));
        let rehired = person("P11", "ｽｽﾞｷ ｼﾞﾛｳ", date(1970, 1, 1), "00");
        let claimed = claim("91", "200001", "スズキ ジロウ", Some(date(1970, 1, 1)));
        let rules = ProofRules::default();
        assert_eq!(proof(&claimed, &[ended.clone(), rehired.clone()], &rules, TODAY), found("P11"));
        assert_eq!(proof(&claimed, &[rehired, ended.clone()], &rules, TODAY), found("P11"));
        assert_eq!(proof(&claimed, &[ended], &rules, TODAY), Proof::CoverEnded(date(2020, 4, 1)));
    }

    #[test]
    fn cover_that_is_over_or_ahead_is_told_to_who_fits_in_full_and_to_nobody_else() {
        let mut gone = shoko();
        gone.lost_on = Some(date(2026, 4, 1));
        let mut coming = shoko();
        coming.acquired_on = date(2026, 12, 1);
        let rules = ProofRules::default();
        let right = claim("91", "200001", "ケンポショウコ", Some(date(2000, 1, 21)));
        let wrong = claim("91", "200001", "ケンポショウイチ", Some(date(2000, 1, 21)));
        for (record, expected) in
            [(gone, Proof::CoverEnded(date(2026, 4, 1))), (coming, Proof::NotYet(date(2026, 12, 1)))]
        {
            assert_eq!(proof(&right, std::slice::from_ref(&record), &rules, TODAY), expected);
            assert_eq!(proof(&wrong, &[record], &rules, TODAY), Proof::NoMatch);
        }
    }

    #[test]
    fn a_number_given_out_again_belongs_to_its_present_holder() {
        let mut former = person("P20", "ｱｵｷ ﾊﾙ", date(1950, 5, 5), "00");
        former.lost_on = Some(date(2015, 5, 6));
        let rules = ProofRules::default();
        let claimed = claim("91", "200001", "ケンポショウコ", Some(date(2000, 1, 21)));
        assert_eq!(proof(&claimed, &[former, shoko()], &rules, TODAY), found("P1"));
    }

    #[test]
    fn a_household_may_be_found_by_the_birth_date_of_the_insured() {
        let mut child = person("P2", "ｹﾝﾎ ｼﾞﾕﾝｲﾁ", date(2020, 12, 31), "01");
        child.position = Position::Dependent;
        child.household = "P1".parse().unwrap();
        let records = [shoko(), child];
        let rules = ProofRules { birth_date_of: BirthDateOf::Insured, ..ProofRules::default() };
        let insured = Some(date(2000, 1, 21));
        let of = |kana, birth| proof(&claim("91", "200001", kana, birth), &records, &rules, TODAY);
        assert_eq!(of("ケンポジュンイチ", insured), found("P2"));
        assert_eq!(of("ケンポショウコ", insured), found("P1"));
        assert_eq!(of("ケンポジュンイチ", Some(date(2020, 12, 31))), Proof::NoMatch);
    }
}

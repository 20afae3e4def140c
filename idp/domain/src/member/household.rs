//! Whom a person may act for at portals, and whose notices they see (domain 3.3, design §6.8).

use jiff::civil::Date;
use serde::Deserialize;

use super::{Cover, Position, Record, cover};
use crate::ids::PersonKey;

/// Who acts for whom at portals, as an insurer's file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Household {
    /// Whether an insured person may act for dependents who have no account of their own.
    pub insured_acts_for_dependents: bool,
    /// Whose medical-cost notices an insured person sees.
    pub view: View,
    /// Dependents below this age, in years, who have no account count as agreeing where `view` is `opt_in`; 0: nobody.
    pub children_below: i16,
}

/// Whose medical-cost notices an insured person sees beside their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Nobody's.
    #[default]
    EachOwn,
    /// Theirs who agreed.
    OptIn,
    /// Every dependent's who did not object: the insurer has announced it.
    InsuredSeesAll,
}

/// What one may do for somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Apply for and show their eligibility certificate.
    Certificate,
    /// See their medical-cost notices.
    MedicalCosts,
}

impl Purpose {
    /// The word in claims.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::MedicalCosts => "medical_costs",
        }
    }
}

/// What is known of a person beside the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether an account of theirs exists.
    pub has_account: bool,
    /// What they said about sharing with the insured person; `None` where they said nothing.
    pub shares: Option<bool>,
}

/// A person of the household whom another may act for.
#[derive(Clone, PartialEq, Eq)]
pub struct Relative {
    /// Their key.
    pub person: PersonKey,
    /// What for; never nothing.
    pub purposes: Vec<Purpose>,
}

/// Those of `family` whom `own` may act for: an insured person, for covered dependents of the same household. Who is
/// protected is never among them, nor who objected at the office; the answer does not tell these from people who do
/// not exist.
pub fn household(
    own: &Record,
    family: &[Record],
    standing: impl Fn(&PersonKey) -> Standing,
    (rules, today): (&Household, Date),
) -> Vec<Relative> {
    if own.position != Position::Insured || cover(own, today) != Cover::Live {
        return Vec::new();
    }
    let within = |record: &&Record| {
        record.person != own.person
            && record.household == own.household
            && record.position == Position::Dependent
            && cover(record, today) == Cover::Live
            && !record.suppressed
            && !record.household_refused
    };
    let relative = |record: &Record| {
        let known = standing(&record.person);
        let certificate = rules.insured_acts_for_dependents && !known.has_account;
        let costs = rules.shows(record, known, today);
        let purposes = [(certificate, Purpose::Certificate), (costs, Purpose::MedicalCosts)];
        let purposes: Vec<_> = purposes.into_iter().filter_map(|(may, what)| may.then_some(what)).collect();
        (!purposes.is_empty()).then(|| Relative { person: record.person.clone(), purposes })
    };
    family.iter().filter(within).filter_map(relative).collect()
}

impl Household {
    /// Whether anybody acts for anybody.
    pub fn is_used(&self) -> bool {
        self.insured_acts_for_dependents || self.view != View::EachOwn
    }

    /// Whether a dependent has a say in who sees the notices, and what holds while they say nothing.
    pub const fn unsaid(&self) -> Option<bool> {
        match self.view {
            View::EachOwn => None,
            View::OptIn => Some(false),
            View::InsuredSeesAll => Some(true),
        }
    }

    fn shows(&self, record: &Record, known: Standing, today: Date) -> bool {
        let child = !known.has_account && age(record.birth_date, today) < self.children_below;
        self.unsaid().is_some_and(|unsaid| known.shares.unwrap_or(unsaid || child))
    }
}

/// In full years; who was born on 29 February turns a year older on 1 March of other years.
fn age(birth: Date, today: Date) -> i16 {
    let passed = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!passed)
}

#[cfg(test)]
mod tests {
    use super::super::row::sample::record;
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = Date::constant(2026, 11, 21);

    fn dependent(key: &str, change: impl Fn(&mut Record)) -> Record {
        let mut record = record(key, "91", "200001");
        record.position = Position::Dependent;
        record.household = "P1".parse().unwrap();
        record.birth_date = date(1990, 4, 1);
        change(&mut record);
        record
    }

    fn family() -> Vec<Record> {
        vec![
            dependent("unsaid", |_| {}),
            dependent("child", |record| record.birth_date = date(2011, 11, 22)),
            dependent("grown", |record| record.birth_date = date(2011, 11, 21)),
            dependent("refuses", |record| record.household_refused = true),
            dependent("protected", |record| record.suppressed = true),
            dependent("left", |record| record.lost_on = Some(date(2026, 11, 21))),
            dependent("coming", |record| record.acquired_on = date(2026, 11, 22)),
            dependent("registered", |_| {}),
            dependent("agreed", |_| {}),
            dependent("objected", |_| {}),
            dependent("elsewhere", |record| record.household = "P7".parse().unwrap()),
            dependent("insured-too", |record| record.position = Position::Insured),
            record("P1", "91", "200001"),
        ]
    }

    fn standing(key: &PersonKey) -> Standing {
        Standing {
            has_account: matches!(key.as_str(), "registered" | "agreed" | "objected"),
            shares: match key.as_str() {
                "agreed" | "protected" | "left" | "refuses" => Some(true),
                "objected" => Some(false),
                _ => None,
            },
        }
    }

    fn whom(own: &Record, purpose: Purpose, rules: &Household) -> Vec<String> {
        let relatives = household(own, &family(), standing, (rules, TODAY));
        let may = relatives.iter().filter(|one| one.purposes.contains(&purpose));
        may.map(|one| one.person.to_string()).collect()
    }

    #[test]
    fn rp_08_the_insured_acts_for_sharing_dependents_without_an_account_only() {
        let own = record("P1", "91", "200001");
        let acts = Household { insured_acts_for_dependents: true, ..Household::default() };
        assert_eq!(whom(&own, Purpose::Certificate, &acts), ["unsaid", "child", "grown"]);
        assert_eq!(whom(&family()[0], Purpose::Certificate, &acts), Vec::<String>::new());
        let gone = Record { lost_on: Some(date(2026, 4, 1)), ..own.clone() };
        assert_eq!(whom(&gone, Purpose::Certificate, &acts), Vec::<String>::new());
        assert_eq!(whom(&own, Purpose::Certificate, &Household::default()), Vec::<String>::new());
    }

    #[test]
    fn rp_08_notices_of_others_are_seen_as_the_insurer_chose_and_they_said() {
        let own = record("P1", "91", "200001");
        let rules = |view, children_below| Household { view, children_below, ..Household::default() };
        let seen = |view, below| whom(&own, Purpose::MedicalCosts, &rules(view, below));
        assert_eq!(seen(View::EachOwn, 15), Vec::<String>::new());
        assert_eq!(seen(View::OptIn, 0), ["agreed"]);
        assert_eq!(seen(View::OptIn, 15), ["child", "agreed"]);
        assert_eq!(seen(View::InsuredSeesAll, 0), ["unsaid", "child", "grown", "registered", "agreed"]);
        let all = rules(View::InsuredSeesAll, 0);
        assert_eq!(whom(&family()[0], Purpose::MedicalCosts, &all), Vec::<String>::new());
        assert_eq!(whom(&own, Purpose::Certificate, &all), Vec::<String>::new());
    }

    #[test]
    fn who_was_born_on_the_leap_day_is_older_on_the_first_of_march() {
        let born = date(2012, 2, 29);
        assert_eq!(age(born, date(2027, 2, 28)), 14);
        assert_eq!(age(born, date(2027, 3, 1)), 15);
        assert_eq!(age(born, date(2028, 2, 29)), 16);
    }
}

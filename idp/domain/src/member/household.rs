//! Whom a person may act for at portals (domain 3.3, design §6.8).

use jiff::civil::Date;

use super::{Cover, Position, Record, cover};
use crate::ids::PersonKey;

/// What one may do for somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Apply for and show their eligibility certificate.
    Certificate,
}

impl Purpose {
    /// The word in claims.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
        }
    }
}

/// A person of the household whom another may act for.
#[derive(Clone, PartialEq, Eq)]
pub struct Relative {
    /// Their key.
    pub person: PersonKey,
    /// Their name.
    pub name: String,
    /// 続柄コード; may be empty.
    pub relationship: String,
    /// What for.
    pub purposes: Vec<Purpose>,
}

/// Those of `family` whom `own` may act for: an insured person for covered dependents of the same household who
/// have no account of their own. Who is protected is never among them, nor who refused to share; the answer does
/// not tell these from people who do not exist.
pub fn household(
    own: &Record,
    family: &[Record],
    has_account: impl Fn(&PersonKey) -> bool,
    today: Date,
) -> Vec<Relative> {
    if own.position != Position::Insured || cover(own, today) != Cover::Live {
        return Vec::new();
    }
    let shares = |record: &&Record| {
        record.person != own.person
            && record.household == own.household
            && record.position == Position::Dependent
            && cover(record, today) == Cover::Live
            && !record.suppressed
            && !record.household_refused
            && !has_account(&record.person)
    };
    let relative = |record: &Record| Relative {
        person: record.person.clone(),
        name: record.name.clone(),
        relationship: record.relationship.clone(),
        purposes: vec![Purpose::Certificate],
    };
    family.iter().filter(shares).map(relative).collect()
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
        change(&mut record);
        record
    }

    #[test]
    fn rp_08_the_insured_acts_for_sharing_dependents_without_an_account_only() {
        let own = record("P1", "91", "200001");
        let family = [
            dependent("shares", |_| {}),
            dependent("refuses", |record| record.household_refused = true),
            dependent("protected", |record| record.suppressed = true),
            dependent("left", |record| record.lost_on = Some(date(2026, 11, 21))),
            dependent("coming", |record| record.acquired_on = date(2026, 11, 22)),
            dependent("registered", |_| {}),
            dependent("elsewhere", |record| record.household = "P7".parse().unwrap()),
            dependent("insured-too", |record| record.position = Position::Insured),
            own.clone(),
        ];
        let registered = |key: &PersonKey| key.as_str() == "registered";
        let keys = |own: &Record| -> Vec<String> {
            household(own, &family, registered, TODAY).iter().map(|one| one.person.to_string()).collect()
        };
        assert_eq!(keys(&own), ["shares"]);
        assert_eq!(keys(&family[0]), Vec::<String>::new());
        let mut gone = own;
        gone.lost_on = Some(date(2026, 4, 1));
        assert_eq!(keys(&gone), Vec::<String>::new());
    }
}

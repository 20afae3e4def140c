//! IDs that an insurer gives out before anybody registers (rows B7–B14, B38): computed from the numbers of a record,
//! and good for one thing only, the beginning of a registration.

use jiff::civil::Date;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use unicode_normalization::UnicodeNormalization as _;

use super::{Class, Cover, Position, Proof, Record, cover};
use crate::login_id::Template;

/// Who of an insurer's members has a pre-issued ID, and how it is made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenIds {
    /// How an ID is made of a member's numbers.
    pub template: Template,
    /// Insured persons, dependents, or both.
    #[serde(default = "insured")]
    pub positions: Vec<Position>,
    /// Which kinds of cover.
    #[serde(default = "general")]
    pub classes: Vec<Class>,
}

fn insured() -> Vec<Position> {
    vec![Position::Insured]
}

fn general() -> Vec<Class> {
    vec![Class::General]
}

/// What a record's pre-issued ID is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenId {
    /// The ID, folded.
    Id(String),
    /// Persons of this kind have none.
    None,
    /// The person should have one, but the numbers do not fit the template: the office has to know.
    Misfit,
}

impl GivenIds {
    /// The ID of a record.
    pub fn of(&self, record: &Record) -> GivenId {
        if !self.positions.contains(&record.position) || !self.classes.contains(&record.class) {
            return GivenId::None;
        }
        self.template
            .fill(&record.symbol, &record.number, record.branch.as_ref())
            .map_or(GivenId::Misfit, GivenId::Id)
    }
}

/// Weighs an ID and its temporary password, the birth date in eight digits, against the records with that ID.
/// Ended and future cover are told apart from no match only once the date was right; two covered hits fail closed.
pub fn given(records: &[Record], password: &str, today: Date) -> Proof {
    let typed: String = password.trim().nfkc().collect();
    let is_right = |record: &&Record| {
        let expected = record.birth_date.strftime("%Y%m%d").to_string();
        bool::from(expected.as_bytes().ct_eq(typed.as_bytes()))
    };
    let hits: Vec<&Record> = records.iter().filter(is_right).collect();
    Proof::of_hits(&hits, today)
}

impl Proof {
    /// What the records say that fit a claim: of a person's several records the covered one counts.
    pub(super) fn of_hits(hits: &[&Record], today: Date) -> Self {
        let covers = || hits.iter().map(|record| (*record, cover(record, today)));
        let live: std::collections::BTreeSet<_> =
            covers().filter(|(_, cover)| *cover == Cover::Live).map(|(record, _)| &record.person).collect();
        if let Some(first) = live.first() {
            return if live.len() == 1 { Self::Found((*first).clone()) } else { Self::Ambiguous };
        }
        let ahead = covers().filter_map(|(_, cover)| match cover {
            Cover::NotYet(on) => Some(on),
            _ => None,
        });
        let ended = covers().filter_map(|(_, cover)| match cover {
            Cover::Ended(on) => Some(on),
            _ => None,
        });
        match (ahead.min(), ended.max()) {
            (Some(on), _) => Self::NotYet(on),
            (None, Some(on)) => Self::CoverEnded(on),
            (None, None) => Self::NoMatch,
        }
    }
}

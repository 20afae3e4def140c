//! What a calendar year of medical costs comes to: what the pages and the files show.

use jiff::civil::Date;

use super::amounts::{Refunds, Split};
use super::bill::Bill;
use super::calendar::{Calendar, Expected};
use super::household::Person;
use super::kind::Kind;
use super::month::Month;

/// What of a year is asked for. Nothing chosen is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The bills of one person, by key.
    pub person: Option<String>,
    /// The bills of one month, 1 to 12.
    pub month: Option<i8>,
    /// The bills of one kind.
    pub kind: Option<Kind>,
}

/// What the insurer has delivered so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The earliest month.
    pub since: Month,
    /// The latest month.
    pub until: Month,
}

/// What a year is made of.
#[derive(Clone, Debug)]
pub struct Material {
    /// The year.
    pub year: i16,
    /// Whom the member sees.
    pub persons: Vec<Person>,
    /// Their bills of that year, as they stand.
    pub bills: Vec<Bill>,
    /// What the insurer has delivered; none before its first delivery.
    pub delivered: Option<Delivered>,
    /// How often what is shown here was changed by a delivery.
    pub revision: u32,
    /// The day on which it is looked at, in Tokyo.
    pub today: Date,
}

/// One month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The month.
    pub month: Month,
    /// What has come of it.
    pub state: State,
    /// Whether no other month of the year cost the patient more; never of a month without cost.
    pub is_highest: bool,
}

/// What has come of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its bills have come; nothing where there were none.
    Arrived(Split),
    /// Its bills have not come yet, or it lies ahead.
    NotYet,
    /// It is older than what the insurer delivers or than what is kept.
    NotKept,
}

impl State {
    /// What has come, if anything could.
    pub const fn split(&self) -> Option<Split> {
        match self {
            Self::Arrived(split) => Some(*split),
            Self::NotYet | Self::NotKept => None,
        }
    }
}

/// Why a year is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is whole.
    Nothing,
    /// Later months have not come; the next one is expected.
    NotYet(Expected),
    /// The insurer has delivered nothing at all so far.
    Everything,
}

/// Which months of a year are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The first month; none when no month of the year has come.
    pub from: Option<Month>,
    /// The last month; none when no month of the year has come.
    pub to: Option<Month>,
    /// What is not in it, and why.
    pub missing: Missing,
    /// How often it was changed by a delivery: 0 before the first.
    pub revision: u32,
}

/// A year of medical costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// Whom the member sees, the member first: what can be filtered for.
    pub persons: Vec<Person>,
    /// The kinds that occur in the year: what can be filtered for.
    pub kinds: Vec<Kind>,
    /// What was asked for.
    pub filter: Filter,
    /// The bills asked for, the newest month first.
    pub bills: Vec<Bill>,
    /// The months, January first, of the person and kind asked for, whichever month is.
    pub months: [Column; 12],
    /// Who paid how much of the bills asked for.
    pub total: Split,
    /// What was paid back of them.
    pub refunds: Refunds,
    /// Which months are in it.
    pub coverage: Coverage,
}

impl Year {
    /// The year of `material`, of which `filter` is asked for. A person who is not seen filters everything out: whoever
    /// looks persons up by address answers 404 before.
    pub fn of(material: Material, filter: Filter, calendar: &Calendar) -> Self {
        let Material { year, persons, bills, delivered, revision, today } = material;
        let coverage = coverage((year, revision), delivered, today, *calendar);
        let mut kinds: Vec<Kind> = bills.iter().map(|bill| bill.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let seen = |bill: &Bill| persons.iter().any(|person| person.key == bill.person_key);
        let wanted = |bill: &Bill| {
            bill.month.year() == year
                && seen(bill)
                && filter.person.as_ref().is_none_or(|key| *key == bill.person_key)
                && filter.kind.is_none_or(|kind| kind == bill.kind)
        };
        let bills: Vec<Bill> = bills.into_iter().filter(wanted).collect();
        let months = columns(year, &bills, &coverage);
        let in_month = |bill: &Bill| filter.month.is_none_or(|month| month == bill.month.month());
        let bills: Vec<Bill> = bills.into_iter().filter(in_month).collect();
        Self {
            year,
            kinds,
            months,
            total: bills.iter().map(|bill| bill.amounts.split()).sum(),
            refunds: bills.iter().map(|bill| bill.amounts.refunds()).sum(),
            bills,
            persons,
            filter,
            coverage,
        }
    }

    /// The name of the person of a bill; empty for nobody who is seen.
    pub fn name_of(&self, bill: &Bill) -> &str {
        let person = self.persons.iter().find(|person| person.key == bill.person_key);
        person.map_or("", |person| &person.name)
    }

    /// Whether nothing at all is there to be shown: the empty state.
    pub fn is_empty(&self) -> bool {
        self.bills.is_empty()
    }
}

fn coverage(
    (year, revision): (i16, u32),
    delivered: Option<Delivered>,
    today: Date,
    calendar: Calendar,
) -> Coverage {
    let mut months = Month::all_of(year);
    let (january, december) = (months.next(), months.last());
    let Some((delivered, january, december)) =
        delivered.zip(january).zip(december).map(|((d, j), l)| (d, j, l))
    else {
        return Coverage { from: None, to: None, missing: Missing::Everything, revision };
    };
    let from = january.max(delivered.since).max(calendar.kept_from(today));
    let to = december.min(delivered.until);
    let whole = from <= to;
    let missing = if delivered.until >= december {
        Missing::Nothing
    } else {
        Missing::NotYet(calendar.expected(january.max(delivered.until.plus(1)), today))
    };
    Coverage { from: whole.then_some(from), to: whole.then_some(to), missing, revision }
}

fn columns(year: i16, bills: &[Bill], coverage: &Coverage) -> [Column; 12] {
    let state = |month: Month| match (coverage.from, coverage.to) {
        _ if coverage.missing == Missing::Everything => State::NotYet,
        (Some(from), _) if month < from => State::NotKept,
        (Some(_), Some(to)) if month <= to => {
            let of_month = bills.iter().filter(|bill| bill.month == month);
            State::Arrived(of_month.map(|bill| bill.amounts.split()).sum())
        }
        _ if coverage.missing == Missing::Nothing => State::NotKept,
        _ => State::NotYet,
    };
    let mut months = Month::all_of(year);
    let nowhere = Month::of(Date::ZERO);
    let mut columns = std::array::from_fn(|_| {
        let month = months.next().unwrap_or(nowhere);
        Column { month, state: state(month), is_highest: false }
    });
    let paid = |column: &Column| column.state.split().map_or(0, |split| split.paid.get());
    let highest = columns.iter().map(paid).max().unwrap_or(0);
    for column in &mut columns {
        column.is_highest = highest > 0 && paid(column) == highest;
    }
    columns
}

#[cfg(test)]
pub(crate) mod tests;

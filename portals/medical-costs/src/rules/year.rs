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
pub(crate) mod tests {
    use super::*;
    use crate::rules::amounts::Yen;
    use crate::rules::bill::tests::bill;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 21);

    fn person(key: &str, is_own: bool) -> Person {
        Person { key: key.to_owned(), name: format!("健保 {key}"), is_own, relationship: None }
    }

    fn delivered(since: i64, until: i64) -> Option<Delivered> {
        Month::from_number(since)
            .zip(Month::from_number(until))
            .map(|(since, until)| Delivered { since, until })
    }

    /// A year of two persons.
    pub fn material() -> Material {
        Material {
            year: 2026,
            persons: vec![person("A1", true), person("A2", false)],
            bills: vec![
                bill("A1", 202_609, Kind::Pharmacy, 1_000),
                bill("A1", 202_602, Kind::MedicalOutpatient, 10_000),
                bill("A2", 202_602, Kind::DentalOutpatient, 5_000),
            ],
            delivered: delivered(202_501, 202_609),
            revision: 3,
            today: TODAY,
        }
    }

    fn of(filter: Filter) -> Year {
        Year::of(material(), filter, &Calendar::default())
    }

    #[test]
    fn a_year_is_the_sum_of_its_bills_and_says_which_months_have_not_come() {
        let year = of(Filter::default());
        assert_eq!((year.total.total, year.total.paid, year.bills.len()), (Yen(16_000), Yen(4_800), 3));
        let paid: Vec<Option<i64>> =
            year.months.iter().map(|column| column.state.split().map(|split| split.paid.get())).collect();
        let none = None;
        assert_eq!(
            paid,
            [
                Some(0),
                Some(4_500),
                Some(0),
                Some(0),
                Some(0),
                Some(0),
                Some(0),
                Some(0),
                Some(300),
                none,
                none,
                none
            ]
        );
        assert!(year.months[1].is_highest && !year.months[8].is_highest);
        let next = Expected { month: Month::new(2026, 10).unwrap(), on: date(2027, 1, 15) };
        assert_eq!(year.coverage.missing, Missing::NotYet(next));
        assert_eq!(year.coverage.to.unwrap().to_string(), "2026-09");
        assert_eq!(year.kinds, [Kind::MedicalOutpatient, Kind::DentalOutpatient, Kind::Pharmacy]);
    }

    #[test]
    fn a_year_is_filtered_by_person_month_and_kind_and_its_chart_keeps_all_months() {
        let own = of(Filter { person: Some("A1".into()), ..Filter::default() });
        assert_eq!((own.total.total, own.bills.len()), (Yen(11_000), 2));
        let february = of(Filter { month: Some(2), ..Filter::default() });
        assert_eq!((february.total.total, february.bills.len()), (Yen(15_000), 2));
        assert_eq!(february.months[8].state.split().unwrap().total, Yen(1_000));
        let pharmacy = of(Filter { kind: Some(Kind::Pharmacy), ..Filter::default() });
        assert_eq!((pharmacy.total.total, pharmacy.kinds.len()), (Yen(1_000), 3));
        assert!(of(Filter { person: Some("A3".into()), ..Filter::default() }).is_empty());
    }

    #[test]
    fn rp_08_who_is_not_seen_is_in_no_sum() {
        let mut material = material();
        material.persons.truncate(1);
        let year = Year::of(material, Filter::default(), &Calendar::default());
        assert_eq!((year.total.total, year.bills.len()), (Yen(11_000), 2));
    }

    #[test]
    fn a_year_that_has_come_whole_misses_nothing_and_one_before_the_first_delivery_everything() {
        let whole = Material { year: 2025, bills: Vec::new(), ..material() };
        let whole = Year::of(whole, Filter::default(), &Calendar::default());
        assert_eq!(whole.coverage.missing, Missing::Nothing);
        assert!(whole.months.iter().all(|column| column.state == State::Arrived(Split::default())));
        assert!(whole.months.iter().all(|column| !column.is_highest));
        let new = Material { delivered: None, bills: Vec::new(), revision: 0, ..material() };
        let new = Year::of(new, Filter::default(), &Calendar::default());
        assert_eq!((new.coverage.missing, new.coverage.to), (Missing::Everything, None));
        assert!(new.months.iter().all(|column| column.state == State::NotYet));
    }

    #[test]
    fn months_before_the_first_delivery_are_not_promised() {
        let late = Material { delivered: delivered(202_604, 202_609), ..material() };
        let late = Year::of(late, Filter::default(), &Calendar::default());
        assert_eq!(late.months[2].state, State::NotKept);
        assert_eq!(late.coverage.from.unwrap().to_string(), "2026-04");
        let before = Material { year: 2025, delivered: delivered(202_604, 202_609), ..material() };
        let before = Year::of(before, Filter::default(), &Calendar::default());
        assert!(before.months.iter().all(|column| column.state == State::NotKept));
    }

    #[test]
    fn a_year_of_which_nothing_has_come_yet_expects_its_january() {
        let next = Material { year: 2027, today: date(2027, 1, 4), ..material() };
        let next = Year::of(next, Filter::default(), &Calendar::default());
        let Missing::NotYet(expected) = next.coverage.missing else { panic!("it is not whole") };
        assert_eq!((expected.month.to_string().as_str(), expected.on), ("2027-01", date(2027, 4, 15)));
        assert!(next.months.iter().all(|column| column.state == State::NotYet));
    }
}

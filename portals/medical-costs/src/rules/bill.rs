//! Bills as they stand, made of the rows that insurers sent (domain 3.2).
//!
//! A row is an original, takes from an original, or replaces one. Originals of one person, month, institution and kind
//! are numbered in the order in which they came; a correction names its original by that number. A row that replaces
//! says what the bill is now, so that what was taken before it no longer counts.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::amounts::Amounts;
use super::kind::Kind;
use super::month::Month;

/// One treatment at one place in one month, with all corrections so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// The patient: the third legal item, by the insurer's key.
    pub person_key: String,
    /// When: the second legal item.
    pub month: Month,
    /// Where: the fourth legal item. Empty where the insurer does not say, as of 柔整.
    pub institution: String,
    /// What.
    pub kind: Kind,
    /// For how many days; of a pharmacy, how many times.
    pub days: i64,
    /// How much.
    pub amounts: Amounts,
    /// When something was paid back.
    pub paid_on: Option<Date>,
    /// Whether a later row changed it.
    pub corrected: bool,
}

/// A row that still counts: an original, what replaced it, or what takes from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row by itself.
    pub bill: Bill,
    /// The institution's code, or its name where it has none: what corrections go by.
    pub place: String,
    /// Which of the originals there.
    pub number: i64,
    /// Whether it takes from the bill of that number.
    pub takes: bool,
}

/// The bills of some rows, the newest month first. What was withdrawn altogether is none.
pub fn stand(entries: Vec<Entry>) -> Vec<Bill> {
    let mut bills: BTreeMap<(String, Month, String, Kind, i64), Bill> = BTreeMap::new();
    let (taking, whole): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| entry.takes);
    for entry in whole {
        bills.insert(key(&entry), entry.bill);
    }
    for entry in taking {
        // Rows without what they take from are refused at the import.
        if let Some(bill) = bills.get_mut(&key(&entry)) {
            bill.days = bill.days.saturating_add(entry.bill.days).max(0);
            bill.amounts = bill.amounts + entry.bill.amounts;
            bill.paid_on = entry.bill.paid_on.or(bill.paid_on);
            bill.corrected = true;
        }
    }
    let mut bills: Vec<Bill> = bills.into_values().filter(|bill| !bill.amounts.is_nothing()).collect();
    bills.sort_by(|one, other| {
        let order = |bill: &Bill| (std::cmp::Reverse(bill.month), bill.kind);
        order(one).cmp(&order(other)).then_with(|| one.institution.cmp(&other.institution))
    });
    bills
}

fn key(entry: &Entry) -> (String, Month, String, Kind, i64) {
    let bill = &entry.bill;
    (bill.person_key.clone(), bill.month, entry.place.clone(), bill.kind, entry.number)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::rules::amounts::Yen;

    /// A bill of `total`, of which a third is the patient's.
    pub fn bill(person_key: &str, month: i64, kind: Kind, total: i64) -> Bill {
        Bill {
            person_key: person_key.to_owned(),
            month: Month::from_number(month).unwrap(),
            institution: "例町病院".to_owned(),
            kind,
            days: 2,
            amounts: Amounts {
                total: Yen(total),
                insurer: Yen(total - total * 3 / 10),
                patient: Yen(total * 3 / 10),
                ..Amounts::default()
            },
            paid_on: None,
            corrected: false,
        }
    }

    fn entry(number: i64, takes: bool, bill: Bill) -> Entry {
        Entry { bill, place: "9910000002".to_owned(), number, takes }
    }

    #[test]
    fn what_is_taken_goes_off_the_bill_it_names_and_no_other() {
        let outpatient = |total| bill("A1", 202_609, Kind::MedicalOutpatient, total);
        let stands = stand(vec![
            entry(1, true, Bill { days: -1, ..outpatient(-400) }),
            entry(1, false, outpatient(1_000)),
            entry(2, false, outpatient(2_000)),
        ]);
        let seen: Vec<_> =
            stands.iter().map(|bill| (bill.amounts.total.get(), bill.days, bill.corrected)).collect();
        assert_eq!(seen, [(600, 1, true), (2_000, 2, false)]);
    }

    #[test]
    fn a_bill_that_was_withdrawn_is_not_there() {
        let outpatient = |total| bill("A1", 202_609, Kind::MedicalOutpatient, total);
        assert_eq!(stand(vec![entry(1, false, outpatient(1_000)), entry(1, true, outpatient(-1_000))]), []);
    }

    #[test]
    fn the_newest_month_stands_first() {
        let stands = stand(vec![
            entry(1, false, bill("A1", 202_607, Kind::Pharmacy, 10)),
            entry(1, false, bill("A1", 202_609, Kind::Pharmacy, 10)),
            entry(1, false, bill("A2", 202_609, Kind::MedicalOutpatient, 10)),
        ]);
        let seen: Vec<_> = stands.iter().map(|bill| (bill.month.number(), bill.kind)).collect();
        assert_eq!(
            seen,
            [(202_609, Kind::MedicalOutpatient), (202_609, Kind::Pharmacy), (202_607, Kind::Pharmacy)]
        );
    }
}

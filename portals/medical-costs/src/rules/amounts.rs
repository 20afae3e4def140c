//! Yen, and how the cost of a treatment is split (domain 3.2).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// An amount of yen. Corrections may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Yen(pub i64);

impl Yen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount as a number.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl Add for Yen {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Yen {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Yen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// With a comma between thousands, without a unit: `1,234,567`.
impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if self.0 < 0 {
            text.insert(0, '-');
        }
        f.pad(&text)
    }
}

/// Rounding that a row may carry, in yen: counters round to ten.
const ROUNDING: i64 = 9;

/// The amounts of one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// 医療費総額: ten tenths, without meals.
    pub total: Yen,
    /// 食事総額: meals and stay in hospital.
    pub meal_total: Yen,
    /// 保険者負担額: paid by the insurer.
    pub insurer: Yen,
    /// 公費負担額: paid by state and municipality.
    pub public: Yen,
    /// 窓口負担額: paid by the patient at the counter.
    pub patient: Yen,
    /// 食事負担額: paid by the patient for meals.
    pub meal_copay: Yen,
    /// 高額療養費: paid back because the share was high.
    pub refund: Yen,
    /// 付加給付: paid back beyond that, by the insurer's own rules.
    pub additional: Yen,
}

impl Amounts {
    const fn all(&self) -> [Yen; 8] {
        [
            self.total,
            self.meal_total,
            self.insurer,
            self.public,
            self.patient,
            self.meal_copay,
            self.refund,
            self.additional,
        ]
    }

    /// Whether the cost is what was paid for it, but for rounding.
    pub fn is_balanced(&self) -> bool {
        let split = self.split();
        let paid = split.paid + split.insurer + split.public;
        split.total.0.abs_diff(paid.0) <= ROUNDING.unsigned_abs()
    }

    /// Whether an amount is negative: such a row takes from another.
    pub fn takes(&self) -> bool {
        self.all().into_iter().any(Yen::is_negative)
    }

    /// Whether every amount is nothing, as of a bill that was withdrawn.
    pub fn is_nothing(&self) -> bool {
        self.all().into_iter().all(|amount| amount == Yen::ZERO)
    }

    /// Who paid how much, meals included.
    pub fn split(&self) -> Split {
        Split {
            total: self.total + self.meal_total,
            paid: self.patient + self.meal_copay,
            insurer: self.insurer,
            public: self.public,
        }
    }

    /// What was paid back later.
    pub const fn refunds(&self) -> Refunds {
        Refunds { high_cost: self.refund, additional: self.additional }
    }
}

impl Add for Amounts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            meal_total: self.meal_total + other.meal_total,
            insurer: self.insurer + other.insurer,
            public: self.public + other.public,
            patient: self.patient + other.patient,
            meal_copay: self.meal_copay + other.meal_copay,
            refund: self.refund + other.refund,
            additional: self.additional + other.additional,
        }
    }
}

/// Who paid how much of a cost, meals included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The whole cost.
    pub total: Yen,
    /// What the patient paid: the fifth legal item.
    pub paid: Yen,
    /// What the insurer paid.
    pub insurer: Yen,
    /// What state and municipality paid.
    pub public: Yen,
}

impl Add for Split {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            paid: self.paid + other.paid,
            insurer: self.insurer + other.insurer,
            public: self.public + other.public,
        }
    }
}

impl Sum for Split {
    fn sum<I: Iterator<Item = Self>>(splits: I) -> Self {
        splits.fold(Self::default(), Add::add)
    }
}

/// What the insurer paid back to the insured later: 給付金支給.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refunds {
    /// 高額療養費.
    pub high_cost: Yen,
    /// 付加給付.
    pub additional: Yen,
}

impl Refunds {
    /// Both together.
    pub fn sum(&self) -> Yen {
        self.high_cost + self.additional
    }
}

impl Add for Refunds {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { high_cost: self.high_cost + other.high_cost, additional: self.additional + other.additional }
    }
}

impl Sum for Refunds {
    fn sum<I: Iterator<Item = Self>>(refunds: I) -> Self {
        refunds.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_divided_by_commas() {
        for (yen, shown) in
            [(0, "0"), (970, "970"), (39_790, "39,790"), (1_234_567, "1,234,567"), (-1_000, "-1,000")]
        {
            assert_eq!(Yen(yen).to_string(), shown);
        }
    }

    #[test]
    fn a_row_is_balanced_when_cost_and_payers_agree_within_nine_yen() {
        let row = |patient| Amounts {
            total: Yen(174_940),
            meal_total: Yen(18_630),
            insurer: Yen(127_318),
            patient: Yen(patient),
            meal_copay: Yen(13_770),
            ..Amounts::default()
        };
        for (patient, balanced) in
            [(52_482, true), (52_473, true), (52_491, true), (52_472, false), (52_492, false)]
        {
            assert_eq!(row(patient).is_balanced(), balanced, "{patient}");
        }
        assert_eq!(row(52_482).split().paid, Yen(66_252));
    }

    #[test]
    fn amounts_add_up_and_a_row_with_a_negative_one_takes() {
        let bill = Amounts { total: Yen(100), insurer: Yen(70), patient: Yen(30), ..Amounts::default() };
        let back = Amounts { total: Yen(-100), insurer: Yen(-70), patient: Yen(-30), ..Amounts::default() };
        assert!(back.takes() && !bill.takes());
        assert!((bill + back).is_nothing() && !bill.is_nothing());
        assert_eq!(Yen(i64::MAX) + Yen(1), Yen(i64::MAX), "nothing wraps");
    }
}

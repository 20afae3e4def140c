//! A year as twelve bars: an SVG that a screen reader reads as one sentence.

use sekisho_base::Speech;

use super::words::month;
use crate::rules::amounts::Yen;
use crate::rules::year::{Column, State};

/// The drawing is so wide; every month has the twelfth part of it.
pub const WIDTH: u16 = 336;
/// And so high.
pub const HEIGHT: u16 = 164;
/// Where bars stand.
pub const GROUND: u16 = 140;

const SLOT: u16 = 28;
const BAR: u16 = 15;
const TALLEST: u16 = 112;
const NOT_YET: u16 = 26;

/// The twelve months of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What the drawing is called.
    pub name: String,
    /// All twelve values in words.
    pub desc: String,
    /// One bar a month.
    pub bars: Vec<Bar>,
    /// Whether a month's data have not arrived.
    pub dotted: bool,
}

/// One month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The left edge.
    pub x: u16,
    /// The middle.
    pub middle: u16,
    /// The upper edge.
    pub y: u16,
    /// How high it is.
    pub height: u16,
    /// The class of the bar: `bar-m`, `bar-top` for the highest, `none` where the data have not arrived.
    pub class: &'static str,
    /// The amount in thousands of yen; empty without data.
    pub value: String,
    /// The month, 1 to 12.
    pub month: i8,
}

impl Bar {
    /// How wide every bar is.
    pub const fn width(&self) -> u16 {
        BAR
    }

    /// Where the number above it stands.
    pub const fn value_y(&self) -> u16 {
        self.y - 7
    }
}

/// Draws what was paid in each month of `year`.
pub fn chart(speech: &Speech<'_>, year: i16, columns: &[Column; 12]) -> Chart {
    let highest = columns.iter().filter_map(|column| paid(column.state)).max().unwrap_or(Yen::ZERO);
    let spoken: Vec<String> = columns.iter().map(|column| said(speech, column)).collect();
    let months = spoken.join(speech.pick("、", ", "));
    let top: Vec<String> = columns
        .iter()
        .filter(|column| column.is_highest)
        .map(|column| month(speech.language, column.month))
        .collect();
    let desc = if top.is_empty() {
        speech.with("costs.chart.desc_flat", &[("months", months)])
    } else {
        let top = top.join(speech.pick("・", ", "));
        speech.with("costs.chart.desc", &[("months", months), ("top", top)])
    };
    Chart {
        name: speech.with("costs.chart.name", &[("year", year)]),
        desc,
        bars: (0..).zip(columns).map(|(place, column)| bar(place, column, highest)).collect(),
        dotted: columns.iter().any(|column| column.state == State::NotYet),
    }
}

fn paid(state: State) -> Option<Yen> {
    state.split().map(|split| split.paid)
}

fn bar(place: u16, column: &Column, highest: Yen) -> Bar {
    let height = match column.state {
        State::Arrived(split) => share(split.paid, highest, TALLEST),
        State::NotYet => NOT_YET,
        State::NotKept => 0,
    };
    let left = place * SLOT;
    Bar {
        x: left + (SLOT - BAR) / 2,
        middle: left + SLOT / 2,
        y: GROUND - height,
        height,
        class: match column.state {
            State::NotYet => "none",
            _ if column.is_highest => "bar-top",
            _ => "bar-m",
        },
        value: paid(column.state).map(thousands).unwrap_or_default(),
        month: column.month.month(),
    }
}

fn said(speech: &Speech<'_>, column: &Column) -> String {
    let name = month(speech.language, column.month);
    match column.state {
        State::Arrived(split) => {
            speech.with("costs.chart.month", &[("month", name), ("amount", split.paid.to_string())])
        }
        State::NotYet => speech.with("costs.chart.month_none", &[("month", name)]),
        State::NotKept => speech.with("costs.chart.month_not_kept", &[("month", name)]),
    }
}

/// The part of `whole` that `of` is, on a scale of `scale`; what is more than nothing is seen.
pub fn share(of: Yen, whole: Yen, scale: u16) -> u16 {
    if of <= Yen::ZERO || whole <= Yen::ZERO {
        return 0;
    }
    let part = i128::from(of.min(whole).get()) * i128::from(scale) / i128::from(whole.get());
    u16::try_from(part).unwrap_or(scale).max(2)
}

/// An amount in thousands of yen: 3.2, and 131 where a digit more would not fit.
fn thousands(amount: Yen) -> String {
    let sign = if amount.is_negative() { "−" } else { "" };
    let yen = amount.get().unsigned_abs();
    if yen == 0 {
        return "0".to_owned();
    }
    let tenths = yen.saturating_add(50) / 100;
    if tenths < 1_000 {
        return format!("{sign}{}.{}", tenths / 10, tenths % 10);
    }
    format!("{sign}{}", yen.saturating_add(500) / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_above_bars_have_at_most_four_signs() {
        for (yen, shown) in [
            (0, "0"),
            (30, "0.0"),
            (3_150, "3.2"),
            (13_049, "13.0"),
            (99_949, "99.9"),
            (99_950, "100"),
            (130_499, "130"),
            (-1_200, "−1.2"),
        ] {
            assert_eq!(thousands(Yen(yen)), shown);
        }
    }

    #[test]
    fn what_is_more_than_nothing_is_seen_and_nothing_is_higher_than_the_highest() {
        assert_eq!(share(Yen(1), Yen(1_000_000), TALLEST), 2);
        assert_eq!(share(Yen(0), Yen(10), TALLEST), 0);
        assert_eq!(share(Yen(-5), Yen(10), TALLEST), 0);
        assert_eq!(share(Yen(10), Yen(10), TALLEST), TALLEST);
        assert_eq!(share(Yen(20), Yen(10), TALLEST), TALLEST);
    }
}

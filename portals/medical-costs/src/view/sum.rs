//! What was paid, and who paid the rest: a number, a strip, a list.

use sekisho_base::Speech;

use super::chart::share;
use super::words::yen;
use crate::rules::amounts::{Split, Yen};
use crate::rules::bill::Bill;

/// The amounts of the bills of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Whose it is.
    pub label: String,
    /// Which year, with its era.
    pub year: String,
    /// What was paid at the counter, without a unit.
    pub paid: String,
    /// The parts of the strip; none where there is nothing to divide.
    pub strips: Vec<Strip>,
    /// What was paid at the counter.
    pub own: String,
    /// How much of that was for meals in hospital.
    pub meals: Option<String>,
    /// What the insurer paid.
    pub insurer: String,
    /// What state and municipality paid.
    pub public: String,
    /// The whole cost.
    pub total: String,
}

/// One part of the strip, on a scale of a thousand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// Its class.
    pub class: &'static str,
    /// Where it begins.
    pub x: u16,
    /// How wide it is.
    pub width: u16,
}

impl Sum {
    /// What `bills` come to; `total` is their split.
    pub fn of(speech: &Speech<'_>, (label, year): (String, String), total: Split, bills: &[Bill]) -> Self {
        let meals: Yen = bills.iter().map(|bill| bill.amounts.meal_copay).sum();
        Self {
            label,
            year,
            paid: total.paid.to_string(),
            strips: strips(total),
            own: yen(speech, total.paid),
            meals: (meals > Yen::ZERO).then(|| yen(speech, meals)),
            insurer: yen(speech, total.insurer),
            public: yen(speech, total.public),
            total: yen(speech, total.total),
        }
    }
}

fn strips(split: Split) -> Vec<Strip> {
    const SCALE: u16 = 1_000;
    const GAP: u16 = 5;
    const SEEN: u16 = 14;
    let parts: Vec<(&'static str, Yen)> =
        [("part-1", split.paid), ("part-2", split.insurer), ("part-3", split.public)]
            .into_iter()
            .filter(|(_, amount)| *amount > Yen::ZERO)
            .collect();
    let last = u16::try_from(parts.len()).unwrap_or_default().saturating_sub(1);
    let whole: Yen = parts.iter().map(|(_, amount)| *amount).sum();
    let mut x = 0;
    let mut strips = Vec::new();
    for (after, (class, amount)) in (0..=last).rev().zip(&parts) {
        // What follows keeps room enough to be seen.
        let room = SCALE.saturating_sub(x).saturating_sub(after * (SEEN + GAP));
        let width = if after == 0 { room } else { share(*amount, whole, SCALE).clamp(SEEN, room.max(SEEN)) };
        strips.push(Strip { class, x, width });
        x += width + GAP;
    }
    strips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_has_a_part_for_each_who_paid_and_is_full() {
        let split = |paid, insurer, public| Split {
            total: Yen(paid + insurer + public),
            paid: Yen(paid),
            insurer: Yen(insurer),
            public: Yen(public),
        };
        let drawn = strips(split(39_790, 91_120, 1_720));
        assert_eq!(drawn.iter().map(|strip| strip.class).collect::<Vec<_>>(), ["part-1", "part-2", "part-3"]);
        assert_eq!(
            drawn.iter().map(|strip| (strip.x, strip.width)).collect::<Vec<_>>(),
            [(0, 300), (305, 676), (986, 14)]
        );
        assert_eq!(strips(split(300, 700, 0)).last().map(|strip| strip.x + strip.width), Some(1_000));
        assert_eq!(strips(split(0, 0, 0)), []);
        assert_eq!(strips(split(0, 10, 0)).len(), 1);
    }
}

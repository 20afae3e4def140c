//! Drawings of the documents that numbers stand on: our own, of no real card.

use super::IdentityField;

/// A document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// A card.
    Plastic,
    /// A sheet of paper.
    Paper,
}

impl Card {
    /// The key of what it is, in words; `{marks}` says what is marked.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Plastic => "identity.sample_plastic",
            Self::Paper => "identity.sample_paper",
        }
    }

    /// The key of the fold that it lies behind.
    pub const fn fold(self) -> &'static str {
        match self {
            Self::Plastic => "identity.if_plastic",
            Self::Paper => "identity.if_paper",
        }
    }

    /// The line on which the characters of its seal stand.
    pub const fn seal(self) -> u32 {
        match self {
            Self::Plastic => 179,
            Self::Paper => 198,
        }
    }

    /// The upper row and the place of the insurer number.
    const fn rows(self) -> (u32, u32) {
        match self {
            Self::Plastic => (56, 146),
            Self::Paper => (72, 168),
        }
    }
}

/// A marked place: its left and upper edge, its width, and the number that ties it to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// The mark.
    pub mark: usize,
}

/// What stands on the document: a label and a fictional value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Left edge.
    pub x: u32,
    /// Upper edge of its place.
    pub y: u32,
    /// The label as documents have it.
    pub label: &'static str,
    /// The value.
    pub value: &'static str,
}

/// A drawn document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Which document.
    pub card: Card,
    /// The marked places.
    pub frames: Vec<Frame>,
    /// What stands there.
    pub words: Vec<Word>,
    /// Whether the insurer number is marked, which takes room.
    pub numbered: bool,
}

/// A place on any document: its left edge and width, and what stands there.
struct Place {
    x: u32,
    width: u32,
    label: &'static str,
    value: &'static str,
}

const SYMBOL: Place = Place { x: 30, width: 84, label: "記号", value: "91" };
const NUMBER: Place = Place { x: 134, width: 122, label: "番号", value: "200001" };
const BRANCH: Place = Place { x: 275, width: 67, label: "枝番", value: "00" };
/// A number that is no insurer's: nobody shall copy it from the picture.
const INSURER: Place = Place { x: 30, width: 150, label: "保険者番号", value: "06999999" };

impl Sample {
    /// The drawing of a card on which the fields that stand there are marked, in their order.
    pub(super) fn of(card: Card, fields: &[IdentityField]) -> Self {
        let (upper, lower) = card.rows();
        let mut frames = Vec::new();
        let mut words = Vec::new();
        for (field, mark) in fields.iter().copied().filter(|field| field.is_drawn()).zip(1..) {
            let (y, places): (u32, &[Place]) = match field {
                IdentityField::Symbol => (upper, &[SYMBOL]),
                IdentityField::Branch => (upper, &[BRANCH]),
                IdentityField::Joined => (upper, &[SYMBOL, NUMBER, BRANCH]),
                IdentityField::InsurerNumber => (lower, &[INSURER]),
                _ => (upper, &[NUMBER]),
            };
            let x = places.first().map_or(0, |place| place.x);
            let end = places.last().map_or(0, |place| place.x + place.width);
            frames.push(Frame { x, y, width: end - x, mark });
            words.extend(places.iter().map(|place| Word {
                x: place.x + 21,
                y,
                label: place.label,
                value: place.value,
            }));
        }
        let numbered = fields.contains(&IdentityField::InsurerNumber);
        Self { card, frames, words, numbered }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b30_each_field_of_the_document_has_its_place_and_its_number() {
        use IdentityField::{BirthDate, InsurerNumber, KanaName, Number, Symbol};
        let sample = Sample::of(Card::Paper, &[Symbol, Number, InsurerNumber, KanaName, BirthDate]);
        let marks: Vec<usize> = sample.frames.iter().map(|frame| frame.mark).collect();
        assert_eq!(marks, [1, 2, 3]);
        let labels: Vec<&str> = sample.words.iter().map(|word| word.label).collect();
        assert_eq!(labels, ["記号", "番号", "保険者番号"]);
        assert!(sample.numbered);
    }

    #[test]
    fn c18_one_field_for_all_three_is_one_place() {
        let sample = Sample::of(Card::Plastic, &[IdentityField::Joined, IdentityField::BirthDate]);
        assert_eq!(sample.frames, [Frame { x: 30, y: 56, width: 312, mark: 1 }]);
        assert_eq!(sample.words.len(), 3);
    }
}

//! Documents on A4 paper, as portals hand them out.
//!
//! A [`Paper`] is filled from top to bottom: lines of text, pairs of a name and a value, tables, hairlines. It turns the
//! page by itself, sets page numbers, and says what is a heading and what a table, so that a document can be searched,
//! copied and read aloud. It must stay true that
//! - no sheet is wider or longer than A4, whatever a text is;
//! - a character that no font has becomes 〓, as printers do, and never an empty box or a lost document;
//! - the same content at the same moment is the same file.

mod draw;
mod flow;
mod font;
mod line;
mod press;
mod table;

use sekisho_base::{Language, Timestamp};
use sekisho_site::page::Qr;

pub use font::{FontError, Fonts, Settings};
pub use press::set;
pub use table::{Column, Table};

use draw::{Block, Mark, Node, Role};

/// A4 in points of 1/72 inch.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// 20 mm on every side.
const MARGIN: f32 = 56.69;
/// How wide text can be.
const MEASURE: f32 = WIDTH - 2.0 * MARGIN;
/// Where text ends; the page number stands below.
const BOTTOM: f32 = HEIGHT - MARGIN - 12.0;

/// What a document says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its title.
    pub title: String,
    /// Who hands it out.
    pub author: String,
    /// Its language.
    pub language: Language,
    /// What stands at the foot of every sheet, beside the page number; may be empty.
    pub foot: String,
}

/// How dark text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// For what is read.
    Black,
    /// For names of values and remarks.
    Soft,
    /// Vermilion, for a seal and for what must not be missed.
    Seal,
}

/// Where lines begin or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle.
    Middle,
    /// At the right edge: amounts.
    Right,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// The size in points.
    pub size: f32,
    /// How dark.
    pub ink: Ink,
    /// Where its lines stand.
    pub align: Align,
    level: u16,
}

impl Style {
    /// The title of a document.
    pub const TITLE: Self = Self::of(19.0, 1);
    /// The heading of a part.
    pub const HEADING: Self = Self::of(13.0, 2);
    /// Text.
    pub const BODY: Self = Self::of(10.5, 0);
    /// Remarks.
    pub const SMALL: Self = Self::of(8.5, 0);

    const fn of(size: f32, level: u16) -> Self {
        Self { size, ink: Ink::Black, align: Align::Left, level }
    }

    /// The same as text, where it is no heading.
    #[must_use]
    pub const fn as_text(self) -> Self {
        Self { level: 0, ..self }
    }

    /// The same in another size, in points.
    #[must_use]
    pub const fn size(self, size: f32) -> Self {
        Self { size, ..self }
    }

    /// The same in another ink.
    #[must_use]
    pub const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// The same at another edge.
    #[must_use]
    pub const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// From one baseline to the next.
    fn leading(self) -> f32 {
        self.size * 1.65
    }
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
#[error("the document cannot be written: {0}")]
pub struct PaperError(String);

/// A document while it is written.
pub struct Paper<'f> {
    fonts: &'f Fonts,
    about: About,
    sheets: Vec<Vec<Mark>>,
    nodes: Vec<Node>,
    /// How far down the sheet is filled.
    y: f32,
}

impl<'f> Paper<'f> {
    /// An empty document.
    pub fn new(fonts: &'f Fonts, about: About) -> Self {
        Self { fonts, about, sheets: vec![Vec::new()], nodes: Vec::new(), y: MARGIN }
    }

    /// A text over the whole width; `\n` begins a new line.
    pub fn text(&mut self, text: &str, style: Style) {
        let role = if style.level == 0 { Role::Paragraph } else { Role::Heading(style.level) };
        let node = self.node(role, None);
        for line in self.lines(text, MEASURE, style.size) {
            self.reserve(style.leading());
            self.set(line, (MARGIN, MEASURE), style, Some(node));
            self.y += style.leading();
        }
    }

    /// Empty space, in points.
    pub fn space(&mut self, points: f32) {
        self.y += points;
    }

    /// A hairline over the whole width.
    pub fn rule(&mut self) {
        self.rule_of(0.4);
    }

    /// Pairs of a name and a value, one below the other with a hairline after each.
    pub fn pairs(&mut self, pairs: &[(&str, String)]) {
        let columns = [("", 1.0), ("", 3.2)].map(|(head, share)| Column::new(head, share));
        let rows = pairs.iter().map(|(name, value)| vec![(*name).to_owned(), value.clone()]).collect();
        let table = Table { rows, named: true, ..Table::new(columns.into()) };
        self.table(&table);
    }

    /// A QR code at the right edge, beside what follows; `alt` says where it leads.
    pub fn qr(&mut self, qr: &Qr, side: f32, alt: &str) {
        let node = self.node(Role::Figure(alt.to_owned()), None);
        self.reserve(side);
        let module = side / whole(qr.size.max(1));
        let (left, top) = (WIDTH - MARGIN - side, self.y);
        let block = |(row, column, width): &(usize, usize, usize)| {
            let (x, y) = (left + whole(*column) * module, top + whole(*row) * module);
            Block { x, y, width: whole(*width) * module, height: module }
        };
        self.mark(Mark::Figure { blocks: qr.runs.iter().map(block).collect(), node });
    }

    /// Begins a new sheet, unless this one is empty.
    pub fn turn(&mut self) {
        if self.sheets.last().is_some_and(|marks| !marks.is_empty()) {
            self.sheets.push(Vec::new());
        }
        self.y = MARGIN;
    }

    /// How many sheets there are so far.
    pub fn sheets(&self) -> usize {
        self.sheets.len()
    }

    /// The document, as a PDF file made at `now`.
    ///
    /// # Errors
    /// [`PaperError`] when a font cannot be embedded.
    pub fn finish(mut self, now: Timestamp) -> Result<Vec<u8>, PaperError> {
        self.number_sheets();
        draw::written(&self, now)
    }
}

/// Counts as measures.
fn whole(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

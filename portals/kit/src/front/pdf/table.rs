//! Tables: rows are never split, and every sheet begins with the head again.

use super::draw::Role;
use super::font::Letter;
use super::{Align, BOTTOM, Ink, MARGIN, MEASURE, Paper, Style};

/// Between a hairline and the text.
const PAD: f32 = 3.5;
/// Between two columns.
const GAP: f32 = 8.0;

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What its head says.
    pub head: String,
    /// How wide it is, compared with the others.
    pub share: f32,
    /// Where its lines stand: amounts at the right.
    pub align: Align,
}

impl Column {
    /// A column whose lines begin at the left.
    pub fn new(head: impl Into<String>, share: f32) -> Self {
        Self { head: head.into(), share, align: Align::Left }
    }

    /// A column of amounts.
    pub fn amounts(head: impl Into<String>, share: f32) -> Self {
        Self { align: Align::Right, ..Self::new(head, share) }
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns. When no head says anything, there is none.
    pub columns: Vec<Column>,
    /// The rows, each with a text for every column.
    pub rows: Vec<Vec<String>>,
    /// The size of its text in points.
    pub size: f32,
    /// Whether the first column names the row.
    pub named: bool,
}

impl Table {
    /// An empty table.
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new(), size: 9.5, named: false }
    }
}

/// A column with its place on the sheet.
struct Place {
    left: f32,
    measure: f32,
    align: Align,
}

/// A row with its texts broken into lines.
struct Laid {
    cells: Vec<Vec<Vec<Letter>>>,
    height: f32,
}

impl Paper<'_> {
    /// A table over the whole width.
    pub fn table(&mut self, table: &Table) {
        let places = places(&table.columns);
        let heads: Vec<String> = table.columns.iter().map(|column| column.head.clone()).collect();
        let head =
            heads.iter().any(|head| !head.is_empty()).then(|| self.laid(&heads, &places, table.size - 1.0));
        let node = self.node(Role::Table, None);
        let rows: Vec<Laid> = table.rows.iter().map(|row| self.laid(row, &places, table.size)).collect();
        let above = head.as_ref().map_or(0.0, |head| head.height);
        let first = rows.first().map_or(0.0, |row| row.height);
        self.reserve(above + first);
        self.head(head.as_ref(), (table, &places), Some(node));
        for row in &rows {
            if self.y + row.height > BOTTOM {
                self.turn();
                // On later sheets the head is for the eye only: read aloud it stands once.
                self.head(head.as_ref(), (table, &places), None);
            }
            self.row(row, (table, &places), node);
        }
    }

    fn laid(&self, texts: &[String], places: &[Place], size: f32) -> Laid {
        let cells: Vec<_> =
            texts.iter().zip(places).map(|(text, place)| self.lines(text, place.measure, size)).collect();
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        Laid { cells, height: super::whole(most) * Style::BODY.size(size).leading() + 2.0 * PAD }
    }

    fn head(&mut self, head: Option<&Laid>, (table, places): (&Table, &[Place]), node: Option<usize>) {
        let Some(head) = head else { return self.rule_of(0.8) };
        let row = node.map(|node| self.node(Role::Row, Some(node)));
        let style = Style::BODY.size(table.size - 1.0).ink(Ink::Soft);
        for (cell, place) in head.cells.iter().zip(places) {
            let cell_node = row.map(|row| self.node(Role::ColumnHead, Some(row)));
            self.cell(cell, place, style, cell_node);
        }
        self.y += head.height;
        self.rule_of(0.8);
    }

    fn row(&mut self, row: &Laid, (table, places): (&Table, &[Place]), node: usize) {
        let row_node = self.node(Role::Row, Some(node));
        for (at, (cell, place)) in row.cells.iter().zip(places).enumerate() {
            let names = table.named && at == 0;
            let role = if names { Role::RowHead } else { Role::Cell };
            let ink = if names { Ink::Soft } else { Ink::Black };
            let cell_node = self.node(role, Some(row_node));
            self.cell(cell, place, Style::BODY.size(table.size).ink(ink), Some(cell_node));
        }
        self.y += row.height;
        self.rule_of(0.4);
    }

    fn cell(&mut self, lines: &[Vec<Letter>], place: &Place, style: Style, node: Option<usize>) {
        let top = self.y;
        self.y += PAD;
        for line in lines {
            self.set(line.clone(), (place.left, place.measure), style.align(place.align), node);
            self.y += style.leading();
        }
        self.y = top;
    }
}

fn places(columns: &[Column]) -> Vec<Place> {
    let all: f32 = columns.iter().map(|column| column.share).sum();
    let room = MEASURE - GAP * super::whole(columns.len().saturating_sub(1));
    let mut left = MARGIN;
    let mut places = Vec::new();
    for column in columns {
        let measure = room * column.share / all;
        places.push(Place { left, measure, align: column.align });
        left += measure + GAP;
    }
    places
}

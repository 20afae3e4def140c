//! How text comes to stand on sheets.

use super::draw::{Mark, Node, Role};
use super::font::Letter;
use super::{Align, BOTTOM, HEIGHT, Ink, MARGIN, MEASURE, Paper, Style, WIDTH, line};

impl Paper<'_> {
    pub(super) fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.push(mark);
        }
    }

    /// A part of the document's structure, below `parent`.
    pub(super) fn node(&mut self, role: Role, parent: Option<usize>) -> usize {
        self.nodes.push(Node { role, parent });
        self.nodes.len() - 1
    }

    /// Turns the page where `height` no longer fits. What is higher than a sheet begins on a new one.
    pub(super) fn reserve(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.turn();
        }
    }

    /// The lines a text takes in `measure` points.
    pub(super) fn lines(&self, text: &str, measure: f32, size: f32) -> Vec<Vec<Letter>> {
        text.split('\n').flat_map(|part| line::broken(self.fonts.letters(part), measure / size)).collect()
    }

    /// Sets one line at the present height, between `left` and `left + measure`.
    pub(super) fn set(
        &mut self,
        letters: Vec<Letter>,
        (left, measure): (f32, f32),
        style: Style,
        node: Option<usize>,
    ) {
        let width = letters.iter().map(|letter| letter.advance).sum::<f32>() * style.size;
        let x = match style.align {
            Align::Left => left,
            Align::Middle => left + (measure - width) / 2.0,
            Align::Right => left + measure - width,
        };
        // The em box of Japanese type stands 88 % above its baseline; half of the leading is above it.
        let y = self.y + (style.leading() - style.size) / 2.0 + style.size * 0.88;
        self.mark(Mark::Text { x, y, size: style.size, ink: style.ink, letters, node });
    }

    pub(super) fn rule_of(&mut self, thickness: f32) {
        let (from, to, y) = (MARGIN, WIDTH - MARGIN, self.y);
        self.mark(Mark::Rule { from, to, y, thickness });
    }

    /// Sets the foot of every sheet, now that their number is known.
    pub(super) fn number_sheets(&mut self) {
        let style = Style::SMALL.ink(Ink::Soft);
        let of = self.sheets.len();
        let foot = std::mem::take(&mut self.about.foot);
        let narrow = MEASURE - 60.0;
        let foot = self.lines(&foot, narrow, style.size).into_iter().next().unwrap_or_default();
        for at in 0..of {
            let number = self.fonts.letters(&format!("{}/{of}", at + 1));
            let width = number.iter().map(|letter| letter.advance).sum::<f32>() * style.size;
            let y = HEIGHT - MARGIN + style.size;
            let right = WIDTH - MARGIN - width;
            let Some(sheet) = self.sheets.get_mut(at) else { continue };
            for (x, letters) in [(MARGIN, foot.clone()), (right, number)] {
                sheet.push(Mark::Text { x, y, size: style.size, ink: style.ink, letters, node: None });
            }
        }
    }
}

//! The list of what is wrong with a file, for the clerk who has to mend it.

use std::io::{self, Write};

use crate::rules::extract::Finding;

/// Writes findings as CSV (UTF-8 with a mark, as spreadsheets like it): line, column, name, reason, 理由. No value of the
/// file is ever repeated: it may be what had to be refused.
pub struct Findings<W> {
    to: W,
    begun: bool,
}

/// The findings of one line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line, counted from 1.
    pub line: u64,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl<W: Write> Findings<W> {
    /// Writes to `to`, which stays untouched when there is nothing to write.
    pub const fn new(to: W) -> Self {
        Self { to, begun: false }
    }

    /// Writes the findings of some lines.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&mut self, found: &[Found]) -> io::Result<()> {
        if !found.is_empty() && !self.begun {
            self.begun = true;
            write!(self.to, "\u{FEFF}line,column,name,reason,理由\r\n")?;
        }
        for one in found {
            for finding in &one.findings {
                let column = match finding.column.number() {
                    0 => String::new(),
                    number => number.to_string(),
                };
                let [en, ja] = finding.reason.texts();
                write!(self.to, "{},{column},{},{en},{ja}\r\n", one.line, finding.column.name())?;
            }
        }
        Ok(())
    }

    /// Whether anything was written.
    pub const fn begun(&self) -> bool {
        self.begun
    }

    /// Sees to it that everything is written.
    ///
    /// # Errors
    /// What the writer says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.to
    }
}

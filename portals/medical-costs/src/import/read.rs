//! Reads and parses rows in batches.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sekisho_site::extract;

use super::findings::Found;
use super::{Error, Plan};
use crate::rows::staging::Staged;
use crate::rules::extract::{Column, Finding, Header, Reason, RowRules, header, parse_row};
use crate::rules::month::Month;
use crate::rules::my_number;

/// Rows of one batch: enough to make staging quick, few enough to hold.
const BATCH: u64 = 10_000;

/// The rows of a file, not yet read.
pub(super) struct Rows<R: Read> {
    reader: extract::Reader<Counting<R>>,
    bytes: Arc<AtomicU64>,
    rules: RowRules,
    kept_from: Month,
    first: bool,
}

/// Some rows that were read.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) staged: Vec<Staged>,
    pub(super) findings: Vec<Found>,
    pub(super) read: u64,
    pub(super) refused: u64,
    pub(super) outdated: u64,
    /// The line of a My Number: nothing of the file may be taken.
    pub(super) my_number: Option<u64>,
    pub(super) last: bool,
}

impl<R: Read> Rows<R> {
    pub(super) fn new(file: R, plan: &Plan) -> Self {
        let bytes = Arc::new(AtomicU64::new(0));
        let reader = extract::Reader::new(Counting { inner: file, bytes: Arc::clone(&bytes) });
        let kept_from = plan.calendar.kept_from(plan.rules.today);
        Self { reader, bytes, rules: plan.rules.clone(), kept_from, first: true }
    }

    /// How many bytes of the file were read.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The next rows.
    ///
    /// # Errors
    /// When the file cannot be read on, or is none of claims.
    pub(super) fn batch(&mut self) -> Result<Batch, Error> {
        let mut batch = Batch::default();
        while batch.read < BATCH {
            let Some((line, row)) = self.reader.next() else {
                batch.last = true;
                break;
            };
            if std::mem::take(&mut self.first)
                && let Ok(row) = &row
            {
                match header(row) {
                    Header::None => {}
                    Header::Names => continue,
                    Header::Others => return Err(Error::Columns),
                    Header::MyNumber => return Err(Error::MyNumber(line)),
                }
            }
            batch.read += 1;
            match row {
                Ok(row) => self.take(line, &row, &mut batch),
                Err(extract::RowError::Encoding) => batch.refuse(line, whole_row(Reason::Encoding)),
                Err(extract::RowError::Form) => batch.refuse(line, whole_row(Reason::Form)),
                Err(extract::RowError::Io(error)) => return Err(Error::Unreadable(error.to_string())),
            }
            if batch.my_number.is_some() {
                break;
            }
        }
        Ok(batch)
    }

    fn take(&self, line: u64, row: &[String], batch: &mut Batch) {
        let forbidden = row.iter().position(|field| my_number::is_contained_in(field));
        if let Some(index) = forbidden {
            batch.my_number = Some(line);
            batch.refuse(line, vec![Finding { column: Column::at(index), reason: Reason::MyNumber }]);
            return;
        }
        match parse_row(row, &self.rules) {
            Ok(row) if row.bill.month < self.kept_from => batch.outdated += 1,
            Ok(row) => batch.staged.push(Staged { line, row }),
            Err(findings) => batch.refuse(line, findings),
        }
    }
}

impl Batch {
    fn refuse(&mut self, line: u64, findings: Vec<Finding>) {
        self.refused += 1;
        self.findings.push(Found { line, findings });
    }
}

fn whole_row(reason: Reason) -> Vec<Finding> {
    vec![Finding { column: Column::ROW, reason }]
}

/// Counts what is read through it.
struct Counting<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

//! Reads and parses rows in batches.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sekisho_domain::member::{
    Column, Finding, GivenId, GivenIds, Header, Marks, Reason, Record, Row, RowRules, header, parse_row,
};
use sekisho_site::extract;
use sekisho_store::members::staging::{Ask, Staged};

use super::findings::Found;
use super::{Error, Plan};

/// Rows of one batch: enough to make staging quick, few enough to hold.
const BATCH: usize = 10_000;

/// The rows of a file, not yet read.
pub(super) struct Rows<R: Read> {
    reader: extract::Reader<Counting<R>>,
    bytes: Arc<AtomicU64>,
    rules: RowRules,
    given_ids: Option<GivenIds>,
    first: bool,
}

/// Some rows that were read.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) staged: Vec<Staged>,
    pub(super) findings: Vec<Found>,
    pub(super) read: u64,
    pub(super) refused: u64,
    pub(super) noted: u64,
    pub(super) last: bool,
}

impl<R: Read> Rows<R> {
    pub(super) fn new(file: R, plan: &Plan) -> Self {
        let bytes = Arc::new(AtomicU64::new(0));
        let reader = extract::Reader::new(Counting { inner: file, bytes: Arc::clone(&bytes) });
        let (rules, given_ids) = (plan.rules.clone(), plan.given_ids.clone());
        Self { reader, bytes, rules, given_ids, first: true }
    }

    /// How many bytes of the file were read.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The next rows.
    ///
    /// # Errors
    /// When the file cannot be read on, or has a column for My Numbers.
    pub(super) fn batch(&mut self) -> Result<Batch, Error> {
        let mut batch = Batch::default();
        while batch.staged.len() < BATCH && batch.findings.len() < BATCH {
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
                    Header::MyNumber => return Err(Error::MyNumberColumn),
                }
            }
            batch.read += 1;
            match row {
                Ok(row) => self.take(line, &row, &mut batch),
                Err(extract::RowError::Encoding) => batch.refuse(line, whole_row(Reason::Encoding)),
                Err(extract::RowError::Form) => batch.refuse(line, whole_row(Reason::Form)),
                Err(extract::RowError::Io(error)) => return Err(Error::Unreadable(error.to_string())),
            }
        }
        Ok(batch)
    }

    fn take(&self, line: u64, row: &[String], batch: &mut Batch) {
        match parse_row(row, &self.rules) {
            Ok(Row::Keep { record, mut notices, .. }) => {
                let given_id = self.given_id(&record, &mut notices);
                batch.staged.push(Staged { line, ask: Ask::Keep(record, given_id) });
                if !notices.is_empty() {
                    batch.noted += 1;
                    batch.findings.push(Found { line, findings: notices });
                }
            }
            Ok(Row::Delete(person)) => batch.staged.push(Staged { line, ask: Ask::Delete(person) }),
            Err(findings) => batch.refuse(line, findings),
        }
    }

    /// The pre-issued ID of a record. Who should have one and cannot is kept without: the office has to know.
    fn given_id(&self, record: &Record, notices: &mut Vec<Finding>) -> Option<String> {
        let ids = self.given_ids.as_ref()?;
        match ids.of(record) {
            GivenId::Id(id) => Some(id),
            GivenId::None => None,
            GivenId::Misfit => {
                notices.push(Finding { column: misfit(ids, record), reason: Reason::NoGivenId });
                None
            }
        }
    }
}

/// Which of a record's numbers has no place in the template: the first that does not fit beside others that would.
fn misfit(ids: &GivenIds, record: &Record) -> Column {
    let fits = Marks::new("1");
    if ids.template.fill(&record.symbol, &fits, Some(&fits)).is_none() {
        Column::SYMBOL
    } else if ids.template.fill(&fits, &record.number, Some(&fits)).is_none() {
        Column::NUMBER
    } else {
        Column::BRANCH
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

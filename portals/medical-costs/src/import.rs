//! Imports an insurer's extract of claims.
//!
//! Rows are read and staged in batches, then weighed as a whole, then merged in one transaction. An import that is tried
//! out, held or fails leaves the bills as they were; one that is run again changes nothing; one whose file holds a My
//! Number is over at once.

use std::io::{Read, Write};

use jiff::civil::Date;
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use tokio::task::spawn_blocking;

mod findings;
mod read;

pub use findings::{Findings, Found};

use read::Rows;

use crate::rows::imports::{self, Import};
use crate::rows::{self, bills, staging};
use crate::rules::calendar::Calendar;
use crate::rules::extract::{Column, Finding, Reason, RowRules};
use crate::rules::intake::{Counts, Excess, Limits, judge};

/// Where an import happens.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The bills.
    pub db: &'a Db,
    /// The clock.
    pub door: &'a Door,
}

/// What is to be imported, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whose claims: the insurer's code word.
    pub insurer: String,
    /// How its rows are read.
    pub rules: RowRules,
    /// For how long bills are kept.
    pub calendar: Calendar,
    /// From where on the import is held.
    pub limits: Limits,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Merge even when it would be held.
    pub force: bool,
}

impl Plan {
    /// Imports an extract of the insurer `code`, whose 保険者番号 is `number`, on `today`.
    pub fn new((code, number): (&str, &str), calendar: Calendar, today: Date) -> Self {
        Self {
            insurer: code.to_owned(),
            rules: RowRules { insurer_number: number.to_owned(), today },
            calendar,
            limits: Limits::default(),
            dry_run: false,
            force: false,
        }
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file.
    pub bytes: u64,
    /// Rows of it.
    pub rows: u64,
}

/// How an import ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The bills are as the file says.
    Merged,
    /// Nothing was merged, as was asked for.
    Tried,
    /// Nothing was merged: somebody has to look first.
    Held(Vec<Excess>),
}

/// What became of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its number among the insurer's.
    pub number: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// What it found and did, or would have done.
    pub counts: Counts,
    /// How many rows of months before those that are kept were deleted.
    pub forgotten: u64,
}

/// Why an import could not be carried through. Nothing was merged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another import of this insurer is running.
    #[error("another import of {0} is running; if its process was lost, try again in ten minutes")]
    Running(String),
    /// This import stood still for so long that another took its place.
    #[error("the import stood still for ten minutes and was given up")]
    Lost,
    /// There is a My Number, or a column for them, in the file.
    #[error(
        "line {0} holds a My Number, or a column for them: these are never taken, so nothing of the file is"
    )]
    MyNumber(u64),
    /// The file has other columns, or ours in another order.
    #[error("the first line names other columns than those of an extract of claims, or in another order")]
    Columns,
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// What was found cannot be written down.
    #[error("the list of findings cannot be written: {0}")]
    Findings(#[source] std::io::Error),
    /// The rows cannot be stored.
    #[error(transparent)]
    Rows(#[from] rows::Error),
}

impl From<sekisho_site::db::Error> for Error {
    fn from(error: sekisho_site::db::Error) -> Self {
        Self::Rows(error.into())
    }
}

/// Imports the extract that `file` gives. What is wrong with its rows goes to `findings`, and `watch` hears after each
/// batch how far it is.
///
/// # Errors
/// See [`Error`]; nothing was merged then.
pub async fn import<R: Read + Send + 'static, W: Write>(
    place: Place<'_>,
    plan: &Plan,
    file: R,
    findings: &mut Findings<W>,
    watch: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    let begun = imports::begin(place.db, &plan.insurer, place.door.clock.now()).await?;
    let import = begun.ok_or_else(|| Error::Running(plan.insurer.clone()))?;
    let staged = stage((place, import), Rows::new(file, plan), findings, watch).await;
    let ended = match staged {
        Ok(counts) => {
            let outcome = decide(plan, &counts);
            end((place, import), (&outcome, &counts)).await.map(|()| (outcome, counts))
        }
        Err(error) => {
            abandon((place, import)).await?;
            Err(error)
        }
    };
    staging::clear(place.db, import).await?;
    let (outcome, counts) = ended?;
    let kept_from = plan.calendar.kept_from(plan.rules.today);
    let forgotten = match outcome {
        Outcome::Merged => bills::forget_before(place.db, &plan.insurer, kept_from).await?,
        Outcome::Tried | Outcome::Held(_) => 0,
    };
    Ok(Report { number: import.number, outcome, counts, forgotten })
}

async fn stage<R: Read + Send + 'static, W: Write>(
    (place, import): (Place<'_>, Import<'_>),
    mut rows: Rows<R>,
    findings: &mut Findings<W>,
    watch: &mut dyn FnMut(Progress),
) -> Result<Counts, Error> {
    let mut counts = Counts::default();
    loop {
        // Reading decodes, parses and hashes: it would keep the runtime's threads from others.
        let (back, batch) = spawn_blocking(move || {
            let batch = rows.batch();
            (rows, batch)
        })
        .await
        .map_err(|_| Error::Unreadable("reading it failed".to_owned()))?;
        rows = back;
        let batch = batch?;
        counts.read += batch.read;
        counts.refused += batch.refused;
        counts.outdated += batch.outdated;
        findings.write(&batch.findings).map_err(Error::Findings)?;
        if let Some(line) = batch.my_number {
            findings.flush().map_err(Error::Findings)?;
            return Err(Error::MyNumber(line));
        }
        staging::stage(place.db, import, &batch.staged, place.door.clock.now()).await?;
        watch(Progress { bytes: rows.bytes(), rows: counts.read });
        if batch.last {
            break;
        }
    }
    staging::tell_copies_apart(place.db, import).await?;
    let orphans = staging::refuse_orphans(place.db, import).await?;
    counts.refused += u64::try_from(orphans.len()).unwrap_or(u64::MAX);
    let orphans = orphans.into_iter().map(|line| Found {
        line,
        findings: vec![Finding { column: Column::CORRECTS, reason: Reason::NoOriginal }],
    });
    findings.write(&orphans.collect::<Vec<_>>()).map_err(Error::Findings)?;
    findings.flush().map_err(Error::Findings)?;
    let Counts { read, refused, outdated, .. } = counts;
    Ok(Counts { read, refused, outdated, ..staging::weigh(place.db, import).await? })
}

fn decide(plan: &Plan, counts: &Counts) -> Outcome {
    let excesses = judge(counts, &plan.limits);
    if plan.dry_run {
        Outcome::Tried
    } else if excesses.is_empty() || plan.force {
        Outcome::Merged
    } else {
        Outcome::Held(excesses)
    }
}

async fn end(
    (place, import): (Place<'_>, Import<'_>),
    (outcome, counts): (&Outcome, &Counts),
) -> Result<(), Error> {
    let result = match outcome {
        Outcome::Merged => "merged",
        Outcome::Tried => "tried",
        Outcome::Held(_) => "held",
    };
    let mut tx = place.db.begin().await?;
    if *outcome == Outcome::Merged {
        staging::merge(&mut tx, import).await?;
    }
    if !imports::end(&mut tx, import, (result, counts), place.door.clock.now()).await? {
        tx.rollback().await?;
        return Err(Error::Lost);
    }
    tx.commit().await?;
    tracing::info!(
        insurer = import.insurer,
        import = import.number,
        result,
        read = counts.read,
        "an import ended"
    );
    Ok(())
}

/// Ends an import that failed on the way.
async fn abandon((place, import): (Place<'_>, Import<'_>)) -> Result<(), Error> {
    let mut tx = place.db.begin().await?;
    imports::end(&mut tx, import, ("failed", &Counts::default()), place.door.clock.now()).await?;
    tx.commit().await?;
    tracing::warn!(insurer = import.insurer, import = import.number, "an import failed");
    Ok(())
}

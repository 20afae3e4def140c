//! Imports an insurer's extract of member records (design §6.12).
//!
//! Rows are read and staged in batches, then weighed as a whole, then merged in one short transaction. An import that
//! is tried out, held or fails leaves the records as they were; one that is run again changes nothing.

use std::io::{Read, Write};

use jiff::civil::Date;
use sekisho_domain::audit::{Event, MacKey};
use sekisho_domain::ids::{ImportId, InsurerCode};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::member::{Counts, Excess, GivenIds, Limits, RowRules, judge};
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_store::members::staging;
use sekisho_store::{self as store, audit};
use tokio::task::spawn_blocking;

mod findings;
mod read;

pub use findings::{Findings, Found};

use read::Rows;

use crate::state::State;

/// Where an import happens.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The records.
    pub db: &'a Db,
    /// The clock.
    pub door: &'a Door,
    /// What marks audit events.
    pub audit_key: &'a MacKey,
}

impl<'a> Place<'a> {
    /// The place of a running service.
    pub const fn of(state: &'a State) -> Self {
        Self { db: &state.db, door: &state.door, audit_key: &state.audit_key }
    }
}

/// What is to be imported, and how.
#[derive(Clone)]
pub struct Plan {
    /// Whose members.
    pub insurer: InsurerCode,
    /// How its rows are read.
    pub rules: RowRules,
    /// The IDs it gives out, which are made of each record.
    pub given_ids: Option<GivenIds>,
    /// From where on the import is held.
    pub limits: Limits,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Merge even when it would be held.
    pub force: bool,
}

impl Plan {
    /// Imports an insurer's extract on `today`, by its own rules and the usual limits.
    pub fn new(insurer: &Insurer, today: Date) -> Self {
        let others = insurer.extract.other_numbers.iter().cloned();
        let rules = RowRules {
            insurer_numbers: std::iter::once(insurer.number.clone()).chain(others).collect(),
            era_codes: insurer.extract.era_codes,
            kana: insurer.kana,
            today,
        };
        Self {
            insurer: insurer.code.clone(),
            rules,
            given_ids: insurer.given_ids.clone(),
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
    /// The records are as the file says.
    Merged,
    /// Nothing was merged, as was asked for.
    Tried,
    /// Nothing was merged: somebody has to look first.
    Held(Vec<Excess>),
}

/// What became of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// What it found and did, or would have done.
    pub counts: Counts,
    /// Rows that were taken although something in them was left out or mended, or makes no pre-issued ID.
    pub noted: u64,
}

/// Why an import could not be carried through. Nothing was merged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another import of this insurer is running.
    #[error("another import of {0} is running; if its process was lost, try again in ten minutes")]
    Running(InsurerCode),
    /// The file has a column for My Numbers.
    #[error("the file has a column for My Numbers, which are never taken: have it delivered without them")]
    MyNumberColumn,
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// What was found cannot be written down.
    #[error("the list of findings cannot be written: {0}")]
    Findings(#[source] std::io::Error),
    /// The rows cannot be stored.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<sekisho_site::db::Error> for Error {
    fn from(error: sekisho_site::db::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Imports the extract that `file` gives. What is wrong with its rows goes to `findings`, and `watch` hears after
/// each batch how far it is.
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
    let mut cx = place.door.cx();
    let import =
        staging::Import { id: ImportId::draw(&mut cx), insurer: &plan.insurer, kana: plan.rules.kana };
    if !staging::begin(place.db, import, cx.now).await? {
        return Err(Error::Running(plan.insurer.clone()));
    }
    let staged = stage(place, plan, import, Rows::new(file, plan), (findings, watch)).await;
    let ended = match staged {
        Ok((counts, noted)) => {
            let outcome = decide(plan, &counts);
            end(place, import, (&outcome, &counts)).await.map(|()| Report { outcome, counts, noted })
        }
        Err(error) => {
            abandon(place, import).await?;
            Err(error)
        }
    };
    staging::clear(place.db, import.id).await?;
    ended
}

async fn stage<R: Read + Send + 'static, W: Write>(
    place: Place<'_>,
    plan: &Plan,
    import: staging::Import<'_>,
    mut rows: Rows<R>,
    (findings, watch): (&mut Findings<W>, &mut dyn FnMut(Progress)),
) -> Result<(Counts, u64), Error> {
    let (mut read, mut refused, mut noted, mut good) = (0, 0, 0, 0);
    loop {
        // Reading decodes, parses and folds: it would keep the runtime's threads from others.
        let (back, batch) = spawn_blocking(move || {
            let batch = rows.batch();
            (rows, batch)
        })
        .await
        .map_err(|_| Error::Unreadable("reading it failed".to_owned()))?;
        rows = back;
        let batch = batch?;
        read += batch.read;
        refused += batch.refused;
        noted += batch.noted;
        good += u64::try_from(batch.staged.len()).unwrap_or(u64::MAX);
        findings.write(&batch.findings).map_err(Error::Findings)?;
        let last = batch.last;
        staging::stage(place.db, import, batch.staged, place.door.clock.now()).await?;
        watch(Progress { bytes: rows.bytes(), rows: read });
        if last {
            break;
        }
    }
    findings.flush().map_err(Error::Findings)?;
    let counts = staging::weigh(place.db, import, plan.rules.today).await?;
    let persons = staging::staged(place.db, import.id).await?;
    let repeated = good.saturating_sub(persons);
    Ok((Counts { read, refused, repeated, ..counts }, noted))
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
    place: Place<'_>,
    import: staging::Import<'_>,
    (outcome, counts): (&Outcome, &Counts),
) -> Result<(), Error> {
    let mut cx = place.door.cx();
    let result = match outcome {
        Outcome::Merged => "ok",
        Outcome::Tried => "tried",
        Outcome::Held(_) => "held",
    };
    let mut tx = place.db.begin().await?;
    if *outcome == Outcome::Merged {
        staging::merge(&mut tx, import, cx.now).await?;
    }
    staging::end(&mut tx, import.id, (result, counts), cx.now).await?;
    if *outcome != Outcome::Tried {
        let event = Event::import_run(import.insurer.clone(), result, &tally(counts));
        audit::append(&mut tx, place.audit_key, event, &mut cx).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn tally(counts: &Counts) -> [(&'static str, u64); 7] {
    [
        ("read", counts.read),
        ("refused", counts.refused),
        ("added", counts.added),
        ("changed", counts.changed),
        ("unchanged", counts.unchanged),
        ("lost", counts.lost),
        ("deleted", counts.deleted),
    ]
}

/// Ends an import that failed on the way.
async fn abandon(place: Place<'_>, import: staging::Import<'_>) -> Result<(), Error> {
    let mut cx = place.door.cx();
    let mut tx = place.db.begin().await?;
    staging::end(&mut tx, import.id, ("failed", &Counts::default()), cx.now).await?;
    let event = Event::import_run(import.insurer.clone(), "failed", &[]);
    audit::append(&mut tx, place.audit_key, event, &mut cx).await?;
    tx.commit().await?;
    Ok(())
}

//! The rows of an import under way, and their merge.
//!
//! Rows are staged in many small transactions and merged in one, so that an import that is held, fails or loses its
//! process leaves the bills as they were. Whether a row is known is decided by its content: the same file merged twice
//! changes nothing.

use std::sync::LazyLock;

use sekisho_base::Timestamp;
use sekisho_site::db::{Db, Row as DbRow, Statement, Tx, sql};

use super::Error;
use super::imports::{Import, PATIENCE, alive};
use crate::rules::extract::Row;
use crate::rules::intake::Counts;

mod text;

use text::{COLUMNS, Text};

/// Rows of one statement. `SQLite` looks every placeholder up by its name among all before it, so that many rows together
/// cost more than they save.
const TOGETHER: usize = 5;
/// Corrections that are looked at together.
const CORRECTIONS: i64 = 1_000;

/// One row to be staged.
#[derive(Clone, Debug)]
pub struct Staged {
    /// Its line in the file.
    pub line: u64,
    /// The row.
    pub row: Row,
}

/// Stages a batch of rows, and says that the import lives.
///
/// # Errors
/// What the database says; nothing of the batch is staged then.
pub async fn stage(db: &Db, import: Import<'_>, rows: &[Staged], now: Timestamp) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.allow(PATIENCE).await?;
    let (many, single) = rows.as_chunks::<TOGETHER>();
    for rows in many {
        tx.execute(bind(sql(*STAGE_MANY), import, rows)).await?;
    }
    for row in single {
        tx.execute(bind(sql(*STAGE_ONE), import, std::slice::from_ref(row))).await?;
    }
    alive(&mut tx, import, now).await?;
    tx.commit().await?;
    Ok(())
}

static STAGE_ONE: LazyLock<&'static str> = LazyLock::new(|| text::stage(1));
static STAGE_MANY: LazyLock<&'static str> = LazyLock::new(|| text::stage(TOGETHER));

fn bind(statement: Statement, import: Import<'_>, rows: &[Staged]) -> Statement {
    rows.iter().fold(statement, |statement, Staged { line, row }| {
        let (bill, amounts) = (&row.bill, &row.bill.amounts);
        statement
            .bind(import.insurer)
            .bind(import.number)
            .bind(i64::try_from(*line).unwrap_or(i64::MAX))
            .bind(1_i64)
            .bind(row.corrects)
            .bind(bill.person_key.as_str())
            .bind(bill.month.number())
            .bind(row.content())
            .bind(row.place())
            .bind(bill.institution.as_str())
            .bind(row.institution_code.as_str())
            .bind(bill.kind.code())
            .bind(row.takes())
            .bind(bill.days)
            .bind(amounts.total.get())
            .bind(amounts.meal_total.get())
            .bind(amounts.insurer.get())
            .bind(amounts.public.get())
            .bind(amounts.patient.get())
            .bind(amounts.meal_copay.get())
            .bind(amounts.refund.get())
            .bind(amounts.additional.get())
            .bind(bill.paid_on.map(|day| day.to_string()))
    })
}

/// Numbers equal rows of the file, so that each has its own key; to be called once all rows are staged.
///
/// # Errors
/// What the database says.
pub async fn tell_copies_apart(db: &Db, import: Import<'_>) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.allow(PATIENCE).await?;
    if tx.is_postgres() {
        // Its planner takes a table that has just been filled for empty, and compares every row with every other.
        tx.execute(sql("analyze staging")).await?;
        tx.execute(sql("analyze bills")).await?;
    }
    tx.execute(of(Text::COPIES, import)).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes corrections without an original out of what is staged, and gives their lines.
///
/// # Errors
/// What the database says.
pub async fn refuse_orphans(db: &Db, import: Import<'_>) -> Result<Vec<u64>, Error> {
    let mut tx = db.begin().await?;
    tx.allow(PATIENCE).await?;
    let mut lines = Vec::new();
    for row in tx.fetch_all(of(Text::ORPHANS, import)).await? {
        lines.push(row.get::<i64>("line")?);
    }
    for line in &lines {
        let delete = sql("delete from staging where insurer = $1 and import = $2 and line = $3 \
                 and corrects is not null");
        tx.execute(delete.bind(import.insurer).bind(import.number).bind(*line)).await?;
    }
    tx.commit().await?;
    Ok(lines.into_iter().map(|line| u64::try_from(line).unwrap_or(0)).collect())
}

/// What merging the staged rows would do. `read`, `refused` and `outdated` are left to the caller.
///
/// # Errors
/// What the database says.
pub async fn weigh(db: &Db, import: Import<'_>) -> Result<Counts, Error> {
    let mut tx = db.begin().await?;
    tx.allow(PATIENCE).await?;
    let row = tx.fetch_one(of(Text::WEIGH, import)).await?;
    tx.rollback().await?;
    Ok(Counts {
        added: count(&row, "added")?,
        corrections: count(&row, "corrections")?,
        changed: count(&row, "changed")?,
        known: count(&row, "known")?,
        ..Counts::default()
    })
}

fn count(row: &DbRow, column: &str) -> Result<u64, Error> {
    Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0))
}

/// Merges the staged rows: originals not known before are added and numbered, what was paid back since is filled in, and
/// corrections not known before take from their originals or replace them.
///
/// # Errors
/// What the database says; nothing of the transaction may be committed then.
pub async fn merge(tx: &mut Tx, import: Import<'_>) -> Result<(), Error> {
    tx.allow(PATIENCE).await?;
    tx.execute(of(Text::CHANGE, import)).await?;
    // A correction may name an original of its own file; so corrections come last.
    tx.execute(of(Text::ADD, import)).await?;
    let mut after = -1;
    loop {
        let batch = tx.fetch_all(of(Text::CORRECTIONS, import).bind(after).bind(CORRECTIONS)).await?;
        let Some(last) = batch.last() else { break };
        after = last.get("line")?;
        for row in &batch {
            correct(tx, import, row).await?;
        }
    }
    tx.execute(of(Text::MONTHS, import)).await?;
    Ok(())
}

/// Merges one correction. One that replaces says what the bill is now: whatever counted of it no longer does.
async fn correct(tx: &mut Tx, import: Import<'_>, row: &DbRow) -> Result<(), Error> {
    let (line, number): (i64, i64) = (row.get("line")?, row.get("corrects")?);
    if !row.get::<bool>("takes")? {
        tx.execute(of(Text::REPLACE, import).bind(line).bind(number)).await?;
    }
    tx.execute(of(Text::CORRECT, import).bind(line)).await?;
    Ok(())
}

/// A statement whose first two values are the import's.
fn of(text: Text, import: Import<'_>) -> Statement {
    sql(text.sql()).bind(import.insurer).bind(import.number)
}

/// Takes the staged rows of an ended import away, some at a time: others write in between.
///
/// # Errors
/// What the database says; the next import of the insurer clears what is left.
pub async fn clear(db: &Db, import: Import<'_>) -> Result<(), Error> {
    let delete = "delete from staging where insurer = $1 and import = $2 and person in \
         (select person from staging where insurer = $1 and import = $2 limit 5000)";
    while db.execute(sql(delete).bind(import.insurer).bind(import.number)).await? > 0 {}
    Ok(())
}

const _: () = assert!(COLUMNS.len() == 23, "as many as `bind` binds");

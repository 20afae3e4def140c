//! The rows of an import under way, and their merge.
//!
//! Rows are staged in many small transactions and merged in one short one, so that an import that is held, fails or
//! loses its process leaves the records as they were.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::civil::Date;
use sekisho_base::Timestamp;
use sekisho_domain::ids::{ImportId, InsurerCode, PersonKey};
use sekisho_domain::kana;
use sekisho_domain::member::{Counts, Record};
use sekisho_site::db::{Db, Statement, Tx, Value, sql};

use super::columns::{COLUMNS, count, values};
use crate::Error;

/// Rows of one statement. `SQLite` looks every placeholder up by its name among all before it, so that many rows together
/// cost more than they save.
const TOGETHER: usize = 5;
/// An import that has not moved for so long has lost its process.
const LOST: Duration = Duration::from_mins(10);
/// How long the statements of an import may take.
const PATIENCE: Duration = Duration::from_mins(30);

/// One row to be staged.
pub struct Staged {
    /// Its line in the file.
    pub line: u64,
    /// What it asks for.
    pub ask: Ask,
}

/// What a row asks for.
pub enum Ask {
    /// The record as it is now, and the pre-issued ID that the insurer's template makes of it.
    Keep(Box<Record>, Option<String>),
    /// The person is to be forgotten.
    Delete(PersonKey),
}

impl Ask {
    const fn person(&self) -> &PersonKey {
        match self {
            Self::Keep(record, _) => &record.person,
            Self::Delete(person) => person,
        }
    }

    /// Whether this, standing later in the file, replaces `earlier`: the newer record does, then the later cover of
    /// a person who was hired again, then the later line.
    fn replaces(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (Self::Keep(new, _), Self::Keep(old, _)) => {
                (new.updated_at, new.acquired_on) >= (old.updated_at, old.acquired_on)
            }
            _ => true,
        }
    }
}

/// An import under way.
#[derive(Clone, Copy)]
pub struct Import<'a> {
    /// Its id.
    pub id: ImportId,
    /// Whose members.
    pub insurer: &'a InsurerCode,
    /// How names are folded.
    pub kana: kana::Options,
}

/// Begins an import, unless another of the same insurer is running. What a lost one has left is taken away.
///
/// # Errors
/// What the database says.
pub async fn begin(db: &Db, import: Import<'_>, now: Timestamp) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    tx.allow(PATIENCE).await?;
    let lost = sql("update member_imports set ended_at = $2, outcome = 'lost' \
         where insurer = $1 and ended_at is null and alive_at < $3");
    tx.execute(lost.text(import.insurer).bind(now).bind(now - LOST)).await?;
    let left = sql("delete from member_staging where import in \
         (select id from member_imports where insurer = $1 and ended_at is not null)");
    tx.execute(left.text(import.insurer)).await?;
    let statement =
        sql("insert into member_imports (id, insurer, started_at, alive_at) values ($1, $2, $3, $3) \
         on conflict do nothing");
    let begun = tx.execute(statement.text(import.id).text(import.insurer).bind(now)).await? == 1;
    tx.commit().await?;
    Ok(begun)
}

/// Stages a batch of rows, and says that the import lives. Rows of a person staged before count by their own rule:
/// the newer record, the later cover, the later line.
///
/// # Errors
/// What the database says; nothing of the batch is staged then.
pub async fn stage(db: &Db, import: Import<'_>, rows: Vec<Staged>, now: Timestamp) -> Result<(), Error> {
    let mut latest: HashMap<PersonKey, Staged> = HashMap::with_capacity(rows.len());
    for row in rows {
        match latest.get(row.ask.person()) {
            Some(earlier) if !row.ask.replaces(&earlier.ask) => {}
            _ => drop(latest.insert(row.ask.person().clone(), row)),
        }
    }
    let mut rows: Vec<Staged> = latest.into_values().collect();
    rows.sort_unstable_by_key(|row| row.line);
    let mut tx = db.begin().await?;
    tx.allow(PATIENCE).await?;
    let (many, single) = rows.as_chunks::<TOGETHER>();
    for rows in many {
        tx.execute(bind(sql(*STAGE_MANY), import, rows)).await?;
    }
    for row in single {
        tx.execute(bind(sql(*STAGE_ONE), import, std::slice::from_ref(row))).await?;
    }
    tx.execute(sql("update member_imports set alive_at = $2 where id = $1").text(import.id).bind(now))
        .await?;
    tx.commit().await?;
    Ok(())
}

fn bind(statement: Statement, import: Import<'_>, rows: &[Staged]) -> Statement {
    rows.iter().fold(statement, |statement, row| {
        let line = i64::try_from(row.line).unwrap_or(i64::MAX);
        let statement = statement.text(import.id).bind(line);
        match &row.ask {
            Ask::Keep(record, given_id) => {
                let values = values(import.insurer, (record, given_id.as_deref()), import.kana);
                values.into_iter().fold(statement.bind(false), Statement::bind)
            }
            Ask::Delete(person) => {
                let keys: [Value; 2] = [import.insurer.as_str().into(), person.as_str().into()];
                let nulls = COLUMNS.iter().skip(keys.len()).map(|(_, null)| null.clone());
                keys.into_iter().chain(nulls).fold(statement.bind(true), Statement::bind)
            }
        }
    })
}

/// What merging the staged rows would do. `read` and `refused` are left to the caller.
///
/// # Errors
/// What the database says.
pub async fn weigh(db: &Db, import: Import<'_>, today: Date) -> Result<Counts, Error> {
    let mut tx = db.begin().await?;
    tx.allow(PATIENCE).await?;
    let row = tx.fetch_one(sql(*WEIGH).text(import.id).text(today)).await?;
    let covered = tx.fetch_one(sql(COVERED).text(import.insurer).text(today)).await?;
    tx.rollback().await?;
    Ok(Counts {
        added: count(&row, "added")?,
        changed: count(&row, "changed")?,
        unchanged: count(&row, "unchanged")?,
        older: count(&row, "older")?,
        lost: count(&row, "lost")?,
        deleted: count(&row, "deleted")?,
        covered: count(&covered, "covered")?,
        ..Counts::default()
    })
}

/// How many persons are staged.
///
/// # Errors
/// What the database says.
pub async fn staged(db: &Db, import: ImportId) -> Result<u64, Error> {
    let statement = sql("select count(*) as staged from member_staging where import = $1");
    count(&db.fetch_one(statement.text(import)).await?, "staged")
}

/// Merges the staged rows into the records: new persons are added, records that differ and are not older are
/// replaced, persons to be forgotten are.
///
/// # Errors
/// What the database says; the records are as before then.
pub async fn merge(tx: &mut Tx, import: Import<'_>, now: Timestamp) -> Result<(), Error> {
    tx.allow(PATIENCE).await?;
    tx.execute(sql(*MERGE).text(import.id).bind(now)).await?;
    let forget = sql("delete from members where insurer = $1 and person_key in \
         (select person_key from member_staging where import = $2 and deletes)");
    tx.execute(forget.text(import.insurer).text(import.id)).await?;
    Ok(())
}

/// Ends an import with its outcome. Its staged rows are [cleared](clear) afterwards.
///
/// # Errors
/// What the database says.
pub async fn end(
    tx: &mut Tx,
    import: ImportId,
    (outcome, counts): (&str, &Counts),
    now: Timestamp,
) -> Result<(), Error> {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let statement =
        sql("update member_imports set ended_at = $2, outcome = $3, rows_read = $4, rows_refused = $5, \
         added = $6, changed = $7, unchanged = $8, lost = $9, deleted = $10 where id = $1");
    let statement = statement
        .text(import)
        .bind(now)
        .bind(outcome)
        .bind(number(counts.read))
        .bind(number(counts.refused))
        .bind(number(counts.added))
        .bind(number(counts.changed))
        .bind(number(counts.unchanged))
        .bind(number(counts.lost))
        .bind(number(counts.deleted));
    tx.execute(statement).await?;
    Ok(())
}

/// Takes the staged rows of an ended import away, some at a time: others write in between.
///
/// # Errors
/// What the database says; the next import of the insurer clears what is left.
pub async fn clear(db: &Db, import: ImportId) -> Result<(), Error> {
    let statement = sql("delete from member_staging where import = $1 and person_key in \
         (select person_key from member_staging where import = $1 limit 5000)");
    while db.execute(statement.clone().text(import)).await? > 0 {}
    Ok(())
}

static STAGE_ONE: LazyLock<&'static str> = LazyLock::new(|| stage_text(1));
static STAGE_MANY: LazyLock<&'static str> = LazyLock::new(|| stage_text(TOGETHER));

/// Lives as long as the program, as all statements do; made of the names of columns alone.
fn stage_text(rows: usize) -> &'static str {
    let names = ["import", "line", "deletes"].into_iter().chain(COLUMNS.iter().map(|(name, _)| *name));
    let names: Vec<&str> = names.collect();
    let places = (0..rows).map(|row| {
        let places = (1..=names.len()).map(|place| format!("${}", row * names.len() + place));
        format!("({})", places.collect::<Vec<_>>().join(", "))
    });
    let places = places.collect::<Vec<_>>().join(", ");
    let replaced = names.iter().filter(|name| !matches!(**name, "import" | "person_key"));
    let replaced = replaced.map(|name| format!("{name} = excluded.{name}")).collect::<Vec<_>>().join(", ");
    let text = format!(
        "insert into member_staging ({}) values {places} on conflict (import, person_key) do update set {replaced} \
         where excluded.deletes or member_staging.deletes or \
         (coalesce(excluded.updated_at, 0), excluded.acquired_on) >= \
         (coalesce(member_staging.updated_at, 0), member_staging.acquired_on)",
        names.join(", ")
    );
    text.leak()
}

/// Whether what is staged is older than what is known.
const OLDER: &str = "coalesce(s.updated_at < m.updated_at, false)";

const COVERED: &str = "select count(*) as covered from members \
    where insurer = $1 and acquired_on <= $2 and (lost_on is null or lost_on > $2)";

static WEIGH: LazyLock<&'static str> = LazyLock::new(|| {
    let sum = |what: &str, name: &str| {
        format!("cast(coalesce(sum(case when {what} then 1 else 0 end), 0) as bigint) as {name}")
    };
    let text = format!(
        "select {}, {}, {}, {}, {}, {} from member_staging s left join members m \
         on m.insurer = s.insurer and m.person_key = s.person_key where s.import = $1",
        sum("not s.deletes and m.person_key is null", "added"),
        sum(&format!("not s.deletes and m.content <> s.content and not {OLDER}"), "changed"),
        sum("not s.deletes and m.content = s.content", "unchanged"),
        sum(&format!("not s.deletes and m.content <> s.content and {OLDER}"), "older"),
        sum(
            &format!(
                "m.acquired_on <= $2 and (m.lost_on is null or m.lost_on > $2) \
                 and (s.deletes or (s.lost_on <= $2 and not {OLDER}))"
            ),
            "lost"
        ),
        sum("s.deletes and m.person_key is not null", "deleted"),
    );
    text.leak()
});

static MERGE: LazyLock<&'static str> = LazyLock::new(|| {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let replaced = names.iter().filter(|name| !matches!(**name, "insurer" | "person_key"));
    let replaced = replaced.map(|name| format!("{name} = excluded.{name}")).collect::<Vec<_>>().join(", ");
    let names = names.join(", ");
    let text = format!(
        "insert into members ({names}, imported_at) select {names}, cast($2 as bigint) from member_staging \
         where import = $1 and not deletes \
         on conflict (insurer, person_key) do update set {replaced}, imported_at = excluded.imported_at \
         where members.content <> excluded.content \
         and not coalesce(excluded.updated_at < members.updated_at, false)"
    );
    text.leak()
});

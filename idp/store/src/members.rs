//! Member records, as imported: read to find and to show a person, written by imports only.

use jiff::civil::Date;
use sekisho_domain::ids::{InsurerCode, PersonKey};
use sekisho_domain::member::{Marks, Record};
use sekisho_site::db::{Db, Row, sql};

use crate::Error;

mod columns;
pub mod staging;

use columns::record;

/// More records than any household with all its former members has; what lies beyond fails closed, as nobody is found.
const MOST_CANDIDATES: usize = 200;

/// The records of an insurer that carry a symbol and a number, whether zeros in front of them count or not:
/// [`sekisho_domain::member::proof`] compares them again.
///
/// # Errors
/// [`Error::Damaged`] when one of them cannot be read.
pub async fn candidates(
    db: &Db,
    insurer: &InsurerCode,
    symbol: &Marks,
    number: &Marks,
) -> Result<Vec<Record>, Error> {
    let statement = sql("select * from members where insurer = $1 and symbol_nz = $2 and number_nz = $3 \
         limit 201");
    few(&db.fetch_all(statement.text(insurer).bind(symbol.norm_nz()).bind(number.norm_nz())).await?)
}

/// Rows in the order of their keys. It is made here: asked for it, `SQLite` would read all of an insurer's members along
/// the primary key rather than the few that an index names.
fn few(rows: &[Row]) -> Result<Vec<Record>, Error> {
    if rows.len() > MOST_CANDIDATES {
        return Ok(Vec::new());
    }
    let mut records = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
    records.sort_by(|left, right| left.person.cmp(&right.person));
    Ok(records)
}

/// The records of an insurer with a pre-issued ID, which its template made at their last import: one where the
/// template tells every person apart. [`sekisho_domain::member::given`] weighs them.
///
/// # Errors
/// [`Error::Damaged`] when one of them cannot be read.
pub async fn by_given_id(db: &Db, insurer: &InsurerCode, folded: &str) -> Result<Vec<Record>, Error> {
    let statement = sql("select * from members where insurer = $1 and given_id = $2 limit 201");
    few(&db.fetch_all(statement.text(insurer).bind(folded)).await?)
}

/// A person's record.
///
/// # Errors
/// [`Error::Damaged`] when it cannot be read.
pub async fn get(db: &Db, insurer: &InsurerCode, person: &PersonKey) -> Result<Option<Record>, Error> {
    let statement = sql("select * from members where insurer = $1 and person_key = $2");
    db.fetch_optional(statement.text(insurer).text(person)).await?.as_ref().map(record).transpose()
}

/// The records of a household, the insured person's first.
///
/// # Errors
/// [`Error::Damaged`] when one of them cannot be read.
pub async fn household(db: &Db, insurer: &InsurerCode, household: &PersonKey) -> Result<Vec<Record>, Error> {
    let statement = sql("select * from members where insurer = $1 and household_key = $2 \
         order by position desc, branch, person_key");
    let rows = db.fetch_all(statement.text(insurer).text(household)).await?;
    rows.iter().map(record).collect()
}

/// How many records an insurer has, and how many of them are covered on `today` as the extracts say.
///
/// # Errors
/// What kept the database from counting.
pub async fn counts(db: &Db, insurer: &InsurerCode, today: Date) -> Result<(u64, u64), Error> {
    let statement = sql("select count(*) as known, \
         cast(coalesce(sum(case when acquired_on <= $2 and (lost_on is null or lost_on > $2) then 1 else 0 end), 0) \
         as bigint) as covered from members where insurer = $1");
    let row = db.fetch_one(statement.text(insurer).text(today)).await?;
    Ok((columns::count(&row, "known")?, columns::count(&row, "covered")?))
}

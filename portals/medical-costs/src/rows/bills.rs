//! Bills, as members read them.

use std::collections::BTreeSet;

use sekisho_site::db::{Db, Row, sql};

use super::{Error, damaged};
use crate::rules::amounts::{Amounts, Yen};
use crate::rules::bill::{Bill, Entry};
use crate::rules::kind::Kind;
use crate::rules::month::Month;

/// The rows of one person in some months.
#[derive(Debug, Default)]
pub struct Rows {
    /// Those that count.
    pub entries: Vec<Entry>,
    /// The deliveries that brought, changed or replaced any of them.
    pub imports: BTreeSet<i64>,
}

/// The rows of an insurer's person in the months from `from` to `to`.
///
/// # Errors
/// What the database says, or that a row cannot be read.
pub async fn of_person(
    db: &Db,
    insurer: &str,
    person: &str,
    (from, to): (Month, Month),
) -> Result<Rows, Error> {
    let query = sql(
        "select person, month, place, institution, kind, number, takes, days, total, meal_total, insurer_paid, \
             public_paid, patient_paid, meal_copay, refund, additional, paid_on, import, changed_by, replaced_by \
             from bills \
             where insurer = $1 and person = $2 and month >= $3 and month <= $4 order by import, number, content, copy",
    );
    let query = query.bind(insurer).bind(person).bind(from.number()).bind(to.number());
    let mut rows = Rows::default();
    for row in db.fetch_all(query).await? {
        rows.imports.insert(row.get("import")?);
        rows.imports.extend(row.get::<Option<i64>>("changed_by")?);
        match row.get::<Option<i64>>("replaced_by")? {
            Some(later) => drop(rows.imports.insert(later)),
            None => rows.entries.push(entry(&row)?),
        }
    }
    Ok(rows)
}

fn entry(row: &Row) -> Result<Entry, Error> {
    let yen = |column| row.get::<i64>(column).map(Yen);
    let month: i64 = row.get("month")?;
    let kind: String = row.get("kind")?;
    let paid_on: Option<String> = row.get("paid_on")?;
    let bill = Bill {
        person_key: row.get("person")?,
        month: Month::from_number(month).ok_or_else(|| damaged("bills", month))?,
        institution: row.get("institution")?,
        kind: Kind::of_code(&kind).ok_or_else(|| damaged("bills", &kind))?,
        days: row.get("days")?,
        amounts: Amounts {
            total: yen("total")?,
            meal_total: yen("meal_total")?,
            insurer: yen("insurer_paid")?,
            public: yen("public_paid")?,
            patient: yen("patient_paid")?,
            meal_copay: yen("meal_copay")?,
            refund: yen("refund")?,
            additional: yen("additional")?,
        },
        paid_on: paid_on.map(|day| day.parse().map_err(|_| damaged("bills", month))).transpose()?,
        corrected: false,
    };
    Ok(Entry { bill, place: row.get("place")?, number: row.get("number")?, takes: row.get("takes")? })
}

/// Deletes an insurer's bills of months before `first`, and counts the rows.
///
/// # Errors
/// What the database says.
pub async fn forget_before(db: &Db, insurer: &str, first: Month) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    tx.allow(super::imports::PATIENCE).await?;
    let delete = sql("delete from bills where insurer = $1 and month < $2");
    let deleted = tx.execute(delete.bind(insurer).bind(first.number())).await?;
    tx.commit().await?;
    Ok(deleted)
}

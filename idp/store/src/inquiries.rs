//! Questions to an office.

use sekisho_base::{Language, Timestamp};
use sekisho_domain::ids::{InquiryId, InsurerCode};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// Its id.
    pub id: InquiryId,
    /// Whose office is asked.
    pub insurer: InsurerCode,
    /// Where the answer goes.
    pub email: String,
    /// In which language.
    pub language: Language,
    /// The sealed question.
    pub message: Vec<u8>,
    /// When it was asked.
    pub created_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

/// Stores a question.
///
/// # Errors
/// [`Error::Driver`].
pub async fn insert(tx: &mut Tx, inquiry: &Inquiry) -> Result<(), Error> {
    let insert = "insert into inquiries (insurer, id, email, language, message, created_at, answered_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let statement = sql(insert)
        .text(&inquiry.insurer)
        .text(inquiry.id)
        .bind(&inquiry.email)
        .bind(inquiry.language.tag())
        .bind(&inquiry.message)
        .bind(inquiry.created_at)
        .bind(inquiry.answered_at);
    tx.execute(statement).await?;
    Ok(())
}

/// The newest `count` questions to an office.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn list(db: &Db, insurer: &InsurerCode, count: u32) -> Result<Vec<Inquiry>, Error> {
    let find = "select insurer, id, email, language, message, created_at, answered_at from inquiries
        where insurer = $1 order by created_at desc, id desc limit $2";
    let rows = db.fetch_all(sql(find).text(insurer).bind(count)).await?;
    rows.iter()
        .map(|row| {
            let row = Named::new(row, "inquiries", "id");
            Ok(Inquiry {
                id: row.parse("id")?,
                insurer: row.parse("insurer")?,
                email: row.get("email")?,
                language: row.parse("language")?,
                message: row.get("message")?,
                created_at: row.get("created_at")?,
                answered_at: row.get("answered_at")?,
            })
        })
        .collect()
}

/// Marks a question as answered. False when it was, or is another office's.
///
/// # Errors
/// [`Error::Driver`].
pub async fn answer(
    tx: &mut Tx,
    insurer: &InsurerCode,
    id: InquiryId,
    now: Timestamp,
) -> Result<bool, Error> {
    let answer =
        "update inquiries set answered_at = $3 where insurer = $1 and id = $2 and answered_at is null";
    Ok(tx.execute(sql(answer).text(insurer).text(id).bind(now)).await? == 1)
}

//! What was accepted, and what it said.

use std::collections::HashSet;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::{AccountId, InsurerCode};
use sekisho_domain::terms::{Acceptance, Document, Owner};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// Where everything is accepted so far.
const CHANNEL: &str = "web";

/// Whether a document was published before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// This version is new.
    New,
    /// This version was published with the same text.
    Same,
    /// This version was published with another text: it must not be used.
    Changed,
}

/// Records an acceptance. Accepting the same version again changes nothing.
///
/// # Errors
/// [`Error::Driver`].
pub async fn insert(
    tx: &mut Tx,
    (insurer, account): (&InsurerCode, AccountId),
    acceptance: &Acceptance,
) -> Result<(), Error> {
    let insert = "insert into acceptances (insurer, account, document, version, mode, channel, accepted_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
    let statement = sql(insert)
        .text(insurer)
        .text(account)
        .bind(&acceptance.document)
        .bind(&acceptance.version)
        .bind(acceptance.mode.as_str())
        .bind(CHANNEL)
        .bind(acceptance.at);
    tx.execute(statement).await?;
    Ok(())
}

/// What an account accepted at an insurer, oldest first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(
    db: &Db,
    insurer: &InsurerCode,
    account: AccountId,
) -> Result<Vec<Acceptance>, Error> {
    let find = "select account, document, version, mode, accepted_at from acceptances
        where insurer = $1 and account = $2 order by accepted_at, document, version";
    let rows = db.fetch_all(sql(find).text(insurer).text(account)).await?;
    rows.iter()
        .map(|row| {
            let row = Named::new(row, "acceptances", "account");
            Ok(Acceptance {
                document: row.get("document")?,
                version: row.get("version")?,
                at: row.get("accepted_at")?,
                mode: row.parse("mode")?,
            })
        })
        .collect()
}

/// Which texts were published before.
#[derive(Debug)]
pub struct Known(HashSet<(String, String, String, Digest)>);

impl Known {
    /// Reads them all at once: an installation of many insurers has thousands.
    ///
    /// # Errors
    /// [`Error::Driver`] or [`Error::Damaged`].
    pub async fn read(db: &Db) -> Result<Self, Error> {
        let rows = db.fetch_all(sql("select owner, document, version, digest from terms_published")).await?;
        let texts = rows.iter().map(|row| {
            let row = Named::new(row, "terms_published", "document");
            Ok((row.get("owner")?, row.get("document")?, row.get("version")?, row.get("digest")?))
        });
        texts.collect::<Result<_, Error>>().map(Self)
    }

    /// Whether this version was published with this text.
    pub fn has(&self, insurer: &InsurerCode, document: &Document) -> bool {
        let owner = owner(insurer, document).to_owned();
        self.0.contains(&(owner, document.id.clone(), document.version.clone(), document.digest()))
    }
}

/// The operator's documents are the same for all.
fn owner<'a>(insurer: &'a InsurerCode, document: &Document) -> &'a str {
    match document.owner {
        Owner::Insurer => insurer.as_str(),
        Owner::Operator => "-",
    }
}

/// Remembers what a version of a document says, when it is first served.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn publish(
    tx: &mut Tx,
    insurer: &InsurerCode,
    document: &Document,
    now: Timestamp,
) -> Result<Published, Error> {
    let owner = owner(insurer, document);
    let insert = "insert into terms_published (owner, document, version, digest, published_at)
        values ($1, $2, $3, $4, $5) on conflict do nothing";
    let statement =
        sql(insert).bind(owner).bind(&document.id).bind(&document.version).bind(document.digest()).bind(now);
    if tx.execute(statement).await? == 1 {
        return Ok(Published::New);
    }
    let find =
        "select document, digest from terms_published where owner = $1 and document = $2 and version = $3";
    let row = tx.fetch_one(sql(find).bind(owner).bind(&document.id).bind(&document.version)).await?;
    let same = Named::new(&row, "terms_published", "document").get::<Digest>("digest")? == document.digest();
    Ok(if same { Published::Same } else { Published::Changed })
}

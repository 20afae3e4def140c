//! What the rows know of refresh tokens: nothing of any token, but from what a grant's are computed and which lives.

use sekisho_base::Timestamp;
use sekisho_domain::ids::{AccountId, ClientId, GrantId, InsurerCode};
use sekisho_domain::oidc::refresh::{self, CAP, GRACE, IDLE};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// Whose refresh tokens a grant's are, and from what they are computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// The client.
    pub client: ClientId,
    /// Whose grant it is.
    pub account: AccountId,
    /// Under whose membership.
    pub insurer: InsurerCode,
    /// Which of the tokens lives, if the grant does.
    pub generation: i64,
    /// What goes into each token.
    pub salt: Vec<u8>,
}

/// The family of a grant that has refresh tokens, whether or not it still lives.
///
/// # Errors
/// [`Error::Damaged`] when the row cannot be read.
pub async fn family(db: &Db, id: GrantId) -> Result<Option<Family>, Error> {
    let statement = sql("select id, client, account, insurer, generation, salt from grants \
         where id = $1 and salt is not null");
    let Some(row) = db.fetch_optional(statement.text(id)).await? else { return Ok(None) };
    let row = Named::new(&row, "grants", "id");
    Ok(Some(Family {
        client: row.parse("client")?,
        account: row.parse("account")?,
        insurer: row.parse("insurer")?,
        generation: row.get("generation")?,
        salt: row.get("salt")?,
    }))
}

/// What came of using a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// This generation lives now: the next one, the same of a token that is kept, or, within the grace, the one that has
    /// taken the place of what was shown.
    To(i64),
    /// An old token came back: the grant has ended with this call, and only this call says so.
    Replayed,
    /// The grant has ended, or lay unused for too long, or is too old.
    Over,
}

/// Replaces generation `shown` of a public client's token by the next. Of any number at once one does; the others are
/// within the grace.
///
/// # Errors
/// When the row cannot be read or written.
pub async fn rotate(tx: &mut Tx, id: GrantId, shown: i64, now: Timestamp) -> Result<Turn, Error> {
    let statement = sql("update grants set generation = generation + 1, rotated_at = $3 \
         where id = $1 and generation = $2 and ended_at is null and salt is not null \
         and created_at > $4 and coalesce(rotated_at, created_at) > $5 returning generation");
    let statement = statement.text(id).bind(shown).bind(now).bind(now - CAP).bind(now - IDLE);
    match tx.fetch_optional(statement).await? {
        Some(row) => Ok(Turn::To(Named::new(&row, "grants", "generation").get("generation")?)),
        None => missed(tx, id, shown, now).await,
    }
}

/// Why nothing was replaced: the grant is over, the successor is on its way already, or an old token came back.
async fn missed(tx: &mut Tx, id: GrantId, shown: i64, now: Timestamp) -> Result<Turn, Error> {
    let statement = sql("select id, generation, coalesce(rotated_at, created_at) as used_at, created_at \
         from grants where id = $1 and ended_at is null and salt is not null");
    let Some(row) = tx.fetch_optional(statement.text(id)).await? else { return Ok(Turn::Over) };
    let row = Named::new(&row, "grants", "id");
    let (generation, used_at): (i64, Timestamp) = (row.get("generation")?, row.get("used_at")?);
    if !refresh::is_live(row.get("created_at")?, used_at, now) || generation <= shown {
        return Ok(Turn::Over);
    }
    if generation == shown + 1 && now < used_at + GRACE {
        return Ok(Turn::To(generation));
    }
    let end = sql("update grants set ended_at = $2, end_reason = 'refresh replayed' \
         where id = $1 and ended_at is null");
    let ended = tx.execute(end.text(id).bind(now)).await? == 1;
    Ok(if ended { Turn::Replayed } else { Turn::Over })
}

/// Notes that a confidential client used the token it keeps.
///
/// # Errors
/// When the row cannot be written.
pub async fn keep(tx: &mut Tx, id: GrantId, shown: i64, now: Timestamp) -> Result<Turn, Error> {
    let statement = sql("update grants set rotated_at = $3 \
         where id = $1 and generation = $2 and ended_at is null and salt is not null \
         and created_at > $4 and coalesce(rotated_at, created_at) > $5 returning generation");
    let statement = statement.text(id).bind(shown).bind(now).bind(now - CAP).bind(now - IDLE);
    let row = tx.fetch_optional(statement).await?;
    Ok(row.map_or(Turn::Over, |_| Turn::To(shown)))
}

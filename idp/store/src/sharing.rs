//! What people of a household said about who sees what of them.

use sekisho_base::Timestamp;
use sekisho_domain::ids::{AccountId, InsurerCode, PersonKey};
use sekisho_domain::member::Standing;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;

/// What is known of a person at an insurer beside the record.
///
/// # Errors
/// [`Error::Driver`].
pub async fn standing(db: &Db, insurer: &InsurerCode, person: &PersonKey) -> Result<Standing, Error> {
    let find = "select
        (select id from memberships where insurer = $1 and person_key = $2 and ended_at is null) as membership,
        (select shares from sharing where insurer = $1 and person_key = $2) as shares";
    let row = db.fetch_one(sql(find).text(insurer).text(person)).await?;
    let membership: Option<String> = row.get("membership")?;
    Ok(Standing { has_account: membership.is_some(), shares: row.get("shares")? })
}

/// Keeps what a person says. False when they have said the same before.
///
/// # Errors
/// [`Error::Driver`].
pub async fn decide(
    tx: &mut Tx,
    (insurer, person): (&InsurerCode, &PersonKey),
    shares: bool,
    (account, now): (AccountId, Timestamp),
) -> Result<bool, Error> {
    let decide =
        "insert into sharing (insurer, person_key, shares, account, decided_at) values ($1, $2, $3, $4, $5)
        on conflict (insurer, person_key) do update
        set shares = excluded.shares, account = excluded.account, decided_at = excluded.decided_at
        where sharing.shares <> excluded.shares";
    let statement = sql(decide).text(insurer).text(person).bind(shares).text(account).bind(now);
    Ok(tx.execute(statement).await? == 1)
}

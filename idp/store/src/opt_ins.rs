//! What people asked to be told of, by topics of their insurer's file.

use sekisho_base::Timestamp;
use sekisho_domain::ids::{AccountId, InsurerCode};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// Records that an account wants to be told of `topics`; a wish that was taken back lives again, and those for other
/// topics stay as they are.
///
/// # Errors
/// [`Error::Driver`].
pub async fn choose(
    tx: &mut Tx,
    (insurer, account): (&InsurerCode, AccountId),
    topics: &[String],
    at: Timestamp,
) -> Result<(), Error> {
    let choose = "insert into opt_ins (insurer, account, topic, chosen_at) values ($1, $2, $3, $4)
        on conflict (insurer, account, topic) do update set chosen_at = excluded.chosen_at, ended_at = null
        where opt_ins.ended_at is not null";
    for topic in topics {
        tx.execute(sql(choose).text(insurer).text(account).bind(topic).bind(at)).await?;
    }
    Ok(())
}

/// Takes wishes back: an account wants to be told of none of `topics` any more. Their rows stay.
///
/// # Errors
/// [`Error::Driver`].
pub async fn take_back(
    tx: &mut Tx,
    (insurer, account): (&InsurerCode, AccountId),
    topics: &[String],
    at: Timestamp,
) -> Result<(), Error> {
    let end = "update opt_ins set ended_at = $4
        where insurer = $1 and account = $2 and topic = $3 and ended_at is null";
    for topic in topics {
        tx.execute(sql(end).text(insurer).text(account).bind(topic).bind(at)).await?;
    }
    Ok(())
}

/// The topics an account wants to be told of by an insurer, in their alphabet's order.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, insurer: &InsurerCode, account: AccountId) -> Result<Vec<String>, Error> {
    let find =
        "select topic from opt_ins where insurer = $1 and account = $2 and ended_at is null order by topic";
    let rows = db.fetch_all(sql(find).text(insurer).text(account)).await?;
    rows.iter().map(|row| Named::new(row, "opt_ins", "topic").get("topic")).collect()
}

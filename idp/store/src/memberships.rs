//! The proven links between accounts and member records.

use sekisho_base::Timestamp;
use sekisho_domain::ids::{AccountId, InsurerCode, PersonKey};
use sekisho_domain::session::MembershipRef;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A link to be bound.
pub struct New<'a> {
    /// The link.
    pub membership: &'a MembershipRef,
    /// The account that is bound.
    pub account: AccountId,
    /// The folded address, where the insurer wants addresses unique among its members.
    pub email: Option<&'a str>,
    /// The phone, where the insurer wants phones unique among its members.
    pub phone: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

/// Binds an account to a member record.
///
/// # Errors
/// [`Error::Conflict`] when the person (`memberships.person_key`), the address (`memberships.email`), the account or the
/// phone (`memberships`) is bound at this insurer already; or [`Error::Driver`].
pub async fn insert(tx: &mut Tx, new: New<'_>) -> Result<(), Error> {
    let insert = "insert into memberships (insurer, id, account, person_key, email, phone, bound_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
    let statement = sql(insert)
        .text(&new.membership.insurer)
        .text(new.membership.id)
        .text(new.account)
        .text(&new.membership.person)
        .bind(new.email)
        .bind(new.phone)
        .bind(new.at);
    if tx.execute(statement).await? == 1 {
        return Ok(());
    }
    Err(Error::Conflict { what: taken(tx, new).await? })
}

/// What of a link is bound already: no database names a violated index for both of us, so ask.
async fn taken(tx: &mut Tx, new: New<'_>) -> Result<&'static str, Error> {
    let (insurer, person) = (&new.membership.insurer, &new.membership.person);
    if tx.fetch_optional(sql(OF_PERSON).text(insurer).text(person)).await?.is_some() {
        return Ok("memberships.person_key");
    }
    if tx.fetch_optional(sql(OF_ADDRESS).text(insurer).bind(new.email)).await?.is_some() {
        return Ok("memberships.email");
    }
    Ok("memberships")
}

const OF_PERSON: &str =
    "select id from memberships where insurer = $1 and person_key = $2 and ended_at is null";
const OF_ADDRESS: &str = "select id from memberships where insurer = $1 and email = $2 and ended_at is null";

/// Whether an address is a member's own already, where the insurer wants one address for one member only (row C10).
///
/// # Errors
/// [`Error::Driver`].
pub async fn has_address(db: &Db, insurer: &InsurerCode, folded: &str) -> Result<bool, Error> {
    Ok(db.fetch_optional(sql(OF_ADDRESS).text(insurer).bind(folded)).await?.is_some())
}

/// Puts an address in the place of the one that the live memberships of an account have, where their insurers want it
/// to be one member's own. On an error the transaction must be dropped.
///
/// # Errors
/// [`Error::Conflict`] when it is another member's (`memberships.email`), or [`Error::Driver`].
pub async fn readdress(tx: &mut Tx, account: AccountId, folded: &str) -> Result<(), Error> {
    let update = "update memberships set email = $2
        where account = $1 and ended_at is null and email is not null";
    match tx.execute(sql(update).text(account).bind(folded)).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_unique_violation() => Err(Error::Conflict { what: "memberships.email" }),
        Err(error) => Err(error.into()),
    }
}

/// The live membership of an account at an insurer.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn live(
    db: &Db,
    account: AccountId,
    insurer: &InsurerCode,
) -> Result<Option<MembershipRef>, Error> {
    let find = "select insurer, id as membership, person_key from memberships
        where insurer = $1 and account = $2 and ended_at is null";
    let row = db.fetch_optional(sql(find).text(insurer).text(account)).await?;
    Ok(row.map(|row| joined(&Named::new(&row, "memberships", "membership"))).transpose()?.flatten())
}

/// All live memberships of an account, oldest first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<MembershipRef>, Error> {
    let find = "select insurer, id as membership, person_key from memberships
        where account = $1 and ended_at is null order by bound_at, insurer";
    let rows = db.fetch_all(sql(find).text(account)).await?;
    rows.iter().filter_map(|row| joined(&Named::new(row, "memberships", "membership")).transpose()).collect()
}

/// Which of `people` are bound to an account.
///
/// # Errors
/// [`Error::Driver`].
pub async fn bound(db: &Db, insurer: &InsurerCode, people: &[PersonKey]) -> Result<Vec<PersonKey>, Error> {
    let mut bound = Vec::new();
    // A claim has a handful of candidates: the persons of one symbol and number.
    for person in people {
        if db.fetch_optional(sql(OF_PERSON).text(insurer).text(person)).await?.is_some() {
            bound.push(person.clone());
        }
    }
    Ok(bound)
}

/// Ends a membership, such as one that another takes the place of in the same transaction (row B40). False when it had
/// ended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end(tx: &mut Tx, membership: &MembershipRef, now: Timestamp) -> Result<bool, Error> {
    let end = "update memberships set ended_at = $3 where insurer = $1 and id = $2 and ended_at is null";
    Ok(tx.execute(sql(end).text(&membership.insurer).text(membership.id).bind(now)).await? == 1)
}

/// Reads `insurer`, `membership`, `person_key` of a row that an outer join may have left empty.
pub(crate) fn joined(row: &Named<'_>) -> Result<Option<MembershipRef>, Error> {
    let Some(id) = row.parse_optional("membership")? else { return Ok(None) };
    let Some(person) = row.parse_optional("person_key")? else { return Ok(None) };
    Ok(Some(MembershipRef { insurer: row.parse("insurer")?, id, person }))
}

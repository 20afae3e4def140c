//! What an office tells of a person beyond records and their own words.

use sekisho_base::Timestamp;
use sekisho_domain::ids::AccountId;
use sekisho_domain::particular::{Particular, Particulars};
use sekisho_site::db::{Db, Row, Tx, sql};

use crate::Error;
use crate::row::Named;

/// What relying parties may learn of an account besides its record and contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// What the office tells.
    pub particulars: Particulars,
    /// The login ID that was chosen, as its owner wrote it.
    pub login_id: Option<String>,
}

/// The name under which a chosen login ID is read beside the others. No particular is called so.
const LOGIN_ID: &str = "login_id";

/// Says something of an account, in place of what was said before under that name.
///
/// # Errors
/// [`Error::Driver`].
pub async fn put(
    tx: &mut Tx,
    account: AccountId,
    (particular, value): (Particular, &str),
    at: Timestamp,
) -> Result<(), Error> {
    let put = "insert into account_claims (account, name, value, set_at) values ($1, $2, $3, $4)
        on conflict (account, name) do update set value = excluded.value, set_at = excluded.set_at";
    tx.execute(sql(put).text(account).bind(particular.as_str()).bind(value).bind(at)).await?;
    Ok(())
}

/// Takes back what was said of an account. False when nothing was.
///
/// # Errors
/// [`Error::Driver`].
pub async fn clear(tx: &mut Tx, account: AccountId, particular: Particular) -> Result<bool, Error> {
    let clear = "delete from account_claims where account = $1 and name = $2";
    Ok(tx.execute(sql(clear).text(account).bind(particular.as_str())).await? == 1)
}

/// What the office tells of an account.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Particulars, Error> {
    let find = "select account, name, value from account_claims where account = $1";
    Ok(read(&db.fetch_all(sql(find).text(account)).await?)?.particulars)
}

/// The same with the login ID, in one look.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn described(db: &Db, account: AccountId) -> Result<Described, Error> {
    let find = "select account, name, value from account_claims where account = $1
        union all select account, 'login_id' as name, shown as value from identifiers
        where account = $1 and kind = 'chosen'";
    read(&db.fetch_all(sql(find).text(account)).await?)
}

fn read(rows: &[Row]) -> Result<Described, Error> {
    let mut described = Described::default();
    for row in rows {
        let row = Named::new(row, "account_claims", "account");
        let (name, value): (String, String) = (row.get("name")?, row.get("value")?);
        if name == LOGIN_ID {
            described.login_id = Some(value);
        } else {
            let particular = name.parse().map_err(|()| row.damaged("name"))?;
            described.particulars.insert(particular, value);
        }
    }
    Ok(described)
}

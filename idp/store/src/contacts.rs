//! Where a person is reached.

use sekisho_base::{Language, Timestamp};
use sekisho_domain::email::Email;
use sekisho_domain::ids::{AccountId, InsurerCode};
use sekisho_domain::phone::Phone;
use sekisho_site::db::{Db, Row, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A proven way to reach a person.
#[derive(Clone, Copy)]
pub enum Contact<'a> {
    /// By mail.
    Email(&'a Email),
    /// By SMS.
    Phone(&'a Phone),
}

/// The contacts of an account.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    /// The address.
    pub email: Option<Email>,
    /// The phone.
    pub phone: Option<Phone>,
    /// The language of the account.
    pub language: Language,
}

/// Stores a contact proven at `at`, in place of the one of its kind before.
///
/// # Errors
/// [`Error::Driver`].
pub async fn put(tx: &mut Tx, account: AccountId, contact: Contact<'_>, at: Timestamp) -> Result<(), Error> {
    let (kind, value, folded) = match contact {
        Contact::Email(email) => ("email", email.as_str(), email.folded()),
        Contact::Phone(phone) => ("phone", phone.as_e164(), phone.as_e164()),
    };
    let put = "insert into contacts (account, kind, value, folded, proven_at) values ($1, $2, $3, $4, $5)
        on conflict (account, kind) do update set value = $3, folded = $4, proven_at = $5";
    tx.execute(sql(put).text(account).bind(kind).bind(value).bind(folded).bind(at)).await?;
    Ok(())
}

/// Takes the phone of an account away.
///
/// # Errors
/// [`Error::Driver`].
pub async fn forget_phone(tx: &mut Tx, account: AccountId) -> Result<(), Error> {
    tx.execute(sql("delete from contacts where account = $1 and kind = 'phone'").text(account)).await?;
    Ok(())
}

/// The proven contacts of an account.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Contacts, Error> {
    contacts(&db.fetch_all(sql(FIND).text(account)).await?)
}

/// The same, in the midst of a change.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn within(tx: &mut Tx, account: AccountId) -> Result<Contacts, Error> {
    contacts(&tx.fetch_all(sql(FIND).text(account)).await?)
}

const FIND: &str =
    "select c.account, c.kind, c.value, a.language from contacts c join accounts a on a.id = c.account
    where c.account = $1 and c.proven_at is not null order by c.kind";

fn contacts(rows: &[Row]) -> Result<Contacts, Error> {
    let mut contacts = Contacts::default();
    for row in rows {
        let row = Named::new(row, "contacts", "account");
        let value: String = row.get("value")?;
        contacts.language = row.parse("language")?;
        match row.get::<String>("kind")?.as_str() {
            "email" => contacts.email = Some(Email::parse(&value).map_err(|_| row.damaged("value"))?),
            "phone" => contacts.phone = Some(Phone::parse_any(&value).map_err(|_| row.damaged("value"))?),
            _ => return Err(row.damaged("kind")),
        }
    }
    Ok(contacts)
}

/// The accounts that an address reaches at an insurer: it may be a family's.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn reached(db: &Db, insurer: &InsurerCode, email: &Email) -> Result<Vec<AccountId>, Error> {
    let find = "select c.account from contacts c
        join memberships m on m.account = c.account and m.insurer = $1 and m.ended_at is null
        where c.kind = 'email' and c.folded = $2 order by c.account";
    let rows = db.fetch_all(sql(find).text(insurer).bind(email.folded())).await?;
    rows.iter().map(|row| Named::new(row, "contacts", "account").parse("account")).collect()
}

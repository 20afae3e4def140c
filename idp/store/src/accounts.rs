//! Accounts: they come into being whole, in one transaction, when a registration arrives; memberships join them later
//! in the same way.

use std::collections::{BTreeMap, BTreeSet};

use sekisho_base::{Language, Timestamp};
use sekisho_domain::account::{Joining, NewAccount, NewSecret};
use sekisho_domain::email::Email;
use sekisho_domain::factor::{FactorKind, passkey};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_site::db::{Db, Tx, sql};

use crate::row::Named;
use crate::{Error, acceptances, contacts, factors, identifiers, memberships, opt_ins, passkeys};

/// What a new factor looks like at rest: a password is a hash, everything else is sealed for its own row.
#[derive(Clone)]
pub struct SealedFactor {
    kind: FactorKind,
    secret: Vec<u8>,
    last_step: Option<i64>,
    passkey: Option<passkey::New>,
}

impl SealedFactor {
    /// A password, as an Argon2id hash in PHC form.
    pub fn password(hash: &str) -> Self {
        Self { kind: FactorKind::Password, secret: hash.as_bytes().to_vec(), last_step: None, passkey: None }
    }

    /// A passkey, as a sealed key and what the ceremony said of it.
    pub const fn passkey(sealed: Vec<u8>, made: passkey::New) -> Self {
        Self { kind: FactorKind::Passkey, secret: sealed, last_step: None, passkey: Some(made) }
    }

    /// A phone, as a sealed number.
    pub const fn phone(sealed: Vec<u8>) -> Self {
        Self { kind: FactorKind::Sms, secret: sealed, last_step: None, passkey: None }
    }

    /// An authenticator app, as a sealed secret and the step it was tried with.
    pub const fn app(sealed: Vec<u8>, step: i64) -> Self {
        Self { kind: FactorKind::Totp, secret: sealed, last_step: Some(step), passkey: None }
    }
}

/// Stores an account with its names, its address, and what it joins with. On an error the transaction must be dropped:
/// nothing of the account may remain.
///
/// # Errors
/// [`Error::Conflict`] when one of the names is somebody's (`identifiers.folded`), and as [`join`] says; or
/// [`Error::Driver`].
pub async fn insert(
    tx: &mut Tx,
    account: &NewAccount,
    secrets: &BTreeMap<FactorId, SealedFactor>,
) -> Result<(), Error> {
    let (id, at) = (account.id, account.at);
    let insert = "insert into accounts (id, language, nickname, created_at) values ($1, $2, $3, $4)";
    let statement = sql(insert).text(id).bind(account.language.tag()).bind(&account.nickname).bind(at);
    tx.execute(statement).await?;
    // Who chooses the own address as a login ID has one name, not two.
    let mut folded = BTreeSet::new();
    for name in account.names.iter().filter(|name| folded.insert(&name.folded)) {
        identifiers::insert(tx, id, name, at).await?;
    }
    contacts::put(tx, id, contacts::Contact::Email(&account.email), at).await?;
    join(tx, id, &account.joining, secrets, at).await
}

/// Stores what comes with a membership: the membership itself, factors, a phone, acceptances and wishes. On an error
/// the transaction must be dropped.
///
/// # Errors
/// [`Error::Conflict`] when the person has an account at this insurer (`memberships.person_key`), the address is
/// another member's where the insurer wants it to be one's own (`memberships.email`), the account has a live
/// membership at this insurer (`memberships`) or a password already (`factors.account`); or [`Error::Driver`].
pub async fn join(
    tx: &mut Tx,
    account: AccountId,
    joining: &Joining,
    secrets: &BTreeMap<FactorId, SealedFactor>,
    at: Timestamp,
) -> Result<(), Error> {
    let membership = &joining.membership;
    let email = joining.own_address.as_ref().map(Email::folded);
    memberships::insert(tx, memberships::New { membership, account, email, phone: None, at }).await?;
    for factor in &joining.factors {
        if let NewSecret::Phone(phone) = &factor.secret {
            contacts::put(tx, account, contacts::Contact::Phone(phone), at).await?;
        }
    }
    add_factors(tx, account, secrets, at).await?;
    let whose = (&membership.insurer, account);
    for acceptance in &joining.acceptances {
        acceptances::insert(tx, whose, acceptance).await?;
    }
    opt_ins::choose(tx, whose, &joining.opt_ins, at).await
}

/// Adds factors to an account.
///
/// # Errors
/// [`Error::Conflict`] when one is a second password, or [`Error::Driver`].
pub async fn add_factors(
    tx: &mut Tx,
    account: AccountId,
    secrets: &BTreeMap<FactorId, SealedFactor>,
    at: Timestamp,
) -> Result<(), Error> {
    for (factor, sealed) in secrets {
        let (kind, secret, last_step) = (sealed.kind, sealed.secret.as_slice(), sealed.last_step);
        if let Some(made) = &sealed.passkey {
            // It was made for this account and no other.
            let made = &passkey::New { account, ..made.clone() };
            passkeys::insert(tx, passkeys::New { factor: *factor, made, secret, name: "", at }).await?;
            continue;
        }
        factors::insert(tx, factors::New { id: *factor, account, kind, secret, last_step, at }).await?;
    }
    Ok(())
}

/// Makes an account un-enrolled again: nobody signs in with it any more, its names are free, its memberships and
/// factors have ended. What happened under it stays (row B3). False when it was closed before.
///
/// # Errors
/// [`Error::Driver`].
pub async fn reset(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool, Error> {
    let close = "update accounts set closed_at = $2 where id = $1 and closed_at is null";
    if tx.execute(sql(close).text(id).bind(now)).await? == 0 {
        return Ok(false);
    }
    tx.execute(sql("delete from identifiers where account = $1").text(id)).await?;
    let memberships = "update memberships set ended_at = $2 where account = $1 and ended_at is null";
    tx.execute(sql(memberships).text(id).bind(now)).await?;
    let factors = "update factors set ended_at = $2, secret = $3 where account = $1 and ended_at is null";
    tx.execute(sql(factors).text(id).bind(now).bind(Vec::new())).await?;
    Ok(true)
}

/// What a person wants to be called; none when nothing was chosen.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn nickname(db: &Db, id: AccountId) -> Result<Option<String>, Error> {
    let find = "select id, nickname from accounts where id = $1 and nickname <> ''";
    let row = db.fetch_optional(sql(find).text(id)).await?;
    row.map(|row| Named::new(&row, "accounts", "id").get("nickname")).transpose()
}

/// An account's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The person's language.
    pub language: Language,
    /// When it came into being.
    pub created_at: Timestamp,
    /// Locked by an office or operator.
    pub locked_at: Option<Timestamp>,
    /// Suspended by an office or operator.
    pub suspended_at: Option<Timestamp>,
    /// Closed, by its owner or by an office.
    pub closed_at: Option<Timestamp>,
}

impl Account {
    /// Whether the account's state lets anyone sign in.
    pub const fn may_sign_in(&self) -> bool {
        self.locked_at.is_none() && self.suspended_at.is_none() && self.closed_at.is_none()
    }
}

/// An account by its id.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, id: AccountId) -> Result<Option<Account>, Error> {
    let find =
        "select id, language, created_at, locked_at, suspended_at, closed_at from accounts where id = $1";
    let Some(row) = db.fetch_optional(sql(find).text(id)).await? else { return Ok(None) };
    let row = Named::new(&row, "accounts", "id");
    Ok(Some(Account {
        id: row.parse("id")?,
        language: row.parse("language")?,
        created_at: row.get("created_at")?,
        locked_at: row.get("locked_at")?,
        suspended_at: row.get("suspended_at")?,
        closed_at: row.get("closed_at")?,
    }))
}

/// Lets a locked account be used again.
///
/// # Errors
/// [`Error::Driver`].
pub async fn unlock(tx: &mut Tx, id: AccountId) -> Result<(), Error> {
    tx.execute(sql("update accounts set locked_at = null where id = $1").text(id)).await?;
    Ok(())
}

/// Changes the language a person is spoken to in.
///
/// # Errors
/// [`Error::Driver`].
pub async fn speak(tx: &mut Tx, id: AccountId, language: Language) -> Result<(), Error> {
    tx.execute(sql("update accounts set language = $2 where id = $1").text(id).bind(language.tag())).await?;
    Ok(())
}

/// Changes what a person wants to be called; empty for nothing.
///
/// # Errors
/// [`Error::Driver`].
pub async fn rename(tx: &mut Tx, id: AccountId, nickname: &str) -> Result<(), Error> {
    tx.execute(sql("update accounts set nickname = $2 where id = $1").text(id).bind(nickname)).await?;
    Ok(())
}

/// Whether an account may be used; it stays so until the transaction ends, and whoever changes it waits.
///
/// # Errors
/// [`Error::Driver`].
pub async fn hold(tx: &mut Tx, id: AccountId) -> Result<bool, Error> {
    let hold = "update accounts set language = language
        where id = $1 and locked_at is null and suspended_at is null and closed_at is null";
    Ok(tx.execute(sql(hold).text(id)).await? == 1)
}

/// Suspends an account: no session of it is found any more, and nobody signs in. False when it was suspended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn suspend(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool, Error> {
    let suspend = "update accounts set suspended_at = $2 where id = $1 and suspended_at is null";
    Ok(tx.execute(sql(suspend).text(id).bind(now)).await? == 1)
}

/// Lets a suspended or locked account be used again.
///
/// # Errors
/// [`Error::Driver`].
pub async fn resume(tx: &mut Tx, id: AccountId) -> Result<(), Error> {
    let resume = "update accounts set suspended_at = null, locked_at = null where id = $1";
    tx.execute(sql(resume).text(id)).await?;
    Ok(())
}

//! Accounts: they come into being whole, in one transaction, when a registration arrives.

use std::collections::BTreeMap;

use sekisho_base::{Language, Timestamp};
use sekisho_domain::account::{NewAccount, NewSecret};
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_site::db::{Tx, sql};

use crate::{Error, acceptances, contacts, factors, identifiers, memberships};

/// What a new factor looks like at rest: a password is a hash, everything else is sealed for its own row.
#[derive(Clone)]
pub struct SealedFactor {
    kind: FactorKind,
    secret: Vec<u8>,
    last_step: Option<i64>,
}

impl SealedFactor {
    /// A password, as an Argon2id hash in PHC form.
    pub fn password(hash: &str) -> Self {
        Self { kind: FactorKind::Password, secret: hash.as_bytes().to_vec(), last_step: None }
    }

    /// A phone, as a sealed number.
    pub const fn phone(sealed: Vec<u8>) -> Self {
        Self { kind: FactorKind::Sms, secret: sealed, last_step: None }
    }

    /// An authenticator app, as a sealed secret and the step it was tried with.
    pub const fn app(sealed: Vec<u8>, step: i64) -> Self {
        Self { kind: FactorKind::Totp, secret: sealed, last_step: Some(step) }
    }
}

/// Stores an account with its name, contacts, factors, membership and acceptances. On an error the transaction must
/// be dropped: nothing of the account may remain.
///
/// # Errors
/// [`Error::Conflict`] when the address is somebody's name, or the person has an account at this insurer; or
/// [`Error::Driver`].
pub async fn insert(
    tx: &mut Tx,
    account: &NewAccount,
    secrets: &BTreeMap<FactorId, SealedFactor>,
) -> Result<(), Error> {
    let (id, at) = (account.id, account.at);
    let insert = "insert into accounts (id, language, created_at) values ($1, $2, $3)";
    tx.execute(sql(insert).text(id).bind(account.language.tag()).bind(at)).await?;
    let name = (account.email.folded(), account.email.as_str());
    identifiers::insert(tx, id, identifiers::Kind::Email, name, at).await?;
    contacts::put(tx, id, contacts::Contact::Email(&account.email), at).await?;
    for factor in &account.factors {
        if let NewSecret::Phone(phone) = &factor.secret {
            contacts::put(tx, id, contacts::Contact::Phone(phone), at).await?;
        }
    }
    for (factor, sealed) in secrets {
        let (kind, secret, last_step) = (sealed.kind, sealed.secret.as_slice(), sealed.last_step);
        factors::insert(tx, factors::New { id: *factor, account: id, kind, secret, last_step, at }).await?;
    }
    let membership = &account.membership;
    memberships::insert(tx, memberships::New { membership, account: id, email: None, phone: None, at })
        .await?;
    for acceptance in &account.acceptances {
        acceptances::insert(tx, (&membership.insurer, id), acceptance, acceptances::How::SCROLLED).await?;
    }
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

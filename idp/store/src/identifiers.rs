//! Names to sign in with, unique on the whole platform.

use secrecy::SecretString;
use sekisho_base::{Language, Timestamp};
use sekisho_domain::account::{Name, NameKind};
use sekisho_domain::email::Email;
use sekisho_domain::ids::{AccountId, FactorId, InsurerCode};
use sekisho_domain::journey::Owner;
use sekisho_domain::login_id;
use sekisho_domain::session::MembershipRef;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::memberships;
use crate::row::Named;

/// What a sign-in needs to know of a name.
pub struct SignIn {
    /// Whose name it is.
    pub account: AccountId,
    /// The account's language.
    pub language: Language,
    /// Locked by an office or operator.
    pub locked_at: Option<Timestamp>,
    /// Suspended by an office or operator.
    pub suspended_at: Option<Timestamp>,
    /// Closed by its owner.
    pub closed_at: Option<Timestamp>,
    /// The account's password.
    pub password: Password,
    /// The live memberships, oldest first.
    pub memberships: Vec<MembershipRef>,
}

/// A password at rest.
pub struct Password {
    /// The factor's id.
    pub id: FactorId,
    /// The Argon2id hash in PHC form.
    pub hash: SecretString,
}

impl SignIn {
    /// Whether the account's state lets anyone sign in.
    pub const fn may_sign_in(&self) -> bool {
        self.locked_at.is_none() && self.suspended_at.is_none() && self.closed_at.is_none()
    }
}

/// The one form under which what was typed as a name is kept and counted (PW-02).
pub fn folded(typed: &str) -> String {
    Email::parse(typed).map_or_else(|_| login_id::fold(typed), |email| email.folded().to_owned())
}

/// Adds a name.
///
/// # Errors
/// [`Error::Conflict`] when it is somebody's already, or [`Error::Driver`].
pub async fn insert(tx: &mut Tx, account: AccountId, name: &Name, at: Timestamp) -> Result<(), Error> {
    let insert = "insert into identifiers (folded, kind, account, shown, created_at)
        values ($1, $2, $3, $4, $5) on conflict do nothing";
    let statement =
        sql(insert).bind(&name.folded).bind(name.kind.as_str()).text(account).bind(&name.shown).bind(at);
    if tx.execute(statement).await? == 1 {
        Ok(())
    } else {
        Err(Error::Conflict { what: "identifiers.folded" })
    }
}

/// Puts an address in the place of another, wherever that is a name of the account. On an error the transaction must be
/// dropped.
///
/// # Errors
/// [`Error::Conflict`] when the address is somebody's name already, or [`Error::Driver`].
pub async fn readdress(
    tx: &mut Tx,
    account: AccountId,
    (from, to): (&Email, &Email),
    at: Timestamp,
) -> Result<(), Error> {
    let take = "delete from identifiers where account = $1 and folded = $2 returning account, kind";
    let Some(row) = tx.fetch_optional(sql(take).text(account).bind(from.folded())).await? else {
        return Ok(());
    };
    let kind = kind(&Named::new(&row, "identifiers", "account"))?;
    insert(tx, account, &Name { kind, ..Name::email(to) }, at).await
}

/// Whether a name is somebody's.
///
/// # Errors
/// [`Error::Driver`].
pub async fn is_taken(db: &Db, folded: &str) -> Result<bool, Error> {
    let find = "select account from identifiers where folded = $1";
    Ok(db.fetch_optional(sql(find).bind(folded)).await?.is_some())
}

/// Whose a name is, as seen from an insurer: in one look, and with the same work whatever the answer.
///
/// # Errors
/// [`Error::Driver`].
pub async fn owner(db: &Db, folded: &str, insurer: &InsurerCode) -> Result<Owner, Error> {
    let find = "select i.account, m.id as membership from identifiers i
        left join memberships m on m.insurer = $2 and m.account = i.account and m.ended_at is null
        where i.folded = $1";
    let Some(row) = db.fetch_optional(sql(find).bind(folded).text(insurer)).await? else {
        return Ok(Owner::Nobody);
    };
    let membership = Named::new(&row, "identifiers", "account").get::<Option<String>>("membership")?;
    Ok(if membership.is_some() { Owner::Member } else { Owner::Elsewhere })
}

/// The names of an account, the first it got first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<Name>, Error> {
    let find = "select account, kind, folded, shown from identifiers where account = $1
        order by created_at, kind, folded";
    let rows = db.fetch_all(sql(find).text(account)).await?;
    rows.iter()
        .map(|row| {
            let row = Named::new(row, "identifiers", "account");
            Ok(Name { kind: kind(&row)?, folded: row.get("folded")?, shown: row.get("shown")? })
        })
        .collect()
}

fn kind(row: &Named<'_>) -> Result<NameKind, Error> {
    let word: String = row.get("kind")?;
    let all = [NameKind::Email, NameKind::Chosen, NameKind::Given];
    all.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| row.damaged("kind"))
}

/// Whose a name is.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn account_of(db: &Db, folded: &str) -> Result<Option<AccountId>, Error> {
    let find = "select folded, account from identifiers where folded = $1";
    let row = db.fetch_optional(sql(find).bind(folded)).await?;
    row.map(|row| Named::new(&row, "identifiers", "folded").parse("account")).transpose()
}

/// What a sign-in by password needs to know, in one round trip: `None` for a name that nobody has, or whose account
/// has no password.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, folded: &str) -> Result<Option<SignIn>, Error> {
    let find =
        "select i.account, a.language, a.locked_at, a.suspended_at, a.closed_at, f.id as factor, f.secret,
            m.insurer, m.id as membership, m.person_key
        from identifiers i
        join accounts a on a.id = i.account
        join factors f on f.account = a.id and f.kind = 'password' and f.ended_at is null
        left join memberships m on m.account = a.id and m.ended_at is null
        where i.folded = $1
        order by m.bound_at, m.insurer";
    let rows = db.fetch_all(sql(find).bind(folded)).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let row = Named::new(first, "factors", "factor");
    let hash = String::from_utf8(row.get("secret")?).map_err(|_| row.damaged("secret"))?;
    let memberships = rows
        .iter()
        .map(|row| memberships::joined(&Named::new(row, "memberships", "membership")))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Some(SignIn {
        account: row.parse("account")?,
        language: row.parse("language")?,
        locked_at: row.get("locked_at")?,
        suspended_at: row.get("suspended_at")?,
        closed_at: row.get("closed_at")?,
        password: Password { id: row.parse("factor")?, hash: hash.into() },
        memberships: memberships.into_iter().flatten().collect(),
    }))
}

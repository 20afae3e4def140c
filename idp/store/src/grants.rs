//! Grants: what clients were given. A code is spent by the grant it makes, and by nothing else.

use sekisho_base::{Digest, Language, Timestamp};
use sekisho_domain::ids::{AccountId, ClientId, GrantId, SessionId};
use sekisho_domain::oidc::authorize::Authentication;
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::grant::Grant;
use sekisho_domain::oidc::scope::ScopeSet;
use sekisho_domain::session::MembershipRef;
use sekisho_site::db::{Db, Row, Tx, sql};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::row::Named;
use crate::{Error, clients};

/// What came of spending a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It was unspent; the grant stands.
    Granted,
    /// It had been spent before: the grant that it made has ended now, if it had not already (RFC 6749 §4.1.2).
    Replayed(GrantId),
}

/// Spends a code and inserts the grant it makes; `salt` is what its refresh tokens are computed from, if it has any.
///
/// # Errors
/// When the row cannot be written.
pub async fn insert(tx: &mut Tx, grant: &Grant, code: Digest, salt: Option<&[u8]>) -> Result<Spent, Error> {
    let statement =
        sql("insert into grants (id, code_digest, client, account, insurer, membership, person_key, \
         session, scopes, claims, resources, auth_time, acr, amr, offline, created_at, salt) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
         on conflict (code_digest) do nothing returning id");
    let statement = statement
        .text(grant.id)
        .bind(code)
        .text(&grant.client)
        .text(grant.account)
        .text(&grant.membership.insurer)
        .text(grant.membership.id)
        .text(&grant.membership.person)
        .text(grant.session)
        .bind(json(&grant.scopes, grant)?)
        .bind(json(&grant.claims, grant)?)
        .bind(json(&grant.resources, grant)?)
        .bind(grant.authentication.auth_time)
        .text(grant.authentication.acr)
        .bind(json(&grant.authentication.amr, grant)?)
        .bind(grant.is_offline())
        .bind(grant.created_at)
        .bind(salt.map(<[u8]>::to_vec));
    match tx.fetch_optional(statement).await? {
        Some(_) => Ok(Spent::Granted),
        None => replayed(tx, code, grant.created_at).await,
    }
}

async fn replayed(tx: &mut Tx, code: Digest, now: Timestamp) -> Result<Spent, Error> {
    let statement = sql("update grants set ended_at = coalesce(ended_at, $2), \
         end_reason = coalesce(end_reason, 'replay') where code_digest = $1 returning id");
    let row = tx.fetch_one(statement.bind(code).bind(now)).await?;
    Ok(Spent::Replayed(row.parse("id")?))
}

/// A grant that lives, with what token, userinfo and introspection need beside it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The grant.
    pub grant: Grant,
    /// Its client.
    pub client: Client,
    /// The account's language.
    pub language: Language,
    /// The account's proven e-mail address.
    pub email: Option<String>,
    /// The account's proven phone number.
    pub phone: Option<String>,
    /// What the person wants to be called; empty where nothing was chosen.
    pub nickname: String,
    /// When it was refreshed last, or made.
    pub used_at: Timestamp,
}

const STANDING: &str = "select g.id, g.client, g.account, g.insurer, g.membership, g.person_key, g.session, g.scopes, \
    g.claims, g.resources, g.auth_time, g.acr, g.amr, g.created_at, \
    coalesce(g.rotated_at, g.created_at) as used_at, c.registration, a.language, a.nickname, mail.value as email, phone.value as phone \
    from grants g \
    join clients c on c.id = g.client and c.ended_at is null \
    join accounts a on a.id = g.account and a.locked_at is null and a.suspended_at is null and a.closed_at is null \
    join memberships m on m.insurer = g.insurer and m.id = g.membership and m.ended_at is null \
    left join sessions s on s.id = g.session and s.ended_at is null and s.ends_at > $2 \
    left join contacts mail on mail.account = g.account and mail.kind = 'email' and mail.proven_at is not null \
    left join contacts phone on phone.account = g.account and phone.kind = 'phone' and phone.proven_at is not null \
    where g.id = $1 and g.ended_at is null and (g.offline or s.id is not null)";

/// The grant, if it and everything it depends on lives at `now`: client, account, membership and, unless it is
/// offline, session. Whether the insurer is still served here is for the caller.
///
/// # Errors
/// [`Error::Damaged`] when the row cannot be read.
pub async fn standing(db: &Db, id: GrantId, now: Timestamp) -> Result<Option<Standing>, Error> {
    let row = db.fetch_optional(sql(STANDING).text(id).bind(now)).await?;
    row.map(|row| read_standing(&row)).transpose()
}

/// As [`standing`], of a grant that this transaction has just inserted.
///
/// # Errors
/// As [`standing`].
pub async fn standing_in(tx: &mut Tx, id: GrantId, now: Timestamp) -> Result<Option<Standing>, Error> {
    let row = tx.fetch_optional(sql(STANDING).text(id).bind(now)).await?;
    row.map(|row| read_standing(&row)).transpose()
}

/// A grant as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its id.
    pub id: GrantId,
    /// To whom.
    pub client: ClientId,
    /// In which session.
    pub session: SessionId,
    /// What the client may read.
    pub scopes: ScopeSet,
    /// Whether it outlives the session.
    pub is_offline: bool,
    /// Since when.
    pub created_at: Timestamp,
}

/// The grants of an account that live at `now`, the latest first.
///
/// # Errors
/// [`Error::Damaged`] when a row cannot be read.
pub async fn of_account(db: &Db, account: AccountId, now: Timestamp) -> Result<Vec<Given>, Error> {
    let statement = sql("select g.id, g.client, g.session, g.scopes, g.offline, g.created_at from grants g \
         left join sessions s on s.id = g.session and s.ended_at is null and s.ends_at > $2 \
         where g.account = $1 and g.ended_at is null and (g.offline or s.id is not null) \
         order by g.created_at desc, g.id");
    let rows = db.fetch_all(statement.text(account).bind(now)).await?;
    rows.iter()
        .map(|row| {
            let row = Named::new(row, "grants", "id");
            Ok(Given {
                id: row.parse("id")?,
                client: row.parse("client")?,
                session: row.parse("session")?,
                scopes: parsed(&row, "scopes")?,
                is_offline: row.get("offline")?,
                created_at: row.get("created_at")?,
            })
        })
        .collect()
}

/// A grant that ended, or a client that is to hear that a session did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// The client.
    pub client: ClientId,
    /// Whose session it was.
    pub account: AccountId,
    /// Which.
    pub session: SessionId,
}

/// Ends the grants of a session, save those that outlive it, and gives every client that was given something in it.
///
/// # Errors
/// When the rows cannot be written.
pub async fn end_of_session(
    tx: &mut Tx,
    session: SessionId,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<Party>, Error> {
    let statement = sql("update grants set ended_at = $2, end_reason = $3 \
         where session = $1 and ended_at is null and not offline");
    tx.execute(statement.text(session).bind(now).bind(reason)).await?;
    let rows = tx
        .fetch_all(
            sql("select distinct client, account, session from grants where session = $1").text(session),
        )
        .await?;
    rows.iter().map(party).collect()
}

/// Ends every grant of an account but those of the session `except`, offline ones included: on reset, suspension,
/// withdrawal or lost cover. Gives whose they were.
///
/// # Errors
/// When the rows cannot be written.
pub async fn end_of_account(
    tx: &mut Tx,
    account: AccountId,
    except: Option<SessionId>,
    (reason, now): (&str, Timestamp),
) -> Result<Vec<Party>, Error> {
    let statement = sql("update grants set ended_at = $2, end_reason = $3 \
         where account = $1 and ended_at is null and session <> $4 returning client, account, session");
    let except = except.map_or_else(String::new, |id| id.to_string());
    let rows = tx.fetch_all(statement.text(account).bind(now).bind(reason).bind(except)).await?;
    rows.iter().map(party).collect()
}

/// Ends every grant of one client for an account, and gives whose they were: the person took back what they allowed.
///
/// # Errors
/// When the rows cannot be written.
pub async fn end_of_client_for_account(
    tx: &mut Tx,
    account: AccountId,
    client: &ClientId,
    (reason, now): (&str, Timestamp),
) -> Result<Vec<Party>, Error> {
    let statement = sql("update grants set ended_at = $3, end_reason = $4 \
         where account = $1 and client = $2 and ended_at is null returning client, account, session");
    let rows = tx.fetch_all(statement.text(account).text(client).bind(now).bind(reason)).await?;
    rows.iter().map(party).collect()
}

/// Ends one grant. False when it had ended.
///
/// # Errors
/// When the row cannot be written.
pub async fn end(tx: &mut Tx, id: GrantId, reason: &str, now: Timestamp) -> Result<bool, Error> {
    let statement =
        sql("update grants set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null");
    Ok(tx.execute(statement.text(id).bind(now).bind(reason)).await? == 1)
}

fn party(row: &Row) -> Result<Party, Error> {
    let row = Named::new(row, "grants", "client");
    Ok(Party { client: row.parse("client")?, account: row.parse("account")?, session: row.parse("session")? })
}

fn read_standing(row: &Row) -> Result<Standing, Error> {
    let row = Named::new(row, "grants", "id");
    Ok(Standing {
        grant: read(&row)?,
        client: clients::client(&row)?,
        language: row.get::<String>("language")?.parse().unwrap_or_default(),
        email: row.get("email")?,
        phone: row.get("phone")?,
        nickname: row.get("nickname")?,
        used_at: row.get("used_at")?,
    })
}

fn read(row: &Named<'_>) -> Result<Grant, Error> {
    let membership = MembershipRef {
        insurer: row.parse("insurer")?,
        id: row.parse("membership")?,
        person: row.parse("person_key")?,
    };
    let authentication =
        Authentication { auth_time: row.get("auth_time")?, acr: row.parse("acr")?, amr: parsed(row, "amr")? };
    Ok(Grant {
        id: row.parse("id")?,
        client: row.parse("client")?,
        account: row.parse("account")?,
        membership,
        session: row.parse("session")?,
        authentication,
        scopes: parsed(row, "scopes")?,
        claims: parsed(row, "claims")?,
        resources: parsed(row, "resources")?,
        created_at: row.get("created_at")?,
    })
}

fn parsed<T: DeserializeOwned>(row: &Named<'_>, column: &str) -> Result<T, Error> {
    serde_json::from_str(&row.get::<String>(column)?).map_err(|_| row.damaged(column))
}

fn json<T: Serialize>(value: &T, grant: &Grant) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|_| Error::Damaged {
        table: "grants",
        id: grant.id.to_string(),
        column: "json".to_owned(),
    })
}

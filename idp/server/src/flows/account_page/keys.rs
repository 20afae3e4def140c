//! What an account is signed in with, as its owner sees it: nothing that could be used.

use sekisho_base::Timestamp;
use sekisho_domain::factor::{FactorKind, aaguid};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::phone::Phone;
use sekisho_store::{factors, passkeys};

use crate::flows::Error;
use crate::state::State;

/// A passkey.
pub struct Passkey {
    /// The factor.
    pub id: FactorId,
    /// What its owner calls it.
    pub name: String,
    /// Where it is kept, where its maker is known.
    pub kept_in: Option<&'static str>,
    /// Whether it is kept elsewhere as well.
    pub backed_up: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was shown last.
    pub used_at: Option<Timestamp>,
}

/// Another factor.
pub struct Other {
    /// What it is.
    pub kind: FactorKind,
    /// When it was set up.
    pub made_at: Timestamp,
    /// When it was shown last.
    pub used_at: Option<Timestamp>,
}

/// What an account is signed in with.
#[derive(Default)]
pub struct Keys {
    /// Passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// The phone that receives codes.
    pub phone: Option<Phone>,
    /// Since when there is an app.
    pub app: Option<Timestamp>,
    /// Since when there is this password.
    pub password: Option<Timestamp>,
    /// How many recovery codes were not used.
    pub codes: usize,
    /// All but passkeys, oldest first.
    pub others: Vec<Other>,
}

/// The keys of an account.
///
/// # Errors
/// When rows cannot be read, or a sealed number cannot be opened.
pub async fn of_account(state: &State, account: AccountId) -> Result<Keys, Error> {
    let mut keys = Keys { passkeys: passkeys_of(state, account).await?, ..Keys::default() };
    for row in factors::of_account(&state.db, account).await? {
        match row.kind {
            FactorKind::Sms => keys.phone = Some(number(state, &row)?),
            FactorKind::Totp => keys.app = Some(row.created_at),
            FactorKind::Password => keys.password = Some(row.created_at),
            FactorKind::Recovery => keys.codes += 1,
            FactorKind::Passkey | FactorKind::Card => {}
        }
        if row.kind != FactorKind::Passkey {
            keys.others.push(Other { kind: row.kind, made_at: row.created_at, used_at: row.last_used_at });
        }
    }
    keys.others.sort_by_key(|other| (other.made_at, other.kind.as_str()));
    Ok(keys)
}

async fn passkeys_of(state: &State, account: AccountId) -> Result<Vec<Passkey>, Error> {
    let rows = passkeys::of_account(&state.db, account).await?;
    let seen = rows.into_iter().map(|row| Passkey {
        id: row.factor,
        name: row.name,
        kept_in: aaguid::keeper(&row.aaguid),
        backed_up: row.backed_up,
        made_at: row.created_at,
        used_at: row.last_used_at,
    });
    Ok(seen.collect())
}

fn number(state: &State, row: &factors::Row) -> Result<Phone, Error> {
    let opened = state.open_factor(row.id, &row.secret)?;
    String::from_utf8(opened)
        .ok()
        .and_then(|number| number.parse().ok())
        .ok_or(Error::Sealed { what: "a phone" })
}

//! Passkeys: what a browser is asked, and whether its answer holds.
//!
//! Asking writes nothing. What the answer is verified against travels sealed in the page, bound to the browser and to
//! what it is for, and is good for five minutes; that it is answered once is decided by the turn which takes the answer.

mod cloned;

use std::time::Duration;

use secrecy::SecretString;
use sekisho_base::{Cx, Digest, Kind, Timestamp};
use sekisho_domain::factor::passkey::{self, Answered, LIFETIME, New, Refused, Shown};
use sekisho_domain::ids::AccountId;
use sekisho_domain::journey::{Ceremony, HeldPasskey};
use sekisho_site::db::Tx;
use sekisho_store::{passkeys, spent};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Error;
use super::visitor::{BROWSER, Visitor};
use crate::passkeys::{Asked, Known, Owner, Response};
use crate::state::State;

/// What a page hands to the browser, and brings back with its answer.
pub struct Ask {
    /// The options, as JSON.
    pub options: String,
    /// What the answer is verified against.
    pub sealed: String,
}

/// What an answer is good for.
#[derive(Clone, Copy)]
enum Purpose {
    /// Somebody signs in or shows again who they are.
    Proof,
    /// A passkey is made for an account.
    Creation,
    /// A passkey is made for an account that does not exist yet.
    Beginning,
}

impl Purpose {
    /// What a new passkey is good for. What was asked for an account begins none, and the other way round (WA-08).
    const fn of_new(account: Option<AccountId>) -> Self {
        if account.is_some() { Self::Creation } else { Self::Beginning }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Proof => "proof",
            Self::Creation => "creation",
            Self::Beginning => "beginning",
        }
    }
}

/// What travels sealed.
#[derive(Serialize, Deserialize)]
struct Sealed<S> {
    state: S,
    /// What the challenge is known by once it was answered.
    nonce: Digest,
    /// The account that is meant, where one is.
    account: Option<AccountId>,
    asked_at: Timestamp,
    epoch: i64,
}

/// Asks whoever sits at a browser for any passkey of this service.
///
/// # Errors
/// Never in practice.
pub fn ask_anybody(state: &State, browser: &SecretString, cx: &mut Cx) -> Result<Ask, Error> {
    let asked = state.passkeys.proof(&[]).map_err(|_| FAULT)?;
    seal(state, (browser, Purpose::Proof), (asked, None), cx)
}

/// Asks the owner of an account for one of its passkeys.
///
/// # Errors
/// Never in practice.
pub fn ask_owner(
    state: &State,
    browser: &SecretString,
    (account, held): (AccountId, &[HeldPasskey]),
    cx: &mut Cx,
) -> Result<Ask, Error> {
    let asked = state.passkeys.proof(&known(held)).map_err(|_| FAULT)?;
    seal(state, (browser, Purpose::Proof), (asked, Some(account)), cx)
}

/// Asks for a new passkey, beside those that are held: for an account, or for one whose id is drawn here.
///
/// # Errors
/// Never in practice.
pub fn ask_new(
    state: &State,
    browser: &SecretString,
    (account, name, held): (Option<AccountId>, &str, &[HeldPasskey]),
    cx: &mut Cx,
) -> Result<Ask, Error> {
    let purpose = Purpose::of_new(account);
    let account = account.unwrap_or_else(|| AccountId::draw(cx));
    let asked = state.passkeys.creation(&Owner { account, name }, &known(held)).map_err(|_| FAULT)?;
    seal(state, (browser, purpose), (asked, Some(account)), cx)
}

/// Whether an answer shows a passkey: of `account`, where one is meant. Nothing is written, [`show`] does that; only the
/// owner of a passkey that seems to be copied is told.
///
/// # Errors
/// When rows cannot be read. Why the answer does not hold is the inner error.
pub async fn shown(
    state: &State,
    visitor: &Visitor,
    (account, ceremony): (Option<AccountId>, &Ceremony),
    cx: &mut Cx,
) -> Result<Result<Shown, Refused>, Error> {
    let bond = (&visitor.browser, Purpose::Proof);
    let read = Response::read(&ceremony.response)
        .and_then(|response| Ok((response, open(state, bond, &ceremony.sealed, cx.now)?)));
    let (response, asked) = match read {
        Ok(read) => read,
        Err(refused) => return Ok(Err(refused)),
    };
    let found = passkeys::find(&state.db, response.credential()).await?;
    // The authenticator names the account it keeps the key for; it must be whose the key is here, and whom we asked.
    let owned = found.filter(|row| response.account() == Some(row.account));
    let meant = |row: &passkeys::Row| {
        [asked.account, account].into_iter().flatten().all(|account| account == row.account)
    };
    let Some(row) = owned.filter(meant) else { return Ok(Err(Refused::Unknown)) };
    let key = state.open_factor(row.factor, &row.secret)?;
    let key = std::str::from_utf8(&key).map_err(|_| FAULT)?;
    let answered = asked.answered();
    let verified = state.passkeys.verify(&response, asked.state, key);
    if matches!(verified, Err(Refused::Cloned)) {
        cloned::tell(state, visitor, row.account, cx).await?;
    }
    Ok(verified.map(|verified| Shown {
        account: row.account,
        factor: row.factor,
        answered,
        sign_count: verified.sign_count,
        backed_up: verified.backed_up,
        sealed: verified.changed.map(|key| state.seal_factor(row.factor, key.as_bytes(), cx)),
    }))
}

/// Whether an answer makes a passkey: for `account`, where there is one already.
///
/// # Errors
/// Why it does not hold.
pub fn made(
    state: &State,
    browser: &SecretString,
    (account, ceremony): (Option<AccountId>, &Ceremony),
    cx: &Cx,
) -> Result<New, Refused> {
    let asked = open(state, (browser, Purpose::of_new(account)), &ceremony.sealed, cx.now)?;
    let answered = asked.answered();
    let owner = asked.account.filter(|asked| account.is_none_or(|account| account == *asked));
    let made = state.passkeys.made(&ceremony.response, &asked.state)?;
    Ok(New {
        account: owner.ok_or(Refused::Old)?,
        credential: made.credential,
        key: made.key,
        aaguid: made.aaguid,
        transports: made.transports,
        sign_count: made.sign_count,
        backed_up: made.backed_up,
        answered,
    })
}

/// Whose passkey an answer is of, though it does not hold.
///
/// # Errors
/// When rows cannot be read.
pub async fn owner(state: &State, ceremony: &Ceremony) -> Result<Option<AccountId>, Error> {
    let Ok(response) = Response::read(&ceremony.response) else { return Ok(None) };
    let found = passkeys::find(&state.db, response.credential()).await?;
    Ok(found.map(|row| row.account).filter(|account| response.account() == Some(*account)))
}

/// Writes that a passkey was shown. False when the challenge was answered before, the passkey has ended, or its count
/// was met meanwhile.
///
/// # Errors
/// When rows cannot be written.
pub async fn show(tx: &mut Tx, shown: &Shown, now: Timestamp) -> Result<bool, Error> {
    Ok(spend(tx, shown.answered).await? && passkeys::show(tx, shown, now).await?)
}

/// Spends a challenge. False when it was before.
///
/// # Errors
/// When the row cannot be written.
pub async fn spend(tx: &mut Tx, answered: Answered) -> Result<bool, Error> {
    Ok(spent::once(tx, "passkey", answered.challenge, answered.until).await?)
}

/// What an account's browser needs to know to find its passkeys.
///
/// # Errors
/// When rows cannot be read or opened.
pub async fn held(state: &State, account: AccountId) -> Result<Vec<HeldPasskey>, Error> {
    let rows = passkeys::of_account(&state.db, account).await?;
    rows.into_iter()
        .map(|row| {
            let key = state.open_factor(row.factor, &row.secret)?;
            let id = std::str::from_utf8(&key).ok().and_then(crate::passkeys::id_of).ok_or(FAULT)?;
            Ok(HeldPasskey { factor: row.factor, id, transports: row.transports })
        })
        .collect()
}

/// What a challenge that was answered is known by.
const CHALLENGE: Kind = Kind("passkey challenge");

/// How much longer than it can be answered a challenge is remembered, since clocks of nodes differ.
const SKEW: Duration = Duration::from_mins(10);

const FAULT: Error = Error::Sealed { what: "a passkey" };

impl<S> Sealed<S> {
    fn answered(&self) -> Answered {
        Answered { challenge: self.nonce, until: self.asked_at + LIFETIME + SKEW }
    }
}

fn known(held: &[HeldPasskey]) -> Vec<Known> {
    held.iter()
        .take(passkey::MOST)
        .map(|held| Known { id: held.id.clone(), transports: held.transports.clone() })
        .collect()
}

fn aad(state: &State, (browser, purpose): (&SecretString, Purpose)) -> String {
    format!("passkey:{}:{}", purpose.word(), Digest::of(BROWSER, state.epoch, browser).short_hex(32))
}

fn seal<S: Serialize>(
    state: &State,
    bond: (&SecretString, Purpose),
    (asked, account): (Asked<S>, Option<AccountId>),
    cx: &mut Cx,
) -> Result<Ask, Error> {
    let nonce = Digest::of(CHALLENGE, state.epoch, &cx.secret());
    let sealed = Sealed { state: asked.state, nonce, account, asked_at: cx.now, epoch: state.epoch };
    let sealed = state.ring.seal_json_text(&aad(state, bond), &sealed, cx).map_err(|_| FAULT)?;
    Ok(Ask { options: asked.options, sealed })
}

fn open<S: DeserializeOwned>(
    state: &State,
    bond: (&SecretString, Purpose),
    sealed: &str,
    now: Timestamp,
) -> Result<Sealed<S>, Refused> {
    let opened: Sealed<S> = state.ring.open_json_text(&aad(state, bond), sealed).map_err(|_| Refused::Old)?;
    let live = opened.epoch == state.epoch && now < opened.asked_at + LIFETIME;
    if live { Ok(opened) } else { Err(Refused::Old) }
}

//! Everything that is kept of a person, as a document that programs can read too (ASVS 14.2, GDPR Art. 20 by example).
//!
//! The shape is versioned by `format`, now `sekisho.account/1`: members are added to it, never renamed or taken away
//! without another number. Moments are RFC 3339 in UTC, days are ISO 8601, what is not known is absent.
//!
//! | member | what it holds |
//! |---|---|
//! | `format`, `made_at` | the version of this shape; when it was filled |
//! | `account` | when it came into being, its language, what the person is called |
//! | `names` | what the account is signed in with: `kind` (`email`, `chosen`, `given`) and `name` |
//! | `contacts` | the proven address and phone |
//! | `described` | what the office tells portals beside the record: `middle_name`, `profile`, `picture`, `website` |
//! | `memberships` | each with its insurer, the record as the insurer sent it, what was accepted, what is wished for, who sees the notices |
//! | `factors`, `passkeys` | what they are, when they were set up and used; no secret, and nothing a secret could be found by |
//! | `devices`, `sessions` | browsers in which the account is known or signed in, by name |
//! | `grants`, `consents` | which portals may read what, and since when |
//! | `history` | what happened, with time, factors, device and result; the last 5,000 of it |

mod shape;

use std::collections::BTreeMap;

use sekisho_base::Cx;
use sekisho_domain::audit::Own;
use sekisho_domain::ids::AccountId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::session::{MembershipRef, Session};
use sekisho_store::{
    acceptances, account_claims, accounts, consents, contacts, devices, grants, identifiers, memberships,
    opt_ins, sharing,
};

use super::{history, keys, portals};
use crate::directory;
use crate::flows::Error;
use crate::state::State;
use shape::{Account, Contacts, Document, Event, Membership};

/// The version of the shape.
pub const FORMAT: &str = "sekisho.account/1";

/// Everything that is kept of the owner of a session, as JSON for people to look at.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_session(state: &State, session: &Session, cx: &Cx) -> Result<String, Error> {
    let id = session.account;
    let account = accounts::find(&state.db, id).await?.ok_or(Error::NotFound)?;
    let contacts = contacts::of_account(&state.db, id).await?;
    let keys = keys::of_account(state, id).await?;
    let document = Document {
        format: FORMAT,
        made_at: cx.now.to_string(),
        account: Account {
            created_at: account.created_at.to_string(),
            language: account.language.tag(),
            nickname: accounts::nickname(&state.db, id).await?,
        },
        names: identifiers::of_account(&state.db, id).await?.into_iter().map(Into::into).collect(),
        contacts: Contacts {
            email: contacts.email.map(|email| email.as_str().to_owned()),
            phone: contacts.phone.map(|phone| phone.as_e164().to_owned()),
        },
        described: described(state, id).await?,
        memberships: memberships(state, id).await?,
        factors: keys.others.into_iter().map(Into::into).collect(),
        passkeys: keys.passkeys.into_iter().map(Into::into).collect(),
        devices: devices::of_account(&state.db, id, cx.now).await?.into_iter().map(Into::into).collect(),
        sessions: sessions(state, session, cx).await?,
        grants: grants::of_account(&state.db, id, cx.now).await?.into_iter().map(Into::into).collect(),
        consents: consents::of_account(&state.db, id).await?.into_iter().map(Into::into).collect(),
        history: history(state, id).await?,
    };
    // Plain texts and numbers always serialise.
    Ok(serde_json::to_string_pretty(&document).unwrap_or_default())
}

async fn sessions(state: &State, session: &Session, cx: &Cx) -> Result<Vec<shape::Session>, Error> {
    let all = super::devices::of_session(state, session, sekisho_base::Language::En, cx.now).await?;
    Ok(all.into_iter().map(Into::into).collect())
}

async fn described(state: &State, account: AccountId) -> Result<BTreeMap<&'static str, String>, Error> {
    let told = account_claims::of_account(&state.db, account).await?;
    Ok(told.into_iter().map(|(particular, value)| (particular.as_str(), value)).collect())
}

async fn memberships(state: &State, account: AccountId) -> Result<Vec<Membership>, Error> {
    let mut all = Vec::new();
    for membership in memberships::of_account(&state.db, account).await? {
        // The file of an insurer that is served here no more was taken away: its rows wait for its return.
        let Some(insurer) = state.insurers.get(&membership.insurer) else { continue };
        all.push(of_insurer(state, (insurer, &membership), account).await?);
    }
    Ok(all)
}

async fn of_insurer(
    state: &State,
    (insurer, membership): (&Insurer, &MembershipRef),
    account: AccountId,
) -> Result<Membership, Error> {
    let record = match state.directory(&insurer.code)?.person(&membership.person).await {
        Ok(record) => record,
        // What an insurer's own directory holds is the insurer's to give; the rest does not wait for it.
        Err(directory::Failure::Away { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let accepted = acceptances::of_account(&state.db, &insurer.code, account).await?;
    Ok(Membership {
        insurer: insurer.code.to_string(),
        insurer_name: insurer.name.ja.clone(),
        record: record.map(Into::into),
        accepted: accepted.into_iter().map(Into::into).collect(),
        opt_ins: opt_ins::of_account(&state.db, &insurer.code, account).await?,
        shares_with_insured: sharing::standing(&state.db, &insurer.code, &membership.person).await?.shares,
    })
}

async fn history(state: &State, account: AccountId) -> Result<Vec<Event>, Error> {
    let names = portals::names(state, sekisho_base::Language::En).await?;
    let all = history::since(state, account, sekisho_base::Timestamp::from_seconds(0)).await?;
    let told = |own: Own| {
        let portal = own.client.as_ref().map(|id| names.get(id).cloned().unwrap_or_else(|| id.to_string()));
        Event::of(&own, portal)
    };
    Ok(all.into_iter().map(told).collect())
}

//! An office invites a member by mail (guide row A4).

use secrecy::ExposeSecret as _;
use sekisho_base::{Cx, Digest};
use sekisho_domain::audit::Event;
use sekisho_domain::email::Email;
use sekisho_domain::ids::{InvitationId, PersonKey};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::member::{Cover, cover};
use sekisho_store::{audit, invitations, memberships};

use super::Error;
use super::effects::{self, Sender};
use super::links::INVITATION;
use crate::mail::Letter;
use crate::state::State;

/// What came of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invited {
    /// It waits in the outbox.
    Mailed {
        /// Its id.
        id: InvitationId,
        /// How many days it can be opened.
        days: u64,
    },
    /// The insurer has no such person.
    Unknown,
    /// The person is not covered today, or not yet.
    NotCovered(Cover),
    /// The person has an account.
    Registered,
}

/// Mails a person an invitation to register, in the language of their record. An older one ends.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn invite(
    state: &State,
    insurer: &Insurer,
    (person, email): (&PersonKey, &Email),
    cx: &mut Cx,
) -> Result<Invited, Error> {
    let Some(record) = state.directory(&insurer.code)?.person(person).await? else {
        return Ok(Invited::Unknown);
    };
    match cover(&record, cx.now.date_in_tokyo()) {
        Cover::Live => {}
        other => return Ok(Invited::NotCovered(other)),
    }
    if !memberships::bound(&state.db, &insurer.code, std::slice::from_ref(person)).await?.is_empty() {
        return Ok(Invited::Registered);
    }
    let token = cx.secret();
    let days = insurer.lifetimes.invitation_days;
    let new = invitations::New {
        digest: Digest::of(INVITATION, state.epoch, &token),
        id: InvitationId::draw(cx),
        insurer: insurer.code.clone(),
        person: person.clone(),
        email: email.as_str().to_owned(),
        created_at: cx.now,
        expires_at: cx.now + insurer.lifetimes.invitation(),
    };
    let sender = Sender::of(insurer.code.clone(), record.language);
    let letter = Letter::Invitation { token: token.expose_secret().to_owned(), days };
    let mut tx = state.db.begin().await?;
    invitations::insert(&mut tx, &new).await?;
    effects::mail(state, &mut tx, &sender, (email.as_str(), &letter, new.expires_at), cx).await?;
    let event = Event::invitation_made(insurer.code.clone(), new.id);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(Invited::Mailed { id: new.id, days })
}

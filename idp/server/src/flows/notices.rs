//! Notices to every address of an account: what concerns its safety is told by mail and by SMS.

use sekisho_base::{Cx, Language};
use sekisho_domain::email::Email;
use sekisho_domain::ids::AccountId;
use sekisho_domain::phone::Phone;
use sekisho_site::db::Tx;
use sekisho_store::contacts::{self, Contacts};

use super::Error;
use super::effects::{self, NOTICE, Sender};
use super::sms_budget;
use crate::mail::Letter;
use crate::state::State;

/// Where an account is reached.
pub struct Addresses {
    /// By mail.
    pub email: Option<Email>,
    /// By SMS.
    pub phone: Option<Phone>,
    /// In which language its owner is spoken to.
    pub language: Language,
}

impl From<Contacts> for Addresses {
    fn from(found: Contacts) -> Self {
        Self { email: found.email, phone: found.phone, language: found.language }
    }
}

/// Every proven address of an account.
///
/// # Errors
/// When rows cannot be read.
pub async fn addresses(state: &State, account: AccountId) -> Result<Addresses, Error> {
    Ok(contacts::of_account(&state.db, account).await?.into())
}

/// Tells every address: the letter by mail, and by SMS that there is one; in the owner's language, whoever sits at
/// the browser that caused it.
///
/// # Errors
/// When rows cannot be written.
pub async fn tell(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    (told, letter): (&Addresses, &Letter),
    cx: &mut Cx,
) -> Result<(), Error> {
    let sender = &Sender { language: told.language, ..sender.clone() };
    if let Some(email) = &told.email {
        effects::mail(state, tx, sender, (email.as_str(), letter, cx.now + NOTICE), cx).await?;
    }
    if let Some(phone) = &told.phone {
        effects::text(state, tx, sender, (phone, &Letter::SmsNotice, cx.now + NOTICE), cx).await?;
        sms_budget::note(state, tx, &sender.insurer, cx).await?;
    }
    Ok(())
}

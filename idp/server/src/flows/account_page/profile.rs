//! What somebody wants to be called, spoken to in, and told of.

use sekisho_base::{Cx, Language};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::credentials;
use sekisho_domain::journey::{Form, Refusal};
use sekisho_domain::session::Session;
use sekisho_store::{accounts, contacts, opt_ins};

use crate::flows::Error;
use crate::state::State;

/// The wishes of an account at an insurer.
pub struct Profile {
    /// What the person wants to be called; may be empty.
    pub nickname: String,
    /// The language of mails, and of pages where nothing else says it.
    pub language: Language,
    /// The ids of what the person wants to be told of.
    pub opt_ins: Vec<String>,
}

/// What is wished now.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_session(state: &State, insurer: &Insurer, session: &Session) -> Result<Profile, Error> {
    let account = session.account;
    Ok(Profile {
        nickname: accounts::nickname(&state.db, account).await?.unwrap_or_default(),
        language: contacts::of_account(&state.db, account).await?.language,
        opt_ins: opt_ins::of_account(&state.db, &insurer.code, account).await?,
    })
}

/// What a form wishes; a language that is none stays what it is.
///
/// # Errors
/// When the nickname is too long.
pub fn read(form: &Form, insurer: &Insurer, present: Language) -> Result<Profile, Refusal> {
    Ok(Profile {
        nickname: credentials::nickname(form)?,
        language: form.raw("language").parse().unwrap_or(present),
        opt_ins: credentials::opt_ins(form, insurer),
    })
}

/// Keeps what is wished from now on.
///
/// # Errors
/// When rows cannot be written.
pub async fn keep(
    state: &State,
    (insurer, session): (&Insurer, &Session),
    wished: &Profile,
    cx: &Cx,
) -> Result<(), Error> {
    let account = session.account;
    let ids = insurer.opt_ins.iter().map(|opt_in| opt_in.id.clone());
    let refused: Vec<String> = ids.filter(|id| !wished.opt_ins.contains(id)).collect();
    let mut tx = state.db.begin().await?;
    accounts::rename(&mut tx, account, &wished.nickname).await?;
    accounts::speak(&mut tx, account, wished.language).await?;
    opt_ins::choose(&mut tx, (&insurer.code, account), &wished.opt_ins, cx.now).await?;
    opt_ins::take_back(&mut tx, (&insurer.code, account), &refused, cx.now).await?;
    Ok(tx.commit().await?)
}

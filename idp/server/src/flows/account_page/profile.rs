//! What somebody wants to be called, spoken to in, and told of.

use sekisho_base::{Cx, Language};
use sekisho_domain::audit::Event;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::credentials;
use sekisho_domain::journey::{Form, Refusal};
use sekisho_domain::member::{Position, Record};
use sekisho_domain::session::{MembershipRef, Session};
use sekisho_store::{accounts, audit, contacts, opt_ins, sharing};

use crate::directory;
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
    /// Whether the insured person of the household sees the person's notices; none where the person has no say.
    pub shares: Option<bool>,
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
        shares: shares(state, insurer, session.membership.as_ref()).await?,
    })
}

/// Dependents have a say where the insurer lets insured persons see anything; who objected at the office does so there.
async fn shares(
    state: &State,
    insurer: &Insurer,
    membership: Option<&MembershipRef>,
) -> Result<Option<bool>, Error> {
    let (Some(unsaid), Some(membership)) = (insurer.household.unsaid(), membership) else { return Ok(None) };
    let record = match state.directory(&insurer.code)?.person(&membership.person).await {
        Err(directory::Failure::Away { .. }) => None,
        found => found?,
    };
    let asked = |record: &Record| record.position == Position::Dependent && !record.household_refused;
    if !record.as_ref().is_some_and(asked) {
        return Ok(None);
    }
    let standing = sharing::standing(&state.db, &insurer.code, &membership.person).await?;
    Ok(Some(standing.shares.unwrap_or(unsaid)))
}

/// What a form wishes, and what is wrong with it: nothing, or a nickname that is too long. A language that is none, and
/// a say that is not had or not used, stay what they are.
pub fn read(form: &Form, insurer: &Insurer, present: &Profile) -> (Profile, Option<Refusal>) {
    let (nickname, refusal) = match credentials::nickname(form) {
        Ok(nickname) => (nickname, None),
        Err(refusal) => (form.get("nickname").to_owned(), Some(refusal)),
    };
    let said = match form.raw("sharing") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let wished = Profile {
        nickname,
        language: form.raw("language").parse().unwrap_or(present.language),
        opt_ins: credentials::opt_ins(form, insurer),
        shares: present.shares.map(|shares| said.unwrap_or(shares)),
    };
    (wished, refusal)
}

/// Keeps what is wished from now on.
///
/// # Errors
/// When rows cannot be written.
pub async fn keep(
    state: &State,
    (insurer, session): (&Insurer, &Session),
    wished: &Profile,
    cx: &mut Cx,
) -> Result<(), Error> {
    let account = session.account;
    let ids = insurer.opt_ins.iter().map(|opt_in| opt_in.id.clone());
    let refused: Vec<String> = ids.filter(|id| !wished.opt_ins.contains(id)).collect();
    let mut tx = state.db.begin().await?;
    accounts::rename(&mut tx, account, &wished.nickname).await?;
    accounts::speak(&mut tx, account, wished.language).await?;
    opt_ins::choose(&mut tx, (&insurer.code, account), &wished.opt_ins, cx.now).await?;
    opt_ins::take_back(&mut tx, (&insurer.code, account), &refused, cx.now).await?;
    if let (Some(shares), Some(membership)) = (wished.shares, &session.membership) {
        let who = (&insurer.code, &membership.person);
        if sharing::decide(&mut tx, who, shares, (account, cx.now)).await? {
            let event = Event::sharing_decided(insurer.code.clone(), account, shares);
            audit::append(&mut tx, &state.audit_key, event, cx).await?;
        }
    }
    Ok(tx.commit().await?)
}

//! Who a person is on the own pages.

use sekisho_domain::account::NameKind;
use sekisho_domain::email::Email;
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::member::Record;
use sekisho_domain::session::{MembershipRef, Session};
use sekisho_store::{accounts, contacts, identifiers, memberships};

use crate::flows::Error;
use crate::state::State;

/// A person's name and address.
pub struct Person {
    /// What the person chose to be called, else the name on record, where that is kept here.
    pub name: Option<String>,
    /// The proven address.
    pub email: Option<Email>,
    /// The names to sign in with that are no addresses.
    pub ids: Vec<String>,
    /// Where the person is a member, the insurer of the session first.
    pub insurers: Vec<InsurerCode>,
}

/// Who an account's owner is. An insurer's own directory is not asked for it: a page that only greets waits for nobody.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_session(state: &State, session: &Session) -> Result<Person, Error> {
    let contacts = contacts::of_account(&state.db, session.account).await?;
    let name = match accounts::nickname(&state.db, session.account).await? {
        Some(chosen) => Some(chosen),
        None => recorded(state, session.membership.as_ref()).await?,
    };
    let names = identifiers::of_account(&state.db, session.account).await?;
    let ids = names.into_iter().filter(|name| name.kind != NameKind::Email).map(|name| name.shown).collect();
    let own = session.membership.as_ref().map(|membership| membership.insurer.clone());
    let all = memberships::of_account(&state.db, session.account).await?;
    let mut insurers: Vec<InsurerCode> = all.into_iter().map(|membership| membership.insurer).collect();
    insurers.sort_by_key(|code| (Some(code) != own.as_ref(), code.clone()));
    insurers.dedup();
    Ok(Person { name, email: contacts.email, ids, insurers })
}

async fn recorded(state: &State, membership: Option<&MembershipRef>) -> Result<Option<String>, Error> {
    let Some(membership) = membership else { return Ok(None) };
    let Ok(directory) = state.directory(&membership.insurer) else { return Ok(None) };
    if directory.is_elsewhere() {
        return Ok(None);
    }
    Ok(directory.person(&membership.person).await?.as_ref().map(shown))
}

/// The name of a record as it is shown; the kana where there is no other.
fn shown(record: &Record) -> String {
    let name = if record.name.is_empty() { &record.kana } else { &record.name };
    name.replace('\u{3000}', " ")
}

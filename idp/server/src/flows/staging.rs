//! The person of a stage: somebody made up, of whom everything is known, with a password that everybody may know.
//!
//! Nothing here works but at an insurer that is a stage, which only an installation serves that is one itself. What is
//! there already stays as it is: a second start changes nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Language};
use sekisho_domain::account::{Joining, Name, NewAccount, NewFactor, NewSecret};
use sekisho_domain::audit::Event;
use sekisho_domain::email::Email;
use sekisho_domain::factor::password;
use sekisho_domain::ids::{AccountId, FactorId, InsurerCode, MembershipId, PersonKey};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::login_id::{LoginId, LoginIdError};
use sekisho_domain::particular::{self, Particular};
use sekisho_domain::phone::Phone;
use sekisho_domain::session::MembershipRef;
use sekisho_store::contacts::Contact;
use sekisho_store::{account_claims, accounts, audit, contacts, identifiers, members};
use serde::Deserialize;

use super::Error;
use super::import::{self, Findings, Outcome, Place, Plan};
use crate::state::State;

/// The person as a file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// At which insurer.
    pub insurer: InsurerCode,
    /// Which of its records.
    pub person: PersonKey,
    /// What the person signs in with.
    pub login_id: String,
    /// And with what password.
    pub password: SecretString,
    /// A proven address.
    pub email: String,
    /// A proven number.
    pub phone: String,
    /// What the person wants to be called.
    pub nickname: String,
    /// What the office tells beside the record, by the names of the claims.
    pub told: BTreeMap<String, String>,
}

/// Why the person cannot be.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The insurer is none, or none of a stage.
    #[error("{0} is no insurer of a stage")]
    NoStage(InsurerCode),
    /// The extract was not taken.
    #[error("the extract was held: {0}")]
    Held(String),
    /// The extract cannot be read.
    #[error(transparent)]
    Import(#[from] anyhow::Error),
    /// The insurer has no such record.
    #[error("{0} is nobody's key at this insurer")]
    Nobody(PersonKey),
    /// The name cannot be chosen.
    #[error("login_id: {0}")]
    LoginId(#[from] LoginIdError),
    /// The address or number is none.
    #[error("{0}: it cannot be used")]
    Contact(&'static str),
    /// The insurer would not take the password.
    #[error("password: {0:?}")]
    Password(password::Refusal),
    /// What is told cannot be.
    #[error("told.{0}: {1}")]
    Told(String, particular::Refusal),
    /// What is told has a name that nobody knows.
    #[error("told.{0}: nobody knows this claim")]
    Untold(String),
    /// Something failed.
    #[error(transparent)]
    Flow(#[from] Error),
}

impl From<sekisho_store::Error> for Failure {
    fn from(error: sekisho_store::Error) -> Self {
        Self::Flow(error.into())
    }
}

/// Imports an extract at an insurer of a stage that has no records yet. Gives how many there are.
///
/// # Errors
/// When the extract cannot be read, or is held.
pub async fn import_once(state: &State, insurer: &Insurer, extract: &Path) -> Result<u64, Failure> {
    staged(state, &insurer.code)?;
    let today = state.cx().now.date_in_tokyo();
    let (known, _) = members::counts(&state.db, &insurer.code, today).await?;
    if known > 0 {
        return Ok(known);
    }
    let file = File::open(extract).map_err(|error| anyhow::anyhow!("{}: {error}", extract.display()))?;
    let plan = Plan::new(insurer, today);
    let mut findings = Findings::new(Vec::new());
    let report = import::import(Place::of(state), &plan, file, &mut findings, &mut |_| {}).await;
    let report = report.map_err(anyhow::Error::new)?;
    match report.outcome {
        Outcome::Merged => Ok(members::counts(&state.db, &insurer.code, today).await?.0),
        Outcome::Tried | Outcome::Held(_) => Err(Failure::Held(format!("{:?}", report.counts))),
    }
}

/// Brings the person into being, unless somebody has the name already. True when it was done now.
///
/// # Errors
/// When the file says what cannot be, or rows cannot be written.
pub async fn bring(state: &State, person: &Person, cx: &mut Cx) -> Result<bool, Failure> {
    let insurer = staged(state, &person.insurer)?;
    let login_id = LoginId::choose(&person.login_id, None)?;
    if identifiers::is_taken(&state.db, &login_id.folded()).await? {
        return Ok(false);
    }
    let record = state.directory(&insurer.code)?.person(&person.person).await;
    let Some(_) = record.map_err(Error::from)? else { return Err(Failure::Nobody(person.person.clone())) };
    let phone = Phone::parse(&person.phone).map_err(|_| Failure::Contact("phone"))?;
    let told = told(person)?;
    let account = account(state, (insurer, person, &login_id), cx).await?;
    let secrets = state.seal_factors(&account.joining.factors, cx)?;
    let event = Event::account_changed(insurer.code.clone(), account.id, "made", "the person of the stage");
    let mut tx = state.db.begin().await.map_err(Error::from)?;
    accounts::insert(&mut tx, &account, &secrets).await?;
    contacts::put(&mut tx, account.id, Contact::Phone(&phone), cx.now).await?;
    for (particular, value) in told {
        account_claims::put(&mut tx, account.id, (particular, &value), cx.now).await?;
    }
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(true)
}

fn staged<'a>(state: &'a State, code: &InsurerCode) -> Result<&'a Insurer, Failure> {
    let insurer = state.insurers.get(code).filter(|insurer| insurer.stage && state.config.server.stage);
    insurer.ok_or_else(|| Failure::NoStage(code.clone()))
}

fn told(person: &Person) -> Result<Vec<(Particular, String)>, Failure> {
    let read = |(name, value): (&String, &String)| {
        let particular: Particular = name.parse().map_err(|()| Failure::Untold(name.clone()))?;
        let value = particular.read(value).map_err(|refusal| Failure::Told(name.clone(), refusal))?;
        Ok((particular, value))
    };
    person.told.iter().map(read).collect()
}

async fn account(
    state: &State,
    (insurer, person, login_id): (&Insurer, &Person, &LoginId),
    cx: &mut Cx,
) -> Result<NewAccount, Failure> {
    let email = Email::parse(&person.email).map_err(|_| Failure::Contact("email"))?;
    let context = insurer.password_context(Some(&email));
    insurer.password.judge(&person.password, &context).map_err(Failure::Password)?;
    let hash = state.hashing.hash(person.password.expose_secret().into(), cx.bytes()).await;
    let password = NewSecret::Password(hash.map_err(Error::from)?.into());
    let membership = MembershipRef {
        insurer: insurer.code.clone(),
        id: MembershipId::draw(cx),
        person: person.person.clone(),
    };
    Ok(NewAccount {
        id: AccountId::draw(cx),
        language: Language::default(),
        names: vec![Name::chosen(login_id)],
        email,
        nickname: person.nickname.clone(),
        joining: Joining {
            membership,
            own_address: None,
            factors: vec![NewFactor { id: FactorId::draw(cx), secret: password }],
            acceptances: Vec::new(),
            opt_ins: Vec::new(),
        },
        at: cx.now,
    })
}

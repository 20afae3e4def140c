//! Relying parties as `clients.toml` has them: the file is the truth about what it names, and the rows follow it.
//!
//! What must stay true: what the file does not name is told, and ended only by name; a client that registered itself is
//! none of the file's business; and what is applied twice changes nothing.

pub mod assurance;
pub mod environment;
pub(super) mod named;

use std::collections::BTreeMap;
use std::path::Path;

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::ClientId;
use sekisho_domain::jose::Alg;
use sekisho_domain::oidc::client::{Difference, Logo, Origin, Refusal, Registration};
use sekisho_store::clients::Registered;
use sekisho_store::{audit, client_logos, clients};
use serde::Deserialize;

use super::Error;
use crate::keys::{self, Maker};
use crate::state::State;

pub use assurance::highest;

/// Why clients cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// The file is not of the form it should be.
    #[error("{0}: {1}")]
    Form(String, Box<toml::de::Error>),
    /// What the file takes from the environment is not there, or not said.
    #[error("{0}: {1}")]
    Environment(String, environment::Refused),
    /// Two clients have the same id.
    #[error("client {0}: stands in the file twice")]
    Twice(ClientId),
    /// A client that registered itself has this id.
    #[error("client {0}: has registered itself, and the file cannot take it over: choose another id")]
    Registered(ClientId),
    /// What is to be ended stands in the file.
    #[error("client {0}: stands in the file; take it out before it is ended")]
    Listed(ClientId),
    /// There is no such client.
    #[error("client {0}: is not registered")]
    Unknown(ClientId),
    /// A client breaks a rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A key that a client needs cannot be made.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// Something failed.
    #[error(transparent)]
    Flow(#[from] Error),
}

impl From<sekisho_store::Error> for Failure {
    fn from(error: sekisho_store::Error) -> Self {
        Self::Flow(error.into())
    }
}

impl From<sekisho_site::db::Error> for Failure {
    fn from(error: sekisho_site::db::Error) -> Self {
        Self::Flow(error.into())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "client")]
    clients: Vec<Registration>,
}

/// Reads the file, with what it takes from the environment.
///
/// # Errors
/// When it cannot be read, or a key in it is unknown or of the wrong form; the message names file and line.
pub fn read(path: &Path) -> Result<Vec<Registration>, Failure> {
    read_with(path, |variable| std::env::var(variable).ok())
}

/// As [`read`], with an environment of the caller's.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    path: &Path,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Vec<Registration>, Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::File(name.clone(), error))?;
    let form = |error| Failure::Form(name.clone(), Box::new(error));
    let table: toml::Table = toml::from_str(&text).map_err(form)?;
    if !environment::is_used_in(&table) {
        // Read from the text itself, a mistake is told with its line.
        let file: File = toml::from_str(&text).map_err(form)?;
        return Ok(file.clients);
    }
    let filled = environment::filled(table, variable);
    let filled = filled.map_err(|refused| Failure::Environment(name.clone(), refused))?;
    let file: File = filled.try_into().map_err(form)?;
    Ok(file.clients)
}

/// What applying a file would change, and what it would leave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Clients that are new, or live again.
    pub added: Vec<Registration>,
    /// Clients whose registration differs.
    pub changed: Vec<Change>,
    /// Clients that stand in the file no more. They stay until somebody ends them by name.
    pub unlisted: Vec<ClientId>,
    /// Clients that are ended by name: with them ends everything they were given.
    pub ended: Vec<ClientId>,
    logos: BTreeMap<ClientId, Option<Logo>>,
}

/// A registration that differs from its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What the file says.
    pub registration: Registration,
    /// What of it is new.
    pub differences: Vec<Difference>,
}

impl Plan {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.ended.is_empty()
    }
}

/// Compares registrations with the rows, and looks at what they name elsewhere. Every rule is checked first, so a plan
/// that exists can be applied. `ends` are the clients to end.
///
/// # Errors
/// [`Failure`], naming the client and the key.
pub async fn plan(state: &State, registrations: &[Registration], ends: &[ClientId]) -> Result<Plan, Failure> {
    let wanted = checked(state, registrations)?;
    let rows = clients::all(&state.db).await?;
    let mut known: BTreeMap<ClientId, Registered> =
        rows.into_iter().map(|row| (row.registration.id.clone(), row)).collect();
    let mut plan = Plan { ended: to_end(&wanted, &known, ends)?, ..Plan::default() };
    for (id, registration) in wanted {
        let row = known.remove(&id);
        match row {
            Some(row) if row.origin == Origin::Registered => return Err(Failure::Registered(id)),
            Some(row) if row.registration == *registration => continue,
            Some(row) => plan.changed.push(Change {
                differences: row.registration.differences(registration),
                registration: registration.clone(),
            }),
            None => plan.added.push(registration.clone()),
        }
        let found = named::look(state, registration).await?;
        if found.is_logo_away {
            let reason = "leads to a host that gives no picture now".to_owned();
            return Err(Refusal { client: id, field: "logo_uri", value: None, reason }.into());
        }
        plan.logos.insert(id, found.logo);
    }
    let left = known.into_iter().filter(|(id, row)| row.origin == Origin::File && !ends.contains(id));
    plan.unlisted = left.map(|(id, _)| id).collect();
    Ok(plan)
}

/// Makes the rows follow the registrations, in one transaction. Nothing ends.
///
/// # Errors
/// As [`plan`]; nothing is changed then.
pub async fn apply(state: &State, registrations: Vec<Registration>, cx: &mut Cx) -> Result<Plan, Failure> {
    apply_and_end(state, (&registrations, &[]), cx).await
}

/// As [`apply`], and ends the clients that are named.
///
/// # Errors
/// As [`plan`]; nothing is changed then.
pub async fn apply_and_end(
    state: &State,
    (registrations, ends): (&[Registration], &[ClientId]),
    cx: &mut Cx,
) -> Result<Plan, Failure> {
    let plan = plan(state, registrations, ends).await?;
    ensure_keys(state, registrations, cx).await?;
    if plan.is_empty() {
        return Ok(plan);
    }
    let mut tx = state.db.begin().await?;
    let changed = plan.changed.iter().map(|change| (&change.registration, "changed"));
    for (client, change) in plan.added.iter().map(|client| (client, "added")).chain(changed) {
        if !clients::put(&mut tx, client, cx.now).await? {
            return Err(Failure::Registered(client.id.clone()));
        }
        client_logos::put(&mut tx, &client.id, plan.logos.get(&client.id).and_then(Option::as_ref)).await?;
        audit::append(&mut tx, &state.audit_key, Event::client_applied(&client.id, change), cx).await?;
    }
    for id in &plan.ended {
        clients::end(&mut tx, id, cx.now).await?;
        audit::append(&mut tx, &state.audit_key, Event::client_applied(id, "removed"), cx).await?;
    }
    tx.commit().await?;
    Ok(plan)
}

/// Sees to it that there is a key of every algorithm that these clients registered.
pub(super) async fn ensure_keys(
    state: &State,
    registrations: &[Registration],
    cx: &mut Cx,
) -> Result<(), keys::Error> {
    let algs: Vec<_> = registrations.iter().flat_map(algs).collect();
    let maker = Maker { db: &state.db, ring: &state.ring, audit: &state.audit_key };
    state.keys.ensure(maker, &algs, cx).await
}

fn checked<'a>(
    state: &State,
    registrations: &'a [Registration],
) -> Result<BTreeMap<ClientId, &'a Registration>, Failure> {
    let mut checked = BTreeMap::new();
    for registration in registrations {
        assurance::check(state, registration)?;
        if checked.insert(registration.id.clone(), registration).is_some() {
            return Err(Failure::Twice(registration.id.clone()));
        }
    }
    Ok(checked)
}

/// The clients to end: such as live and do not stand in the file.
fn to_end(
    wanted: &BTreeMap<ClientId, &Registration>,
    known: &BTreeMap<ClientId, Registered>,
    ends: &[ClientId],
) -> Result<Vec<ClientId>, Failure> {
    if let Some(listed) = ends.iter().find(|id| wanted.contains_key(id)) {
        return Err(Failure::Listed(listed.clone()));
    }
    match ends.iter().find(|id| !known.contains_key(id)) {
        Some(unknown) => Err(Failure::Unknown(unknown.clone())),
        None => Ok(ends.to_vec()),
    }
}

/// The algorithms that we sign with for a client.
fn algs(client: &Registration) -> impl Iterator<Item = Alg> + use<> {
    let always = [client.id_token_signed_response_alg, client.introspection_signed_response_alg];
    always.into_iter().chain(client.userinfo_signed_response_alg)
}

//! Relying parties as `clients.toml` has them: the file is the truth, the rows follow it.

pub mod environment;

use std::collections::BTreeMap;
use std::path::Path;

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{ClientId, InsurerCode};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::jose::Alg;
use sekisho_domain::journey::steps::Step;
use sekisho_domain::oidc::client::{Refusal, Registration};
use sekisho_domain::session::Acr;
use sekisho_store::{audit, clients};
use serde::Deserialize;

use super::Error;
use crate::keys::{self, Maker};
use crate::state::State;

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

/// Reads the file.
///
/// # Errors
/// When it cannot be read, or a key in it is unknown or of the wrong form; the message names file and line.
pub fn read(path: &Path) -> Result<Vec<Registration>, Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::File(name.clone(), error))?;
    let form = |error| Failure::Form(name.clone(), Box::new(error));
    let table: toml::Table = toml::from_str(&text).map_err(form)?;
    if !environment::is_used_in(&table) {
        // Read from the text itself, a mistake is told with its line.
        let file: File = toml::from_str(&text).map_err(form)?;
        return Ok(file.clients);
    }
    let filled = environment::filled(table, |variable| std::env::var(variable).ok());
    let filled = filled.map_err(|refused| Failure::Environment(name.clone(), refused))?;
    let file: File = filled.try_into().map_err(form)?;
    Ok(file.clients)
}

/// What applying a file would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Clients that are new, or live again.
    pub added: Vec<Registration>,
    /// Clients whose registration differs.
    pub changed: Vec<Registration>,
    /// Clients that stand in the file no more: they end, and with them everything they were given.
    pub ended: Vec<ClientId>,
}

impl Plan {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.ended.is_empty()
    }
}

/// Compares registrations with the rows. Every rule is checked first, so a plan that exists can be applied.
///
/// # Errors
/// [`Failure`], naming the client and the key.
pub async fn plan(state: &State, registrations: &[Registration]) -> Result<Plan, Failure> {
    let wanted = checked(state, registrations)?;
    let rows = clients::all(&state.db).await?;
    let known: BTreeMap<_, _> =
        rows.into_iter().map(|row| (row.registration.id.clone(), row.registration)).collect();
    let mut plan = Plan::default();
    for (id, registration) in &wanted {
        match known.get(id) {
            None => plan.added.push((*registration).clone()),
            Some(row) if row != *registration => plan.changed.push((*registration).clone()),
            Some(_) => {}
        }
    }
    plan.ended.extend(known.into_keys().filter(|id| !wanted.contains_key(id)));
    Ok(plan)
}

/// Makes the rows follow the registrations, in one transaction.
///
/// # Errors
/// As [`plan`]; nothing is changed then.
pub async fn apply(state: &State, registrations: Vec<Registration>, cx: &mut Cx) -> Result<Plan, Failure> {
    let plan = plan(state, &registrations).await?;
    let algs: Vec<_> = registrations.iter().flat_map(algs).collect();
    let maker = Maker { db: &state.db, ring: &state.ring, audit: &state.audit_key };
    state.keys.ensure(maker, &algs, cx).await?;
    if plan.is_empty() {
        return Ok(plan);
    }
    let mut tx = state.db.begin().await?;
    let changes = plan.added.iter().map(|client| (client, "added"));
    for (client, change) in changes.chain(plan.changed.iter().map(|client| (client, "changed"))) {
        clients::put(&mut tx, client, cx.now).await?;
        audit::append(&mut tx, &state.audit_key, Event::client_applied(&client.id, change), cx).await?;
    }
    for id in &plan.ended {
        clients::end(&mut tx, id, cx.now).await?;
        audit::append(&mut tx, &state.audit_key, Event::client_applied(id, "removed"), cx).await?;
    }
    tx.commit().await?;
    Ok(plan)
}

fn checked<'a>(
    state: &State,
    registrations: &'a [Registration],
) -> Result<BTreeMap<ClientId, &'a Registration>, Failure> {
    let known: Vec<InsurerCode> = state.insurers.iter().map(|insurer| insurer.code.clone()).collect();
    let reachable = |code: &InsurerCode| state.insurers.get(code).map(reachable);
    let mut checked = BTreeMap::new();
    for registration in registrations {
        let client = registration.clone().parse(state.config.server.loopback)?;
        client.check_insurers(&known, reachable)?;
        if checked.insert(client.id.clone(), registration).is_some() {
            return Err(Failure::Twice(client.id));
        }
    }
    Ok(checked)
}

/// The algorithms that we sign with for a client.
fn algs(client: &Registration) -> impl Iterator<Item = Alg> + use<> {
    let always = [client.id_token_signed_response_alg, client.introspection_signed_response_alg];
    always.into_iter().chain(client.userinfo_signed_response_alg)
}

/// The highest assurance that an insurer's members can show, once they have what it takes.
fn reachable(insurer: &Insurer) -> Acr {
    if insurer.sign_in.passkeys { Acr::PhishingResistant } else { highest(insurer) }
}

/// The highest assurance that signing in at an insurer leads to.
pub fn highest(insurer: &Insurer) -> Acr {
    let second = |step: &Step| matches!(step, Step::SecondFactor(_));
    if insurer.login().steps().iter().any(second) { Acr::TwoFactor } else { Acr::OneFactor }
}

//! `sekisho stage`: sets a stage for tools that try the protocol, and serves it.
//!
//! What it needs stands beside the configuration: `members-CODE.csv`, `person.toml`, `plans/*.json`. It may be started any
//! number of times: what is there already stays as it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use clap::Args;
use secrecy::ExposeSecret as _;
use sekisho_site::clock::SystemClock;
use sekisho_site::serve::{on_signals, telemetry};
use serde_json::Value;

use crate::config::Config;
use crate::flows::clients::{self, environment};
use crate::flows::staging::{self, Person};
use crate::state::State;
use crate::{service, startup};

/// Where the stage's issuer is found in plans.
const ISSUER: &str = "SEKISHO_STAGE_ISSUER";

/// Brings a stage's members, person and clients into being, writes what a conformance suite is told, and serves.
#[derive(Debug, Args)]
pub struct Stage {
    /// Where the plans of `plans/*.json` are written, filled in for this stage. It is made when it does not exist.
    #[arg(long, value_name = "DIR", default_value = "data/stage/plans")]
    plans: PathBuf,
}

/// Sets the stage that `folder` describes, and serves it until asked to stop.
///
/// # Errors
/// When the configuration is not of a stage, or something of it cannot be.
pub async fn run(folder: &Path, config: Config, wanted: &Stage) -> anyhow::Result<()> {
    ensure!(config.server.stage, "a stage is set only where the configuration says [server] stage = true");
    telemetry::start(config.log.format, &config.log.level);
    let shutdown = on_signals();
    if let Some(folder) = config.secrets.master_key_path.as_deref().and_then(Path::parent) {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let state = startup::prepare(config, Arc::new(SystemClock)).await?;
    let variable = |name: &str| std::env::var(name).ok();
    let set = set(&state, folder, variable).await?;
    let plans = write_plans(&set.plans, &wanted.plans)?;
    let running = service::start(Arc::clone(&state), shutdown).await?;
    println!("{}", told(&state, &set, &plans));
    running.ended().await;
    Ok(())
}

/// A stage that is set.
pub struct Set {
    /// Who signs in.
    pub person: Person,
    /// Whether they came into being just now.
    pub is_new: bool,
    /// How many records its insurers have.
    pub records: u64,
    /// The clients of its file.
    pub clients: Vec<String>,
    /// The plans by their file names, filled in.
    pub plans: Vec<(String, Value)>,
}

/// Brings what a stage's folder says into being. `variable` is the environment.
///
/// # Errors
/// When a file cannot be read, or says what cannot be.
pub async fn set(
    state: &State,
    folder: &Path,
    variable: impl Fn(&str) -> Option<String> + Copy,
) -> anyhow::Result<Set> {
    let mut records = 0;
    for insurer in state.insurers.iter() {
        let extract = folder.join(format!("members-{}.csv", insurer.code));
        if extract.exists() {
            records += staging::import_once(state, insurer, &extract).await?;
        }
    }
    let person: Person = read_toml(&folder.join("person.toml"))?;
    let is_new = staging::bring(state, &person, &mut state.cx()).await.context("person.toml")?;
    let registrations = clients::read_with(&state.config.files.clients, variable)?;
    let ids = registrations.iter().map(|client| client.id.to_string()).collect();
    clients::apply(state, registrations, &mut state.cx()).await?;
    let issuer = state.issuer.as_str().to_owned();
    let filled = |name: &str| if name == ISSUER { Some(issuer.clone()) } else { variable(name) };
    let plans = plans(&folder.join("plans"), filled)?;
    Ok(Set { person, is_new, records, clients: ids, plans })
}

fn read_toml<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}

/// The plans of a folder, in the order of their names.
fn plans(folder: &Path, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Vec<(String, Value)>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let mut plan: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        fill(&mut plan, &variable)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        anyhow::Ok((name, plan))
    };
    paths.iter().map(|path| read(path).with_context(|| path.display().to_string())).collect()
}

fn fill(value: &mut Value, variable: &impl Fn(&str) -> Option<String>) -> Result<(), environment::Refused> {
    match value {
        Value::String(text) => *text = environment::filled_text(text, variable)?,
        Value::Array(values) => values.iter_mut().try_for_each(|value| fill(value, variable))?,
        Value::Object(members) => members.iter_mut().try_for_each(|(_, value)| fill(value, variable))?,
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

fn write_plans(plans: &[(String, Value)], folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let write = |(name, plan): &(String, Value)| {
        let path = folder.join(name);
        std::fs::write(&path, serde_json::to_string_pretty(plan)?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(path)
    };
    plans.iter().map(write).collect()
}

fn told(state: &State, set: &Set, plans: &[PathBuf]) -> String {
    let person = &set.person;
    let since = if set.is_new { "new" } else { "there already" };
    let mut lines = vec![
        format!("A stage: {}", state.issuer),
        format!("  discovery  {}/.well-known/openid-configuration", state.issuer),
        format!("  person     {}  {}  ({since})", person.login_id, person.password.expose_secret()),
        format!("  records    {}", set.records),
        format!("  clients    {}", set.clients.join(", ")),
        "Give the suite one of these as the configuration of its plan:".to_owned(),
    ];
    lines.extend(plans.iter().map(|path| format!("  {}", path.display())));
    lines.join("\n")
}

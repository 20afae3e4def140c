//! The command line: what operators and clerks run.

pub mod account;
pub mod audit;
pub mod check;
pub mod client;
pub mod keys;
pub mod members;
pub mod sample_data;
pub mod stage;
pub mod try_out;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use sekisho_site::clock::SystemClock;
use sekisho_site::serve::{on_signals, telemetry};

use crate::config::Config;
use crate::state::State;
use crate::{service, startup};

/// An OpenID Connect identity provider for health insurance societies.
#[derive(Debug, Parser)]
#[command(name = "sekisho", version)]
pub struct Command {
    /// The configuration. Each key can be set by `SEKISHO__SECTION__KEY` as well.
    #[arg(long, global = true, env = "SEKISHO_CONFIG", default_value = "config/sekisho.toml")]
    config: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve until asked to stop.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Say what is missing or doubtful in this installation.
    Doctor,
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Insurers' files.
    #[command(subcommand)]
    Insurer(InsurerVerb),
    /// Make up an extract of people who do not exist.
    SampleData(sample_data::SampleData),
    /// Member records.
    #[command(subcommand)]
    Members(members::Verb),
    /// Relying parties.
    #[command(subcommand)]
    Client(client::Verb),
    /// Signing keys.
    #[command(subcommand)]
    Keys(keys::Verb),
    /// Accounts.
    #[command(subcommand)]
    Account(account::Verb),
    /// The audit trail.
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Set a stage for tools that try the protocol, and serve it until asked to stop.
    Stage(stage::Stage),
}

#[derive(Debug, Subcommand)]
enum ConfigVerb {
    /// Read the configuration and say whether it can be served.
    Check,
}

#[derive(Debug, Subcommand)]
enum InsurerVerb {
    /// Read insurers' files and say what cannot be walked, and why.
    Check {
        /// The files; all of the configuration's folder when none is named.
        files: Vec<PathBuf>,
        /// Draws the journeys of each file beside it, as CODE.svg and as lines here.
        #[arg(long)]
        draw: bool,
    },
    /// Walk a journey of an insurer's file here, with sample members. Nothing is stored or sent.
    Try(try_out::Try),
}

/// Runs a command.
pub fn run(command: Command) -> ExitCode {
    match block_on(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sekisho: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(command: Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(command.carry_out())
}

impl Command {
    async fn carry_out(self) -> anyhow::Result<()> {
        let config =
            || -> anyhow::Result<Config> { Ok(sekisho_site::config::load(Some(&self.config), "SEKISHO")?) };
        match self.verb {
            Verb::Serve => serve(config()?).await,
            Verb::Migrate => startup::database(&config()?).await.map(drop),
            Verb::Doctor => check::doctor(config()?).await,
            Verb::Config(ConfigVerb::Check) => check::config(&config()?),
            Verb::Insurer(InsurerVerb::Check { files, draw }) => {
                let config = config()?;
                check::insurers(&config.files, &files)?;
                if draw { check::draw(&config.files, &files) } else { Ok(()) }
            }
            Verb::Insurer(InsurerVerb::Try(wanted)) => try_out::run(&config()?.files, &wanted),

            Verb::SampleData(wanted) => sample_data::run(&config()?.files, &wanted),
            Verb::Members(verb) => members::run(state(config()?).await?.as_ref(), verb).await,
            Verb::Client(verb) => client::run(state(config()?).await?.as_ref(), verb).await,
            Verb::Keys(verb) => keys::run(state(config()?).await?.as_ref(), verb).await,
            Verb::Account(verb) => account::run(state(config()?).await?.as_ref(), verb).await,
            Verb::Audit(verb) => audit::run(state(config()?).await?.as_ref(), verb).await,
            Verb::Stage(wanted) => {
                let folder = self.config.parent().unwrap_or_else(|| std::path::Path::new(""));
                stage::run(folder, config()?, &wanted).await
            }
        }
    }
}

async fn state(config: Config) -> anyhow::Result<Arc<State>> {
    startup::prepare(config, Arc::new(SystemClock)).await
}

async fn serve(config: Config) -> anyhow::Result<()> {
    telemetry::start(config.log.format, &config.log.level);
    let shutdown = on_signals();
    service::start(state(config).await?, shutdown).await?.ended().await;
    Ok(())
}

//! `sekisho-medical-costs`: serves the portal of medical-cost notices, and takes insurers' extracts in.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use sekisho_medical_costs::{Config, open_database, start};
use sekisho_site::clock::SystemClock;
use sekisho_site::serve::{on_signals, telemetry};

mod import_file;

/// The portal of medical-cost notices.
#[derive(Debug, Parser)]
#[command(name = "sekisho-medical-costs", version)]
struct Arguments {
    /// The configuration.
    #[arg(long, global = true, default_value = "config/medical-costs.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answers until it is asked to end.
    Serve,
    /// Brings the database's tables up to date.
    Migrate,
    /// Reads the configuration and says whether it can be served from.
    Check,
    /// Imports an insurer's extract of claims (17 columns, CP932 or UTF-8).
    Import(import_file::Arguments),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let config: Config = sekisho_site::config::load(Some(&arguments.config), "SEKISHO")?;
    config.check().with_context(|| arguments.config.display().to_string())?;
    telemetry::start(config.log.format, &config.log.level);
    match arguments.command {
        Command::Serve => {
            let shutdown = on_signals();
            let running = start(config, Arc::new(SystemClock), shutdown).await?;
            tracing::info!(address = %running.address, "serving");
            running.ended().await;
        }
        Command::Migrate => open_database(&config).await?.close().await,
        Command::Check => {}
        Command::Import(arguments) => import_file::run(&config, arguments).await?,
    }
    Ok(())
}

//! `sekisho-certificate`: serves the eligibility certificate portal.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use sekisho_certificate::{Config, open_database, start};
use sekisho_site::clock::SystemClock;
use sekisho_site::serve::{on_signals, telemetry};

/// The eligibility certificate portal.
#[derive(Debug, Parser)]
#[command(name = "sekisho-certificate", version)]
struct Arguments {
    /// The configuration.
    #[arg(long, global = true, default_value = "config/certificate.toml")]
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
    }
    Ok(())
}

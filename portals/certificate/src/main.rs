//! `sekisho-certificate`: serves the eligibility certificate portal.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use sekisho_certificate::office::{self, Order};
use sekisho_certificate::{Config, open_database, start};
use sekisho_site::clock::{Door, SystemClock};
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
    /// Reads the configuration and says whether it can be served from, and what is missing for PDF files.
    Check,
    /// Takes a certificate back, from now on: its member and whoever checks it are told at once.
    Revoke {
        /// Its number, as it stands on the card: 7K2M-94QX.
        serial: String,
        /// Why, in a sentence. The member reads it.
        #[arg(long)]
        reason: String,
        /// Who says so. It is kept, and not shown to the member.
        #[arg(long, env = "USER", default_value = "office")]
        by: String,
    },
    /// Says what a certificate is worth and what became of it, without saying whose it is.
    Show {
        /// Its number.
        serial: String,
    },
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
        Command::Check => print!("{}", office::checked(&config)),
        Command::Revoke { serial, reason, by } => {
            let order = Order::Revoke { serial, reason, by };
            println!("{}", office::carried_out(&config, &Door::default(), order).await?);
        }
        Command::Show { serial } => {
            println!("{}", office::carried_out(&config, &Door::default(), Order::Show { serial }).await?);
        }
    }
    Ok(())
}

//! `cargo run`: the whole house on this machine, to try things out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use sekisho_demo::greeting::Greeting;
use sekisho_demo::house::{House, Plan, Ports};
use sekisho_site::serve::{on_signals, telemetry};

/// Sekisho on this machine: identity provider, two portals and an inbox, with sample members.
#[derive(Debug, Parser)]
#[command(name = "sekisho-demo", version)]
struct Arguments {
    /// The identity provider's port; portals and inbox take the four after it.
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port_base: u16,
    /// Where databases and keys are kept. It is made when it does not exist.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// The folder with insurers, terms and sample extracts.
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// What is logged: `warn`, `info`, or directives such as `warn,sekisho_idp=debug`.
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sekisho-demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    telemetry::start(telemetry::Format::Pretty, &arguments.log);
    std::fs::create_dir_all(&arguments.data)
        .with_context(|| format!("{} cannot be made", arguments.data.display()))?;
    let config = arguments.config.unwrap_or_else(own_config);
    let plan = Plan::new(&config, &arguments.data, Ports::from_base(arguments.port_base)?);
    let shutdown = on_signals();
    let house = House::start(&plan, &shutdown).await?;
    println!("{}", Greeting::of(&house));
    house.ended().await;
    Ok(())
}

/// The `config` of the folder the demo is started in, or else of the repository it was built from.
fn own_config() -> PathBuf {
    let here = Path::new("config");
    if here.join("insurers").is_dir() {
        return here.to_owned();
    }
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config")
}

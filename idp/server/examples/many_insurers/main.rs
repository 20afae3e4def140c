//! Makes many insurers of the sample ones, and measures what they cost.
//!
//! `cargo run --release -p sekisho-idp --example many_insurers -- write 1400 DIR` writes a configuration with so many
//! insurers into DIR. `… -- measure 1400` starts the service (`sekisho`, built beside this program) in turn with the
//! sample insurers and with so many, and compares start, memory and the sign-in page.

mod made;
mod measured;
mod wire;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, bail};

const USAGE: &str = "say what: many_insurers write COUNT DIR, or many_insurers measure COUNT [SEKISHO]";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", count, folder] => {
            made::configuration(&config(), Path::new(folder), count.parse()?).map(drop)
        }
        ["measure", count] => measured::compare(&config(), &beside()?, count.parse()?),
        ["measure", count, binary] => measured::compare(&config(), Path::new(binary), count.parse()?),
        _ => bail!(USAGE),
    }
}

/// The folder of the samples.
fn config() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config")
}

/// The service's program, built in the same profile as this one.
fn beside() -> anyhow::Result<PathBuf> {
    let own = fs::canonicalize(env::current_exe()?)?;
    let binary = own.ancestors().nth(2).context("no folder above this program")?.join("sekisho");
    if !binary.exists() {
        bail!("{} is not there: build it with cargo build --release -p sekisho-idp", binary.display());
    }
    Ok(binary)
}

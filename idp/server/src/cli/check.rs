//! `config check`, `insurer check` and `doctor`: what is wrong, before a member finds out.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use sekisho_base::accent;
use sekisho_domain::factor::password::Departure;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Fact, Kind, Step};

use crate::config::{Config, Files};
use crate::startup;

/// Says whether a configuration can be served.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn config(config: &Config) -> anyhow::Result<()> {
    config.check()?;
    startup::insurers(&config.files)?;
    println!("The configuration can be served: {}", config.issuer());
    Ok(())
}

/// Reads insurers' files and prints what each will look like.
///
/// # Errors
/// After all were read, when one of them is refused.
pub fn insurers(files: &Files, named: &[PathBuf]) -> anyhow::Result<()> {
    let mut refused = 0;
    let paths = if named.is_empty() { startup::insurer_files(files)? } else { named.to_vec() };
    for path in &paths {
        match startup::insurer(path, &files.terms).and_then(|insurer| describe(&insurer)) {
            Ok(()) => {}
            Err(error) => {
                refused += 1;
                eprintln!("✗ {error:#}");
            }
        }
    }
    if refused > 0 {
        bail!("{refused} of {} files refused", paths.len());
    }
    Ok(())
}

fn describe(insurer: &Insurer) -> anyhow::Result<()> {
    println!("✓ {} {} ({})", insurer.code, insurer.name.ja, insurer.number);
    for kind in [Kind::Enrol, Kind::Login] {
        let words: Vec<&str> = insurer.journey(kind).steps().iter().map(Step::word).collect();
        println!("  {}: {}", kind.as_str(), words.join(" → "));
    }
    let accent = accent::guard(&insurer.accent).with_context(|| format!("{}: accent", insurer.code))?;
    if let Some(notice) = accent.notice {
        println!("  {notice}");
    }
    for departure in insurer.password.departures(asks_second_factor(insurer)) {
        println!("  ! {}", sentence(departure));
    }
    Ok(())
}

/// Whether every sign-in of this insurer ends with a second factor.
fn asks_second_factor(insurer: &Insurer) -> bool {
    insurer.journey(Kind::Login).steps().iter().any(|step| step.gives().contains(&Fact::SecondFactor))
}

fn sentence(departure: Departure) -> String {
    match departure {
        Departure::Short { least } => {
            format!("password.least: shorter than the {least} characters of the default")
        }
        Departure::Capped => "password.most: passwords of 64 characters are refused".to_owned(),
        Departure::Kinds => {
            "password.kinds: kinds of characters are asked for, which makes passwords no safer".to_owned()
        }
        Departure::Undecided => "password.decision: say who decided this departure, when and why".to_owned(),
    }
}

/// Looks at everything a running service needs, and says what is missing.
///
/// # Errors
/// When something is missing.
pub async fn doctor(config: Config) -> anyhow::Result<()> {
    let mut wrong = 0;
    let mut say = |what: &str, found: anyhow::Result<String>| match found {
        Ok(note) => println!("✓ {what}: {note}"),
        Err(error) => {
            wrong += 1;
            println!("✗ {what}: {error:#}");
        }
    };
    say("configuration", config.check().map(|()| config.issuer()).map_err(Into::into));
    say("insurers", startup::insurers(&config.files).map(|all| format!("{} files", all.iter().count())));
    say("database", startup::database(&config).await.map(|_| "reachable, schema up to date".to_owned()));
    let address = format!("{}:{}", config.mail.host, config.mail.port);
    let reached = tokio::net::TcpStream::connect(&address).await;
    say("mail server", reached.map(|_| address).map_err(Into::into));
    if wrong > 0 {
        bail!("{wrong} things to put right");
    }
    Ok(())
}

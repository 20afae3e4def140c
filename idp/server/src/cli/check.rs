//! `config check`, `insurer check` and `doctor`: what is wrong, before a member finds out.

mod assurance;
mod certificate;
mod documents;
mod draw;
mod ends;
mod report;
#[cfg(test)]
mod sample;
mod texts;
mod together;
mod words;

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use sekisho_domain::insurer::Insurer;
use sekisho_site::clock::{Clock as _, SystemClock};
use sekisho_site::http::Reach;

use self::report::Report;
use crate::config::{Config, Files};
use crate::flows::clients;
use crate::startup;

/// Says whether a configuration can be served.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn config(config: &Config) -> anyhow::Result<()> {
    config.check()?;
    startup::staged(config, &startup::insurers(&config.files)?)?;
    println!("The configuration can be served: {}", config.issuer());
    Ok(())
}

/// Reads insurers' files and says how each works, what is doubtful, and why one is refused.
///
/// # Errors
/// After all were read, when one of them is refused or two cannot live side by side.
pub fn insurers(files: &Files, named: &[PathBuf]) -> anyhow::Result<()> {
    let examined = Examined::read(files, named)?;
    let mut refused = 0;
    for (path, read) in &examined.files {
        match read {
            Ok((insurer, report)) if report.faults.is_empty() => tell(insurer, report),
            Ok((_, report)) => {
                refused += 1;
                report.faults.iter().for_each(|fault| eprintln!("✗ {}: {fault}", path.display()));
            }
            Err(error) => {
                refused += 1;
                eprintln!("✗ {error:#}");
            }
        }
    }
    examined.conflicts.iter().for_each(|conflict| eprintln!("✗ {conflict}"));
    if refused > 0 {
        bail!("{refused} of {} files refused", examined.files.len());
    }
    if !examined.conflicts.is_empty() {
        bail!("these insurers cannot live side by side");
    }
    Ok(())
}

/// Draws the journeys of insurers' files: as lines here, as `CODE.svg` beside each file.
///
/// # Errors
/// When a file cannot be read, or a picture cannot be written.
pub fn draw(files: &Files, named: &[PathBuf]) -> anyhow::Result<()> {
    let paths = if named.is_empty() { startup::insurer_files(files)? } else { named.to_vec() };
    for path in paths {
        let insurer = startup::insurer(&path, &files.terms)?;
        let picture = path.with_extension("svg");
        std::fs::write(&picture, draw::svg(&insurer)).with_context(|| picture.display().to_string())?;
        println!("{}  {}\n{}", insurer.code, picture.display(), draw::lines(&insurer));
    }
    Ok(())
}

/// Insurers' files, looked at one by one and together.
struct Examined {
    files: Vec<(PathBuf, anyhow::Result<(Insurer, Report)>)>,
    conflicts: Vec<String>,
}

impl Examined {
    /// Looks at the named files, or at all of the configuration's folder. Those that are named must get on with the
    /// others of the folder as well; of a file for a code that the folder has, the named one counts.
    fn read(files: &Files, named: &[PathBuf]) -> anyhow::Result<Self> {
        let clients = clients::read(&files.clients)?;
        let paths = if named.is_empty() { startup::insurer_files(files)? } else { named.to_vec() };
        let looked_at: Vec<_> = paths
            .into_iter()
            .map(|path| {
                let read = startup::insurer(&path, &files.terms);
                let reported = read.map(|insurer| {
                    let report = Report::of(&insurer, &clients);
                    (insurer, report)
                });
                (path, reported)
            })
            .collect();
        let known: Vec<&Insurer> =
            looked_at.iter().filter_map(|(_, read)| read.as_ref().ok()).map(|(insurer, _)| insurer).collect();
        let neighbours = if named.is_empty() { Vec::new() } else { neighbours(files, &known) };
        let conflicts = together::conflicts(&known.into_iter().chain(&neighbours).collect::<Vec<_>>());
        Ok(Self { files: looked_at, conflicts })
    }
}

/// The insurers of the configuration's folder beside those that are looked at. What cannot be read there is not the
/// matter here.
fn neighbours(files: &Files, known: &[&Insurer]) -> Vec<Insurer> {
    let paths = startup::insurer_files(files).unwrap_or_default();
    let read = paths.iter().filter_map(|path| startup::insurer(path, &files.terms).ok());
    read.filter(|insurer| known.iter().all(|other| other.code != insurer.code)).collect()
}

fn tell(insurer: &Insurer, report: &Report) {
    println!("✓ {} {} ({})", insurer.code, insurer.name.ja, insurer.number);
    report.words.iter().for_each(|line| println!("  {line}"));
    report.notes.iter().for_each(|note| println!("  · {note}"));
    report.warnings.iter().for_each(|warning| println!("  ! {warning}"));
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
    if let Some(tls) = &config.server.tls {
        say("certificate", certificate::left(tls, SystemClock.now()));
    }
    let trusted = config.outbound.client(Reach::Public);
    say("authorities", trusted.map(|_| "can be used".to_owned()).map_err(Into::into));
    let read = startup::insurers(&config.files);
    let read = read.and_then(|all| startup::staged(&config, &all).map(|()| all));
    say("insurers", read.map(|all| format!("{} files", all.iter().count())));
    say("database", startup::database(&config).await.map(|_| "reachable, schema up to date".to_owned()));
    let address = format!("{}:{}", config.mail.host, config.mail.port);
    let reached = tokio::net::TcpStream::connect(&address).await;
    say("mail server", reached.map(|_| address).map_err(Into::into));
    if wrong > 0 {
        bail!("{wrong} things to put right");
    }
    Ok(())
}

#[cfg(test)]
mod tests;

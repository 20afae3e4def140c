//! `members import` and `members invite`: what a clerk does with member records.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::Subcommand;
use sekisho_domain::email::Email;
use sekisho_domain::ids::PersonKey;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::member::{Cover, Excess};

use crate::flows::import::{self, Findings, Outcome, Place, Plan, Progress, Report};
use crate::flows::invite::{Invited, invite};
use crate::state::State;

/// What is done with member records.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Import an insurer's extract (35 columns, CP932 or UTF-8).
    Import {
        /// The extract.
        file: PathBuf,
        /// Whose members they are.
        #[arg(long, value_name = "CODE")]
        insurer: String,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// Merge although too many rows are refused or too many persons lose their cover.
        #[arg(long)]
        force: bool,
        /// Where to list what is wrong with the rows; beside the extract when not given.
        #[arg(long, value_name = "PATH")]
        rejects: Option<PathBuf>,
    },
    /// Mail a member an invitation to register.
    Invite {
        /// The member's personal key.
        #[arg(long, value_name = "KEY")]
        member: String,
        /// Where the invitation is mailed.
        #[arg(long, value_name = "ADDR")]
        email: String,
        /// Whose member; needed when several insurers have the key.
        #[arg(long, value_name = "CODE")]
        insurer: Option<String>,
    },
}

/// Carries a verb out.
///
/// # Errors
/// In words for whoever typed it.
pub async fn run(state: &State, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Import { file, insurer, dry_run, force, rejects } => {
            let rejects = rejects.unwrap_or_else(|| file.with_extension("rejects.csv"));
            let insurer = find_insurer(state, &insurer)?;
            if insurer.directory.is_some() {
                bail!("{} has a [directory] of its own: nobody reads what is imported", insurer.code);
            }
            let mut plan = Plan::new(insurer, state.cx().now.date_in_tokyo());
            plan.dry_run = dry_run;
            plan.force = force;
            import_file(state, &plan, &file, &rejects).await
        }
        Verb::Invite { member, email, insurer } => {
            let person = member.parse::<PersonKey>()?;
            let email = Email::parse(&email).with_context(|| "the address cannot be used")?;
            let insurer = match insurer {
                Some(code) => find_insurer(state, &code)?,
                None => insurer_of(state, &person).await?,
            };
            tell_invited(&invite(state, insurer, (&person, &email), &mut state.cx()).await?, insurer)
        }
    }
}

fn find_insurer<'a>(state: &'a State, code: &str) -> anyhow::Result<&'a Insurer> {
    state.insurers.find(code).ok_or_else(|| anyhow!("there is no insurer {code}"))
}

/// The only insurer that has a person of this key.
async fn insurer_of<'a>(state: &'a State, person: &PersonKey) -> anyhow::Result<&'a Insurer> {
    let mut found = Vec::new();
    for insurer in state.insurers.iter() {
        if state.directory(&insurer.code)?.person(person).await?.is_some() {
            found.push(insurer);
        }
    }
    match found.as_slice() {
        [only] => Ok(only),
        [] => bail!("no insurer has a member {person}"),
        _ => bail!("several insurers have a member {person}: say which with --insurer"),
    }
}

async fn import_file(state: &State, plan: &Plan, path: &Path, rejects: &Path) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let mut findings = Findings::new(LazyFile { path: rejects.to_owned(), file: None });
    let terminal = io::stderr().is_terminal();
    let mut watch = |progress: Progress| {
        if terminal {
            let percent = (progress.bytes * 100).checked_div(length).unwrap_or(100);
            eprint!("\r{percent:>3} %  {} rows ", progress.rows);
        }
    };
    let imported = import::import(Place::of(state), plan, file, &mut findings, &mut watch).await;
    if terminal {
        eprintln!();
    }
    let report = imported?;
    if !findings.begun() {
        // A list of an earlier run would be taken for this one's.
        let _ = std::fs::remove_file(rejects);
    }
    tell(&report, findings.begun().then_some(rejects))
}

fn tell(report: &Report, rejects: Option<&Path>) -> anyhow::Result<()> {
    let counts = &report.counts;
    println!("{} rows read, {} refused, {} taken with a note", counts.read, counts.refused, report.noted);
    println!(
        "{} added, {} changed, {} unchanged, {} older than known, {} repeated, {} forgotten, {} losing their cover",
        counts.added,
        counts.changed,
        counts.unchanged,
        counts.older,
        counts.repeated,
        counts.deleted,
        counts.lost
    );
    if let Some(rejects) = rejects {
        println!("Line, column and reason of each: {}", rejects.display());
    }
    match &report.outcome {
        Outcome::Merged => println!("Merged."),
        Outcome::Tried => println!("Tried only: nothing was merged."),
        Outcome::Held(excesses) => {
            let reasons: Vec<String> = excesses.iter().map(reason).collect();
            bail!("held: {}. Nothing was merged; once looked at, --force merges", reasons.join(", "));
        }
    }
    Ok(())
}

fn reason(excess: &Excess) -> String {
    match excess {
        Excess::Refused { count, of } => format!("{count} of {of} rows are refused"),
        Excess::Lost { count, of } => format!("{count} of {of} covered persons would lose their cover"),
    }
}

fn tell_invited(invited: &Invited, insurer: &Insurer) -> anyhow::Result<()> {
    match invited {
        Invited::Mailed { id, days } => {
            println!("{id}: on its way from {}; it can be opened for {days} days.", insurer.mail_from);
            Ok(())
        }
        Invited::Unknown => bail!("{} has no such member", insurer.code),
        Invited::NotCovered(Cover::NotYet(on)) => bail!("the member is covered from {on} on only"),
        Invited::NotCovered(_) => bail!("the member is no longer covered"),
        Invited::Registered => bail!("the member has an account already"),
    }
}

/// A file that comes into being with its first byte.
struct LazyFile {
    path: PathBuf,
    file: Option<io::BufWriter<File>>,
}

impl Write for LazyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            none => none.insert(io::BufWriter::new(File::create(&self.path)?)).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

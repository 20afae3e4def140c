//! `import`: what a clerk does with an extract of claims.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use sekisho_medical_costs::import::{Findings, Outcome, Place, Plan, Progress, Report, import};
use sekisho_medical_costs::rules::intake::Excess;
use sekisho_medical_costs::{Config, open_database};
use sekisho_site::clock::{Door, SystemClock};

/// What is imported.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The extract.
    file: PathBuf,
    /// Whose claims they are.
    #[arg(long, value_name = "CODE")]
    insurer: String,
    /// Only say what would happen.
    #[arg(long)]
    dry_run: bool,
    /// Merge although too many rows are refused or are corrections.
    #[arg(long)]
    force: bool,
    /// Where to list what is wrong with the rows; beside the extract when not given.
    #[arg(long, value_name = "PATH")]
    rejects: Option<PathBuf>,
}

/// Imports the extract.
///
/// # Errors
/// In words for whoever typed it.
pub async fn run(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let code = arguments.insurer.as_str();
    let insurer = config.insurer(code).ok_or_else(|| anyhow!("there is no insurer {code}"))?;
    let rejects = arguments.rejects.unwrap_or_else(|| arguments.file.with_extension("rejects.csv"));
    let door = Door::new(SystemClock);
    let mut plan = Plan::new((code, &insurer.number), config.calendar, door.clock.now().date_in_tokyo());
    plan.dry_run = arguments.dry_run;
    plan.force = arguments.force;
    let db = open_database(config).await?;
    let told = import_file(Place { db: &db, door: &door }, &plan, &arguments.file, &rejects).await;
    db.close().await;
    told
}

async fn import_file(place: Place<'_>, plan: &Plan, path: &Path, rejects: &Path) -> anyhow::Result<()> {
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
    let imported = import(place, plan, file, &mut findings, &mut watch).await;
    if terminal {
        eprintln!();
    }
    if !findings.begun() {
        // A list of an earlier run would be taken for this one's.
        let _ = std::fs::remove_file(rejects);
    }
    tell(&imported?, findings.begun().then_some(rejects))
}

fn tell(report: &Report, rejects: Option<&Path>) -> anyhow::Result<()> {
    let counts = &report.counts;
    println!("{} rows read, {} refused, {} too old to be kept", counts.read, counts.refused, counts.outdated);
    println!(
        "{} added, {} of them corrections; {} with something paid back since, {} known",
        counts.added, counts.corrections, counts.changed, counts.known
    );
    if let Some(rejects) = rejects {
        println!("Line, column and reason of each: {}", rejects.display());
    }
    match &report.outcome {
        Outcome::Merged => println!("Merged. {} rows of years past were deleted.", report.forgotten),
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
        Excess::Corrections { count, of } => format!("{count} of {of} rows are corrections"),
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

//! `insurer try FILE`: walks a registration in the terminal, with sample members. Nothing is stored or sent: mails and
//! text messages are printed where they would arrive.

mod desk;
mod questions;

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;
use sekisho_base::{Cx, Language, era};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::identity::Found;
use sekisho_domain::journey::steps::{Challenge, Evidence, given_id};
use sekisho_domain::journey::{Form, Given, Journey, Progress, Start, Turn, World, arrival};
use sekisho_domain::member::{self, GivenId, Proof, Record, Row, RowRules, parse_row};
use sekisho_site::clock::{Door, SystemClock};
use sekisho_site::extract::Reader;

use crate::config::Files;
use crate::startup;
use desk::Desk;

/// What is walked.
#[derive(Debug, Args)]
pub struct Try {
    /// The insurer's file.
    file: PathBuf,
    /// The extract to look people up in; `sample/members-CODE.csv` beside the configuration's insurers when not given.
    #[arg(long, value_name = "CSV")]
    members: Option<PathBuf>,
    /// The registration of who has a pre-issued ID, rather than of everybody.
    #[arg(long)]
    activate: bool,
}

/// Walks a journey with whoever sits at the terminal.
///
/// # Errors
/// When a file cannot be read, or the input ends before the journey does.
pub fn run(files: &Files, wanted: &Try) -> anyhow::Result<()> {
    let insurer = startup::insurer(&wanted.file, &files.terms)?;
    let sample = || files.insurers.join("../sample").join(format!("members-{}.csv", insurer.code));
    let extract = wanted.members.clone().unwrap_or_else(sample);
    let door = Door { clock: Arc::new(SystemClock) };
    let records = records(&insurer, &extract, &door.cx())?;
    println!("{} {}: {} members of {}", insurer.code, insurer.name.ja, records.len(), extract.display());
    let walk = Walk { insurer: &insurer, records, door };
    walk.take(wanted.activate, &mut io::stdin().lock(), &mut io::stdout())
}

fn records(insurer: &Insurer, extract: &Path, cx: &Cx) -> anyhow::Result<Vec<Record>> {
    let file = std::fs::File::open(extract).with_context(|| {
        format!("{}: give an extract with --members, or make one by sample-data", extract.display())
    })?;
    let rules = RowRules {
        insurer_numbers: vec![insurer.number.clone()],
        era_codes: era::Codes::default(),
        kana: insurer.kana,
        today: cx.now.date_in_tokyo(),
    };
    let rows = Reader::new(file).filter_map(|(_, row)| parse_row(&row.ok()?, &rules).ok());
    Ok(rows
        .filter_map(|row| match row {
            Row::Keep { record, .. } => Some(*record),
            Row::Delete { .. } => None,
        })
        .collect())
}

/// A journey that is tried out.
pub struct Walk<'a> {
    insurer: &'a Insurer,
    records: Vec<Record>,
    door: Door,
}

impl Walk<'_> {
    /// Asks, answers and goes on until the journey ends.
    ///
    /// # Errors
    /// When the input ends first.
    pub fn take(&self, activate: bool, from: &mut impl BufRead, to: &mut impl Write) -> anyhow::Result<()> {
        let mut cx = self.door.cx();
        let desk = Desk::new(self.insurer, &self.records);
        let (journey, evidence) = if activate {
            let journey = self.insurer.activate().context("the file has no journey activate")?;
            (journey, vec![self.given_id(from, to, &cx)?])
        } else {
            (self.insurer.enrol(), Vec::new())
        };
        let start = Start {
            insurer: self.insurer.code.clone(),
            language: Language::Ja,
            evidence,
            request: None,
            client: None,
            to: None,
            is_step_up: false,
        };
        let world = World::of_nobody(self.insurer);
        let Ok((mut progress, effects)) = Progress::begin(journey, start, &world, &mut cx) else {
            bail!("there is nothing to walk")
        };
        desk::deliver(&effects, to)?;
        loop {
            let turn = Self::turn(journey, (progress, &world), (from, to), (&desk, &mut cx))?;
            progress = match turn {
                Turn::Again(progress, effects) | Turn::Onward(progress, effects) => {
                    desk::deliver(&effects, to)?;
                    questions::refusals(&progress, to)?;
                    progress
                }
                Turn::Over(refusal, _) => {
                    writeln!(to, "It ends here: {:?}", refusal.reason)?;
                    return Ok(());
                }
                Turn::Arrived(evidence, _) => return self.arrived(&evidence, to, &mut cx),
            };
        }
    }

    /// One step: its questions, the answers, and what the domain makes of them.
    fn turn(
        journey: &Journey,
        (progress, world): (Progress, &World<'_>),
        (from, to): (&mut impl BufRead, &mut impl Write),
        (desk, cx): (&Desk<'_>, &mut Cx),
    ) -> anyhow::Result<Turn> {
        if let Challenge::EmailLink(waiting) = &progress.challenge
            && waiting.proof.is_none()
        {
            if let Some(key) = &waiting.key {
                writeln!(to, "The screen shows the key {key}.")?;
            }
            let elsewhere =
                questions::ask("open the link here, or elsewhere? [here]", from, to)? == "elsewhere";
            return Ok(progress.opened(journey, elsewhere, world, cx));
        }
        let step = progress.step(journey).context("the journey has no such step")?;
        writeln!(to, "— {} ({} of {})", step.word(), progress.at + 1, journey.steps().len())?;
        let form = questions::fill(step, &progress.challenge, world.insurer, (from, to))?;
        match progress.read(journey, world, &form) {
            Err(refusals) => Ok(Turn::Again(progress.unread(&form, refusals), Vec::new())),
            Ok(answer) => {
                let known = world.known(progress.language, &progress.evidence);
                let facts = desk.look_up(step.wants(&progress.challenge, &answer, &known));
                Ok(progress.answer(journey, Given { answer, facts, form: &form, world }, cx))
            }
        }
    }

    /// A pre-issued ID with its temporary password, as the sign-in page asks for them.
    fn given_id(&self, from: &mut impl BufRead, to: &mut impl Write, cx: &Cx) -> anyhow::Result<Evidence> {
        let given = self.insurer.given_ids.as_ref().context("the file has no [given_ids]")?;
        loop {
            let id = questions::ask("login_id", from, to)?;
            let password = questions::ask("password", from, to)?;
            let has_it = |record: &&Record| given.of(record) == GivenId::Id(id.clone());
            let records: Vec<Record> = self.records.iter().filter(has_it).cloned().collect();
            match member::given(&records, &password, cx.now.date_in_tokyo()) {
                Proof::Found(person) => {
                    if let Some(record) = records.iter().find(|record| record.person == person) {
                        let found = Found::of(record);
                        return Ok(Evidence::GivenId(given_id::Evidence { found, id, at: cx.now }));
                    }
                }
                other => writeln!(to, "  ✗ {other:?}")?,
            }
        }
    }

    fn arrived(&self, evidence: &[Evidence], to: &mut impl Write, cx: &mut Cx) -> anyhow::Result<()> {
        let (account, _) = arrival::registered(evidence, self.insurer, Language::Ja, cx)
            .context("the journey arrived without an account")?;
        let names: Vec<&str> = account.names.iter().map(|name| name.shown.as_str()).collect();
        writeln!(
            to,
            "✓ Registered. Signs in with {}; mail goes to {}.",
            names.join(" or "),
            account.email.as_str()
        )?;
        let accepted = account.joining.acceptances.iter();
        for acceptance in accepted {
            writeln!(to, "  accepted {} {}", acceptance.document, acceptance.version)?;
        }
        Ok(())
    }
}

/// A form of what was answered.
fn form(pairs: Vec<(String, String)>) -> Form {
    Form::new(pairs)
}

#[cfg(test)]
mod tests;

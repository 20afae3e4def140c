//! `audit verify` and `audit export`: what an auditor does with the trail.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use sekisho_domain::audit::{Event, HOUSE, Record, Sealed};
use sekisho_domain::ids::InsurerCode;
use sekisho_store::audit;
use serde_json::json;

use crate::sealer::Anchor;
use crate::sealer::verify::{Findings, Trail};
use crate::state::State;

/// Links read at once.
const PAGE: u32 = 1_000;

/// What is done with the audit trail.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Verify every chain, and name events that were changed, lost or left out.
    Verify {
        /// A log of the service: the heads of chains in it must still be there, which shows a tail that was cut off.
        #[arg(long, value_name = "LOG")]
        anchors: Option<PathBuf>,
    },
    /// Write the events of an insurer as lines of JSON, in the order of its chain.
    Export {
        /// Whose events; the house's own when not given.
        #[arg(long, value_name = "CODE")]
        insurer: Option<InsurerCode>,
        /// Only those behind this number.
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: i64,
        /// Where to write; standard output when not given.
        #[arg(long, value_name = "PATH")]
        out: Option<PathBuf>,
    },
}

/// Carries a verb out. That the trail was read is itself recorded.
///
/// # Errors
/// In words for whoever typed it; also when something is wrong with the trail.
pub async fn run(state: &State, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Verify { anchors } => {
            let anchors = anchors.as_deref().map(read_anchors).transpose()?.unwrap_or_default();
            verify(state, &anchors).await
        }
        Verb::Export { insurer, after, out } => {
            let out: Box<dyn Write + Send> = match out {
                Some(path) => Box::new(File::create(&path).with_context(|| path.display().to_string())?),
                None => Box::new(io::stdout()),
            };
            export(state, insurer, after, BufWriter::new(out)).await
        }
    }
}

fn read_anchors(path: &Path) -> anyhow::Result<Vec<Anchor>> {
    let log = BufReader::new(File::open(path).with_context(|| path.display().to_string())?);
    let mut anchors = Vec::new();
    for line in log.lines() {
        anchors.extend(Anchor::find(&line.with_context(|| path.display().to_string())?));
    }
    Ok(anchors)
}

async fn verify(state: &State, anchors: &[Anchor]) -> anyhow::Result<()> {
    let trail = Trail { db: &state.db, key: &state.audit_key, anchors };
    let shown = io::stderr().is_terminal();
    let mut progress = |links: u64| {
        if shown {
            eprint!("\r{links} events");
        }
    };
    let findings = trail.verify(state.cx().now, &mut progress).await?;
    if shown {
        eprintln!();
    }
    for finding in &findings.wrong {
        println!("{finding}");
    }
    let whole = findings.wrong.is_empty();
    note(state, Event::audit_read(None, if whole { "whole" } else { "damaged" })).await?;
    let sum = sum(&findings, anchors.len());
    if whole {
        println!("{sum}: nothing is wrong");
        return Ok(());
    }
    bail!("{sum}: {} wrong", findings.wrong.len())
}

fn sum(findings: &Findings, anchors: usize) -> String {
    format!("{} events in {} chains, {anchors} anchors", findings.links, findings.chains)
}

async fn export(
    state: &State,
    insurer: Option<InsurerCode>,
    mut after: i64,
    mut out: impl Write,
) -> anyhow::Result<()> {
    // Recorded first: an export that cannot be recorded does not happen.
    note(state, Event::audit_read(insurer.clone(), "exported")).await?;
    let whose = insurer.as_ref().map_or(HOUSE, InsurerCode::as_str);
    loop {
        let page = audit::page(&state.db, whose, after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.seq;
        for (sealed, record) in &page {
            writeln!(out, "{}", line(sealed, record))?;
        }
    }
    out.flush()?;
    Ok(())
}

fn line(sealed: &Sealed, record: &Record) -> serde_json::Value {
    // What cannot be read as JSON is damage, which `verify` names; it is exported as it stands.
    let detail = serde_json::from_str(&record.detail).unwrap_or_else(|_| json!(record.detail));
    json!({
        "seq": sealed.seq,
        "id": record.id.to_string(),
        "insurer": record.insurer,
        "at": record.at.to_string(),
        "event": record.event,
        "result": record.result,
        "actor": record.actor,
        "account": record.account,
        "detail": detail,
        "hash": sealed.hash.short_hex(32),
        "prev_hash": sealed.prev_hash.short_hex(32),
        "key_id": record.key_id,
    })
}

async fn note(state: &State, event: Event) -> anyhow::Result<()> {
    let mut tx = state.db.begin().await?;
    audit::append(&mut tx, &state.audit_key, event, &mut state.cx()).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sekisho_base::{Cx, Timestamp};
    use sekisho_domain::audit::{Chain, MacKey};

    use super::*;

    #[test]
    fn a_line_of_an_export_has_everything_but_the_mark() {
        let key = MacKey::new("a1", [7; 32]);
        let record = Event::started("1.0").record(&key, &mut Cx::seeded(Timestamp::from_seconds(1_000), 1));
        let sealed = Chain::empty(HOUSE).append(&record, &key, &key).unwrap();
        let line = line(&sealed, &record);
        assert_eq!(line["seq"], 1);
        assert_eq!(line["at"], "1970-01-01T00:16:40Z");
        assert_eq!(line["event"], "service.started");
        assert_eq!(line["detail"]["version"], "1.0");
        assert_eq!(line["hash"].as_str().unwrap().len(), 64);
    }
}

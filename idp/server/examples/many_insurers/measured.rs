//! The service with few and with many insurers, in turn, on the same machine in the same run.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::{Context as _, bail};

use crate::made;
use crate::wire::Wire;

const ROUNDS: usize = 3;
const REQUESTS: usize = 2_000;
const BATCH: usize = 50;
const PATIENCE: Duration = Duration::from_mins(5);

/// A configuration, and what was measured with it.
struct Town {
    name: String,
    folder: PathBuf,
    codes: Vec<String>,
    /// For browsers and for operators: an issuer is decided at the first start, so they stay.
    ports: [u16; 2],
    first_start: Vec<f64>,
    later_start: Vec<f64>,
    memory: Vec<f64>,
    page: Vec<f64>,
}

/// One of a town's measurements.
type Column = fn(&Town) -> &[f64];

/// A service that runs; it ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures the samples against `count` insurers and prints both, and how they compare.
pub fn compare(config: &Path, binary: &Path, count: usize) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let samples = fs::read_dir(config.join("insurers"))?.count();
    let town = |count: usize| Town::build(config, &scratch.path().join(count.to_string()), count);
    let (mut few, mut many) = (town(samples)?, town(count)?);
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        let mut here = few.open(binary)?;
        let mut there = many.open(binary)?;
        // In turn, so that whatever else the machine does slows both alike.
        for batch in 0..REQUESTS / BATCH {
            few.visit(&mut here.1, batch)?;
            many.visit(&mut there.1, batch)?;
        }
        few.memory.push(resident(here.0.0.id())?);
        many.memory.push(resident(there.0.0.id())?);
    }
    println!("{:24} {:>14} {:>14} {:>8}", "medians", few.name, many.name, "ratio");
    let rows: [(&str, Column); 4] = [
        ("first start, ms", |town| &town.first_start),
        ("later start, ms", |town| &town.later_start),
        ("memory, MiB", |town| &town.memory),
        ("sign-in page, µs", |town| &town.page),
    ];
    for (what, of) in rows {
        let (few, many) = (median(of(&few)), median(of(&many)));
        println!("{what:24} {few:>14.1} {many:>14.1} {:>8.2}", many / few);
    }
    let (few, many) = (mean(&few.page), mean(&many.page));
    println!("{:24} {few:>14.1} {many:>14.1} {:>8.2}", "sign-in page, mean, µs", many / few);
    Ok(())
}

impl Town {
    fn build(config: &Path, folder: &Path, count: usize) -> anyhow::Result<Self> {
        Ok(Self {
            name: format!("{count} insurers"),
            codes: made::configuration(config, folder, count)?,
            folder: folder.to_owned(),
            ports: free_ports()?,
            first_start: Vec::new(),
            later_start: Vec::new(),
            memory: Vec::new(),
            page: Vec::new(),
        })
    }

    /// A first start on an empty database, then a second one, which stays.
    fn open(&mut self, binary: &Path) -> anyhow::Result<(Running, Wire)> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("sekisho.db")) {
                fs::remove_file(path)?;
            }
        }
        let (running, _, time) = self.start(binary)?;
        self.first_start.push(time);
        drop(running);
        let (running, wire, time) = self.start(binary)?;
        self.later_start.push(time);
        Ok((running, wire))
    }

    /// The sign-in pages of some insurers, each timed.
    fn visit(&mut self, wire: &mut Wire, batch: usize) -> anyhow::Result<()> {
        for code in self.codes.iter().cycle().skip(batch * BATCH % self.codes.len()).take(BATCH) {
            let began = now();
            wire.get(&format!("/login?insurer={code}"))?;
            self.page.push(began.elapsed().as_secs_f64() * 1e6);
        }
        Ok(())
    }

    /// Starts the service and waits for its first page; says how many milliseconds that took.
    fn start(&self, binary: &Path) -> anyhow::Result<(Running, Wire, f64)> {
        let [port, operators] = self.ports;
        let began = now();
        let child = Command::new(binary)
            .arg("--config")
            .arg(self.folder.join("sekisho.toml"))
            .arg("serve")
            .env("SEKISHO__SERVER__ISSUER", format!("http://localhost:{port}"))
            .env("SEKISHO__SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .env("SEKISHO__SERVER__OPERATORS", format!("127.0.0.1:{operators}"))
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be started", binary.display()))?;
        let mut running = Running(child);
        loop {
            // The port is bound before everything is ready: the first answer waits for it.
            if let Ok(mut wire) = Wire::open(port)
                && wire.get("/login").is_ok()
            {
                return Ok((running, wire, began.elapsed().as_secs_f64() * 1e3));
            }
            if let Some(status) = running.0.try_wait()? {
                bail!("{}: the service ended: {status}", self.name);
            }
            if began.elapsed() > PATIENCE {
                bail!("{}: no answer within {PATIENCE:?}", self.name);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Two ports that nobody uses.
fn free_ports() -> anyhow::Result<[u16; 2]> {
    let (one, two) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
    Ok([one.local_addr()?.port(), two.local_addr()?.port()])
}

/// The resident memory of a process, in MiB.
fn resident(process: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1_024.0)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn mean(values: &[f64]) -> f64 {
    let (sum, count) = values.iter().fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

#[expect(clippy::disallowed_methods, reason = "measuring is what this program is for")]
fn now() -> Instant {
    Instant::now()
}

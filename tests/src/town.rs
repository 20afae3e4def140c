//! A house of one test: every service of the demo on free ports, going by a clock that the test moves.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use sekisho_base::Timestamp;
use sekisho_demo::house::{House, Plan, Ports};
use sekisho_demo::inbox::Message;
use sekisho_idp::flows::clients;
use sekisho_site::clock::{Clock as _, MovableClock};
use sekisho_site::db::trial::Trial;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::scratch::Scratch;

/// When every test begins: 2026-11-21 10:24 in Japan, a Saturday. From there the clock runs by itself.
pub const START: Timestamp = Timestamp::from_seconds(1_795_224_240);

/// On which database a house stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Files in a folder of the test's own.
    Sqlite,
    /// Databases of the test's own on the server that `tests/run` starts.
    Postgres,
}

/// A running house with everything that belongs to it. It ends when this value goes.
pub struct Town {
    /// The clock that all its services go by.
    pub clock: MovableClock,
    house: House,
    /// Where the portal of medical costs keeps its rows, for what an office would import.
    pub costs_database: String,
    read: Mutex<HashSet<String>>,
    shutdown: CancellationToken,
    _databases: Vec<Trial>,
    _scratch: Scratch,
}

impl Town {
    /// Starts a house.
    ///
    /// # Errors
    /// When something of it does not start; on PostgreSQL, when `SEKISHO_TEST_POSTGRES` names no server.
    pub async fn start(rows: Rows) -> anyhow::Result<Self> {
        let clock = MovableClock::running();
        clock.set(START);
        Self::by(clock, rows, &[]).await
    }

    /// Starts a house some of whose files say something else: each change names the file in `config`, what stands there,
    /// and what is to stand in its place.
    ///
    /// # Errors
    /// As [`Town::start`], and when what is to be changed does not stand there.
    pub async fn start_otherwise(rows: Rows, changes: &[(&str, &str, &str)]) -> anyhow::Result<Self> {
        let clock = MovableClock::running();
        clock.set(START);
        Self::by(clock, rows, changes).await
    }

    /// Starts a house that goes by the machine's own clock, beside programs that go by it as well.
    ///
    /// # Errors
    /// As [`Town::start`].
    pub async fn of_today(rows: Rows) -> anyhow::Result<Self> {
        Self::by(MovableClock::running(), rows, &[]).await
    }

    async fn by(clock: MovableClock, rows: Rows, changes: &[(&str, &str, &str)]) -> anyhow::Result<Self> {
        let scratch = Scratch::new("town")?;
        let mut config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config");
        if !changes.is_empty() {
            let changed = scratch.path().join("config");
            copy(&config, &changed)?;
            config = changed;
        }
        for (file, from, to) in changes {
            let path = config.join(file);
            let text = std::fs::read_to_string(&path)?;
            anyhow::ensure!(text.contains(from), "{file} does not say {from}");
            std::fs::write(&path, text.replace(from, to))?;
        }
        let mut plan = Plan::new(&config, scratch.path(), free_ports()?);
        plan.clock = Arc::new(clock.clone());
        let mut databases = Vec::new();
        if rows == Rows::Postgres {
            let [idp, certificate, medical_costs] =
                [Trial::postgres().await?, Trial::postgres().await?, Trial::postgres().await?];
            plan.idp_database = idp.address.clone().context("no address")?.into();
            plan.certificate_database = certificate.address.clone().context("no address")?;
            plan.medical_costs_database = medical_costs.address.clone().context("no address")?;
            databases = vec![idp, certificate, medical_costs];
        }
        let (house, shutdown) = Self::open(&mut plan).await?;
        let read = Mutex::default();
        let costs_database = plan.medical_costs_database;
        Ok(Self { clock, house, costs_database, read, shutdown, _databases: databases, _scratch: scratch })
    }

    /// Opens a house; a port that was free a moment ago may be somebody else's by then.
    async fn open(plan: &mut Plan) -> anyhow::Result<(House, CancellationToken)> {
        for _ in 1..ATTEMPTS {
            let shutdown = CancellationToken::new();
            match House::start(plan, &shutdown).await {
                Err(error) if is_taken(&error) => {
                    shutdown.cancel();
                    plan.ports = free_ports()?;
                }
                started => return Ok((started?, shutdown)),
            }
        }
        let shutdown = CancellationToken::new();
        Ok((House::start(plan, &shutdown).await?, shutdown))
    }

    /// The certificate portal, without a slash at the end.
    pub fn portal(&self) -> String {
        Ports::address(self.house.ports.certificate)
    }

    /// The portal of medical costs, without a slash at the end.
    pub fn costs(&self) -> String {
        Ports::address(self.house.ports.medical_costs)
    }

    /// The identity provider, which is the issuer.
    pub fn idp(&self) -> String {
        Ports::address(self.house.ports.idp)
    }

    /// The inbox's pages.
    pub fn inbox(&self) -> String {
        Ports::address(self.house.ports.inbox)
    }

    /// What the identity provider's doors share, for what a clerk or an operator would do.
    pub fn state(&self) -> &sekisho_idp::state::State {
        &self.house.state
    }

    /// Registers another client beside those that are there; `registration` is what would stand in `clients.toml`.
    ///
    /// # Errors
    /// When the registration breaks a rule.
    pub async fn register(&self, registration: serde_json::Value) -> anyhow::Result<()> {
        let state = self.state();
        let rows = sekisho_store::clients::all(&state.db).await?;
        let mut registrations: Vec<_> = rows.into_iter().map(|row| row.registration).collect();
        registrations.push(serde_json::from_value(registration)?);
        clients::apply(state, registrations, &mut state.cx()).await?;
        Ok(())
    }

    /// The present moment of the house.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Ends every service, as a connection that breaks would: when this returns nobody listens any more.
    ///
    /// # Errors
    /// When somebody still does after ten seconds.
    pub async fn close(&self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        let ports = self.house.ports;
        for port in [ports.idp, ports.certificate, ports.medical_costs] {
            let mut looks = 0;
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                anyhow::ensure!(looks < 200, "somebody still listens at {port}");
                looks += 1;
                sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// The next message to an address or number that the test has not read yet, once it has arrived.
    ///
    /// # Errors
    /// When none arrives within ten seconds; the message lists what did.
    pub async fn message(&self, to: &str) -> anyhow::Result<Message> {
        for _ in 0..200 {
            if let Some(message) = self.unread(to) {
                return Ok(message);
            }
            sleep(Duration::from_millis(50)).await;
        }
        let there = self.house.inbox.messages();
        bail!("nothing new for {to}; the inbox has {there:#?}")
    }

    /// The code in the next message to an address or number: the first run of digits in its text.
    ///
    /// # Errors
    /// As [`Town::message`], or when there is no code in it.
    pub async fn code(&self, to: &str) -> anyhow::Result<String> {
        let message = self.message(to).await?;
        code_in(&message.text).with_context(|| format!("no code in {}", message.text))
    }

    /// The link in the next mail to an address: the first address of the identity provider in its text.
    ///
    /// # Errors
    /// As [`Town::message`], or when there is no link in it.
    pub async fn link(&self, to: &str) -> anyhow::Result<String> {
        let message = self.message(to).await?;
        let mut words = message.text.split_whitespace();
        let link = words.find(|word| word.starts_with(&format!("{}/link/", self.idp())));
        link.map(str::to_owned).with_context(|| format!("no link in {}", message.text))
    }

    /// Everything that has arrived for an address or number, newest first.
    pub fn messages(&self, to: &str) -> Vec<Message> {
        self.house.inbox.messages().into_iter().filter(|message| message.to == to).collect()
    }

    fn unread(&self, to: &str) -> Option<Message> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest_first = self.messages(to).into_iter().rev();
        let unread = oldest_first.into_iter().find(|message| !read.contains(&message.id))?;
        read.insert(unread.id.clone());
        Some(unread)
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// How often a house is opened.
const ATTEMPTS: usize = 3;

fn is_taken(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::AddrInUse)
}

/// The first run of digits in a text.
pub fn code_in(text: &str) -> Option<String> {
    let digits: String =
        text.chars().skip_while(|letter| !letter.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Ports that nobody listens at. They are found together, so that they differ.
///
/// # Errors
/// When there are not so many.
pub fn free<const N: usize>() -> anyhow::Result<[u16; N]> {
    let listeners = [(); N].map(|()| std::net::TcpListener::bind("127.0.0.1:0"));
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(listeners) {
        *port = listener?.local_addr()?.port();
    }
    Ok(ports)
}

fn free_ports() -> anyhow::Result<Ports> {
    let [idp, certificate, medical_costs, inbox, smtp] = free()?;
    Ok(Ports { idp, certificate, medical_costs, inbox, smtp })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_first_run_of_digits() {
        assert_eq!(code_in("確認コードです。\n042817\n10分以内に").as_deref(), Some("042817"));
        assert_eq!(code_in("no code"), None);
    }
}

//! A relying party as a process of its own.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use sekisho_domain::oidc::client::SecretDigest;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

/// How long a process may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running relying party. It ends with this value.
pub struct Peer {
    process: Child,
    port: u16,
}

impl Peer {
    /// Starts a command and waits until somebody listens at `port`.
    pub async fn start(command: &mut Command, port: u16) -> anyhow::Result<Self> {
        let process = command.stdin(Stdio::null()).spawn();
        let process =
            process.with_context(|| format!("{command:?} does not start; tests/run installs it"))?;
        let mut peer = Self { process, port };
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if let Some(status) = peer.process.try_wait()? {
                bail!("{command:?} ended: {status}");
            }
            if Instant::now() > until {
                bail!("{command:?} does not listen");
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(peer)
    }

    /// An address of it.
    pub fn at(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Asked politely, as it may have children or memory to give back.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// A file or folder of `tests/interop`.
pub fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("interop").join(name)
}

/// The tables of `tests/interop/clients.toml`, as they are written there.
pub const CLIENTS: &str = include_str!("../../interop/clients.toml");

/// What `tests/interop/clients.toml` says of a client, at a port of this machine and with the secret of the tests.
pub fn registration(id: &str, port: u16) -> anyhow::Result<Value> {
    let here = CLIENTS.replace(&format!("https://{id}.example.jp"), &format!("http://localhost:{port}"));
    let file: toml::Table = here.parse()?;
    let clients = file.get("client").and_then(toml::Value::as_array).into_iter().flatten();
    let mut clients = clients.filter_map(|client| serde_json::to_value(client).ok());
    let found = clients.find(|client| client.get("id").and_then(Value::as_str) == Some(id));
    let mut client = found.with_context(|| format!("clients.toml has no {id}"))?;
    if let Some(digest) = client.get_mut("secret_sha256") {
        *digest = json!(SecretDigest::of(&super::SECRET.into()).to_string());
    }
    Ok(client)
}

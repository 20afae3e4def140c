//! The process between a test and its browser.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

/// A running `chromedriver`. It ends with this value, and its browser with it.
pub(super) struct Driver {
    process: Child,
    address: String,
    browser: Option<u64>,
}

impl Driver {
    /// Starts a driver on a port that it chooses itself.
    pub(super) fn start() -> anyhow::Result<Self> {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver does not start; tests/run installs it")?;
        let output = process.stdout.take().context("chromedriver says nothing")?;
        let mut lines = BufReader::new(output).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| port_of(&line));
        // Whatever else it says is read and dropped, or it would stop when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.context("chromedriver named no port")?;
        Ok(Self { process, address: format!("http://127.0.0.1:{port}"), browser: None })
    }

    /// Remembers the browser that it started, by its process id.
    pub(super) fn holds(&mut self, browser: Option<u64>) {
        self.browser = browser;
    }

    /// Where it listens.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

fn port_of(line: &str) -> Option<u16> {
    line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The browser outlives a driver that is killed, and a driver that is asked politely takes a second.
        if let Some(browser) = self.browser {
            let _ = Command::new("kill").arg("-KILL").arg(browser.to_string()).status();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

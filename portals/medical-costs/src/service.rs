//! The portal put together, and started.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use sekisho_base::Table;
use sekisho_portal_kit::front::{self, AssemblyError, House, Means, Portal, open_database as open};
use sekisho_site::clock::Clock;
use sekisho_site::db::Db;
use sekisho_site::mail::SmtpError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::notices::{self, Keeper};
use crate::rows::MIGRATIONS;
use crate::web::{App, SHELF, pages};

/// What this portal is, whatever its configuration says.
fn portal() -> Portal {
    Portal {
        name: "medical-costs",
        home: "/costs",
        place: ("医療費", "一年分のお知らせ"),
        words: Table::parse(include_str!("../locales/ja.toml"), include_str!("../locales/en.toml"))
            .unwrap_or_default(),
        files: SHELF,
        migrations: &MIGRATIONS,
    }
}

/// The portal's router over `means`.
///
/// # Errors
/// When the configuration cannot be served from.
pub fn assemble(config: Config, means: Means) -> Result<Router, AssemblyError> {
    let house = House::new(portal(), config.sections(), means)?;
    Ok(front::router(&house, pages(App::new(house.clone(), Arc::new(config)))))
}

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// What the database says.
pub async fn open_database(config: &Config) -> Result<Db, sekisho_site::db::Error> {
    open(&config.sections(), &MIGRATIONS).await
}

/// Why the portal does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What every portal needs is not there.
    #[error(transparent)]
    Front(#[from] front::StartError),
    /// No mail can be sent as the configuration says.
    #[error("mail: {0}")]
    Mail(#[from] SmtpError),
}

/// A portal that answers.
pub struct Running {
    /// Where browsers reach it.
    pub address: SocketAddr,
    /// Where operators reach it.
    pub operators: Option<SocketAddr>,
    front: front::Running,
    work: TaskTracker,
}

impl Running {
    /// Waits until it has ended, after its shutdown was asked for: answers and mails on their way are finished.
    pub async fn ended(self) {
        self.front.ended().await;
        self.work.close();
        self.work.wait().await;
    }
}

/// Starts the portal: when this returns it answers, until `shutdown`.
///
/// # Errors
/// [`StartError`] when it cannot.
pub async fn start(
    config: Config,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
) -> Result<Running, StartError> {
    let (sections, config) = (config.sections(), Arc::new(config));
    let (work, stop) = (TaskTracker::new(), shutdown.clone());
    let mut begun = Ok(());
    let own = |house: House| {
        begun = begin(&house, &config, (&work, &stop));
        pages(App::new(house, Arc::clone(&config)))
    };
    let front = front::start(portal(), sections, (clock, shutdown), own).await?;
    begun?;
    Ok(Running { address: front.address, operators: front.operators, front, work })
}

/// Begins the portal's own work: deliveries are announced, mails sent, and what is too old forgotten.
fn begin(
    house: &House,
    config: &Config,
    (work, stop): (&TaskTracker, &CancellationToken),
) -> Result<(), SmtpError> {
    if let Some(mail) = &config.mail {
        let addresses =
            config.insurers.iter().map(|(code, insurer)| (code.clone(), insurer.mail_from.clone()));
        let worker = notices::worker(house, mail, &addresses.collect(), portal().words)?;
        work.spawn(worker.run(stop.clone()));
    }
    let keeper = Keeper {
        db: house.db.clone(),
        ring: house.ring.clone(),
        door: house.door.clone(),
        notices: config.mail.as_ref().map(|_| config.notices),
        calendar: config.calendar,
        insurers: config.insurers.keys().cloned().collect(),
    };
    work.spawn(keeper.run(stop.clone()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_exist_in_both_languages() {
        let words =
            Table::parse(include_str!("../locales/ja.toml"), include_str!("../locales/en.toml")).unwrap();
        let ours = ["costs.", "portal.", "front."];
        assert!(words.keys().all(|key| ours.iter().any(|prefix| key.starts_with(prefix))));
    }
}

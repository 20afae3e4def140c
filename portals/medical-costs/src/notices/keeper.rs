//! What a running portal does by itself: it announces deliveries, and forgets what is not to be kept.

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;
use tokio_util::sync::CancellationToken;

use super::{CONFIRMED_FOR, Settings, announce};
use crate::rows::imports::{self, Import};
use crate::rows::{Error, bills, subscribers};
use crate::rules::calendar::Calendar;

/// How often deliveries are looked for.
const LOOK: Duration = Duration::from_secs(10);
/// How often what is too old is forgotten.
const FORGET: Duration = Duration::from_hours(6);
/// A delivery that nobody was told of for so long is no news: the portal was away, or had no mail.
const NEWS: Duration = Duration::from_hours(7 * 24);

/// The portal's own work. Any number may run, in one process or several.
#[derive(Clone)]
pub struct Keeper {
    /// The rows.
    pub db: Db,
    /// The master keys.
    pub ring: Ring,
    /// The clock.
    pub door: Door,
    /// When mails leave; none where no mail is sent.
    pub notices: Option<Settings>,
    /// For how long bills are kept.
    pub calendar: Calendar,
    /// The insurers whose bills are kept here.
    pub insurers: Vec<String>,
}

impl Keeper {
    /// Works until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut forgotten_at: Option<Timestamp> = None;
        loop {
            if let Err(error) = self.announce_all().await {
                tracing::error!(%error, "deliveries could not be announced");
            }
            let now = self.door.clock.now();
            if forgotten_at.is_none_or(|at| now.since(at) >= FORGET) {
                match self.forget().await {
                    Ok(()) => forgotten_at = Some(now),
                    Err(error) => tracing::error!(%error, "what is too old could not be deleted"),
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Announces what was merged lately, and counts who is told.
    ///
    /// # Errors
    /// What the database says.
    pub async fn announce_all(&self) -> Result<u64, Error> {
        let Some(settings) = &self.notices else { return Ok(0) };
        let mut told = 0;
        for (insurer, number) in imports::unannounced(&self.db, self.door.clock.now() - NEWS).await? {
            let import = Import { insurer: &insurer, number };
            let count = announce((&self.db, &self.ring), import, settings, &mut self.door.cx()).await?;
            tracing::info!(insurer, import = number, told = count, "a delivery was announced");
            told += count;
        }
        Ok(told)
    }

    /// Deletes bills of years past, and wishes that nobody has confirmed for long.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget(&self) -> Result<(), Error> {
        let now = self.door.clock.now();
        let first = self.calendar.kept_from(now.date_in_tokyo());
        for insurer in &self.insurers {
            let rows = bills::forget_before(&self.db, insurer, first).await?;
            if rows > 0 {
                tracing::info!(insurer, rows, "bills of years past were deleted");
            }
        }
        subscribers::forget_before(&self.db, now - CONFIRMED_FOR).await
    }
}

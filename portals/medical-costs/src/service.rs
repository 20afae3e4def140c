//! The portal put together, and started.

use std::sync::Arc;

use axum::Router;
use sekisho_base::Table;
use sekisho_portal_kit::front::{
    self, AssemblyError, House, Means, Portal, Running, StartError, open_database as open,
};
use sekisho_site::clock::Clock;
use sekisho_site::db::Db;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
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
    front::start(portal(), sections, (clock, shutdown), |house| pages(App::new(house, config))).await
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

//! From a configuration to a running service.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use secrecy::ExposeSecret as _;
use sekisho_domain::insurer::{Insurer, Insurers};
use sekisho_domain::oidc::issuer::Issuer;
use sekisho_site::clock::{Clock, Door};
use sekisho_site::db::Db;
use sekisho_site::http::{Limits, Reach, Tls};
use sekisho_site::seal::Ring;
use sekisho_site::web::{Cookies, FormTokens};
use sekisho_store::acceptances::{self, Published};
use sekisho_store::fleeting::Fleeting;
use sekisho_store::meta;

use crate::client_keys::ClientKeys;
use crate::config::{Config, Files, Secrets};
use crate::directory::Directories;
use crate::hashing::Hashing;
use crate::keys::{Keys, Maker};
use crate::passkeys::Passkeys;
use crate::sealer;
use crate::state::State;
use crate::web::codes::Codes;
use crate::web::theme::Themes;

/// The app's name, after which its cookies are called.
pub const APP: &str = "sekisho";

/// Opens the database and brings its schema up to date. Several nodes may do so at once: one works, the others wait.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn database(config: &Config) -> anyhow::Result<Db> {
    let db =
        Db::connect(config.database.url.expose_secret()).await.context("the database cannot be opened")?;
    db.migrate(&sekisho_store::MIGRATIONS).await.context("the schema cannot be brought up to date")?;
    Ok(db)
}

/// Reads every insurer's file.
///
/// # Errors
/// When a file cannot be read or its journeys cannot be walked; the message names file, step and reason.
pub fn insurers(files: &Files) -> anyhow::Result<Insurers> {
    let mut all = Vec::new();
    for path in insurer_files(files)? {
        all.push(insurer(&path, &files.terms)?);
    }
    if all.is_empty() {
        bail!("{}: there is no insurer", files.insurers.display());
    }
    Insurers::new(all).map_err(anyhow::Error::msg)
}

/// The insurers' files, in the order of their names.
///
/// # Errors
/// When their folder cannot be read.
pub fn insurer_files(files: &Files) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&files.insurers)
        .with_context(|| format!("{} cannot be read", files.insurers.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Reads one insurer's file.
///
/// # Errors
/// As [`insurers`].
pub fn insurer(path: &Path, terms: &Path) -> anyhow::Result<Insurer> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let text_of = |file: &str| {
        // A document's name is a name, not a way out of its folder.
        let plain = Path::new(file).file_name().is_some_and(|name| name == file);
        plain.then(|| std::fs::read_to_string(terms.join(file)).ok()).flatten()
    };
    Ok(Insurer::parse(&path.display().to_string(), &text, &text_of)?)
}

fn ring(secrets: &Secrets, door: &Door) -> anyhow::Result<Ring> {
    match (&secrets.master_keys, &secrets.master_key_path) {
        (Some(keys), _) => Ring::parse(keys.expose_secret()).context("secrets.master_keys"),
        (None, Some(path)) => Ring::open_or_create(path, &mut door.cx()).context("secrets.master_key_path"),
        (None, None) => bail!("secrets: give master_keys or master_key_path"),
    }
}

/// Makes ready everything that doors and tasks share.
///
/// # Errors
/// When the configuration contradicts itself or the store, or something it names cannot be read.
pub async fn prepare(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<Arc<State>> {
    config.check()?;
    let door = Door { clock };
    let ring = Arc::new(ring(&config.secrets, &door)?);
    let insurers = insurers(&config.files)?;
    staged(&config, &insurers)?;
    let themes = Themes::new(&insurers)?;
    let db = database(&config).await?;
    let issuer = Issuer::parse(&config.issuer()).context("server.issuer")?;
    if config.server.loopback {
        tracing::warn!(%issuer, "server.loopback is on: http is accepted on localhost; this is for trying things out only");
    }
    config.outbound.announce();
    if config.server.stage {
        tracing::warn!(%issuer, "server.stage is on: this is a stage, where guesses are not counted; no real member may be here");
    }
    settle(&db, issuer.as_str()).await?;
    publish(&db, &insurers, &door).await?;
    let reach = if config.server.loopback { Reach::Loopback } else { Reach::Public };
    let fetch = config.outbound.client_with(reach, Limits::DOCUMENT, Tls::default())?;
    let directories = Directories::new(&insurers, &config, &db, &door.clock)?;
    let epoch = meta::epoch(&db).await?;
    let audit_key = sealer::open_key(&db, &ring, &mut door.cx()).await.context("the audit key")?;
    let maker = Maker { db: &db, ring: &ring, audit: &audit_key };
    let keys = Keys::open(maker, &door).await.context("the signing keys")?;
    let workers = match config.hashing.workers {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        set => set,
    };
    let passkeys = Passkeys::new(&config.server.issuer, &config.passkeys.related_origins)
        .context("server.issuer cannot be the relying party of passkeys")?;
    Ok(Arc::new(State {
        audit_key,
        codes: Codes::new(&insurers, issuer.as_str()),
        forms: FormTokens::new(ring.as_ref().clone()),
        cookies: Cookies::new(APP, &config.server.issuer),
        client_keys: ClientKeys::new(fetch.clone()),
        fetch,
        hashing: Hashing::start(workers, config.hashing.queue)?,
        fleeting: Fleeting::memory(),
        config,
        issuer,
        door,
        db,
        ring,
        insurers,
        directories,
        keys,
        passkeys,
        epoch,
        themes,
    }))
}

/// Notes which text each document had in each version: what people accepted can be shown years later. Most starts find
/// all of them noted.
async fn publish(db: &Db, insurers: &Insurers, door: &Door) -> anyhow::Result<()> {
    let known = acceptances::Known::read(db).await?;
    let served =
        insurers.iter().flat_map(|insurer| insurer.documents().iter().map(|text| (&insurer.code, text)));
    let fresh: Vec<_> = served.filter(|(code, document)| !known.has(code, document)).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for (code, document) in fresh {
        let published = acceptances::publish(&mut tx, code, document, door.cx().now).await?;
        if published == Published::Changed {
            let (id, version) = (&document.id, &document.version);
            bail!(
                "{code}: the text of \"{id}\" has changed since version {version} was published: give it a new version"
            );
        }
    }
    Ok(tx.commit().await?)
}

/// A stage serves insurers of a stage and no others. Beside a real insurer, its page would be one where nobody counts how
/// often real members' passwords are guessed: an account is found by its name, whatever insurer's page it is typed on.
///
/// # Errors
/// When an insurer is here that may not be, by its code.
pub fn staged(config: &Config, insurers: &Insurers) -> anyhow::Result<()> {
    let is_stage = config.server.stage;
    match insurers.iter().find(|insurer| insurer.stage != is_stage) {
        None => Ok(()),
        Some(insurer) if is_stage => bail!(
            "server.stage is on, but {} is an insurer in earnest: its file does not say stage = true",
            insurer.code
        ),
        Some(insurer) => {
            bail!(
                "{}: stage = true lifts throttles, and is for installations with server.stage = true",
                insurer.code
            )
        }
    }
}

/// Issuer and RP ID are decided at the first start: every token, passkey and link depends on them.
async fn settle(db: &Db, issuer: &str) -> anyhow::Result<()> {
    let settled = meta::set_once(db, "issuer", issuer).await?;
    if settled != issuer {
        bail!(
            "server.issuer is {issuer}, but this database was begun with {settled}: tokens, links and passkeys depend on it"
        );
    }
    Ok(())
}

//! The signing keys of this node, and the names that clients know people by.
//!
//! Keys live in the store, sealed, with the times at which they are published, sign and are served. Every node loads them
//! and picks by its clock, so none has to be told. The key of the names is made once and never changes.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sekisho_base::{Cx, Timestamp};
use sekisho_domain::audit::{Event, MacKey};
use sekisho_domain::ids::AccountId;
use sekisho_domain::jose::{Alg, Jwks, KeyError, KeySet, SigningKey};
use sekisho_domain::oidc::client::Subject;
use sekisho_domain::oidc::subject::SubjectKey;
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;
use sekisho_store::keys::StoredKey;
use sekisho_store::{audit, keys, meta};

/// How long a new key is published before it signs: longer than anyone keeps our key set.
const NOTICE: Duration = Duration::from_hours(1);
/// How long a key is served after its last signature: a session's longest life, whose ID tokens come back at sign-out.
const KEPT: Duration = Duration::from_hours(24);

/// Why keys cannot be loaded or used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rows cannot be read or written.
    #[error(transparent)]
    Store(#[from] sekisho_store::Error),
    /// The database cannot be reached.
    #[error(transparent)]
    Database(#[from] sekisho_site::db::Error),
    /// A key cannot be opened: the ring lacks the master key that sealed it, or the row was altered.
    #[error("key {0} cannot be opened with the master keys at hand")]
    Sealed(String),
    /// A key cannot be made or used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is no key of this kind.
    #[error("there is no {0} key")]
    None(Alg),
}

/// When a rotation takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The new key signs once everybody had time to read it; the old one is served on.
    Ordinary,
    /// The new key signs at once and the old one counts no more: for a key that got out.
    Emergency,
}

struct Key {
    signing: Arc<SigningKey>,
    row: StoredKey,
}

/// The keys that this node has loaded.
pub struct Keys {
    loaded: RwLock<Arc<[Key]>>,
    subjects: SubjectKey,
}

/// What making a key needs besides the rows.
#[derive(Clone, Copy)]
pub struct Maker<'a> {
    /// The rows.
    pub db: &'a Db,
    /// The master keys.
    pub ring: &'a Ring,
    /// The key that marks audit events.
    pub audit: &'a MacKey,
}

impl Keys {
    /// Loads the keys. On the very first start it makes them: ES256 for access tokens and our own portals, RS256 for
    /// everybody else's ID tokens. Of several nodes that start together, one does.
    ///
    /// # Errors
    /// [`Error`], when the rows or the master keys are not what they should be.
    pub async fn open(maker: Maker<'_>, door: &Door) -> Result<Self, Error> {
        let subjects = subject_key(maker, &mut door.cx()).await?;
        let keys = Self { loaded: RwLock::new(Arc::new([])), subjects };
        keys.ensure(maker, &[Alg::Es256, Alg::Rs256], &mut door.cx()).await?;
        Ok(keys)
    }

    /// Makes the first key of each algorithm that has none yet, and loads all.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub async fn ensure(&self, maker: Maker<'_>, algs: &[Alg], cx: &mut Cx) -> Result<(), Error> {
        self.reload(maker.db, maker.ring, cx.now).await?;
        let missing: Vec<Alg> =
            algs.iter().copied().filter(|alg| self.signer(*alg, cx.now).is_err()).collect();
        for alg in &missing {
            let fresh = Fresh { alg: *alg, ordinal: 1, signs_from: cx.now };
            insert(maker, fresh, None, cx).await?;
        }
        if missing.is_empty() { Ok(()) } else { self.reload(maker.db, maker.ring, cx.now).await }
    }

    /// Makes the next key of `alg`.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub async fn rotate(&self, maker: Maker<'_>, alg: Alg, pace: Pace, cx: &mut Cx) -> Result<(), Error> {
        self.reload(maker.db, maker.ring, cx.now).await?;
        let newest = self.newest(alg).map_or(0, |row| row.ordinal);
        self.succeed(maker, (alg, newest), pace, cx).await
    }

    /// Makes the key after number `newest` of `alg`, unless another node has.
    async fn succeed(
        &self,
        maker: Maker<'_>,
        (alg, newest): (Alg, i64),
        pace: Pace,
        cx: &mut Cx,
    ) -> Result<(), Error> {
        let (signs_from, served_until) = match pace {
            Pace::Ordinary => (cx.now + NOTICE, cx.now + NOTICE + KEPT),
            Pace::Emergency => (cx.now, cx.now),
        };
        let fresh = Fresh { alg, ordinal: newest + 1, signs_from };
        insert(maker, fresh, Some(served_until), cx).await?;
        self.reload(maker.db, maker.ring, cx.now).await
    }

    /// Makes the next key of each algorithm whose newest has signed for longer than `age`, as [`Pace::Ordinary`]. Every
    /// node may do so at once: one key is made.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub async fn renew(&self, maker: Maker<'_>, age: Duration, cx: &mut Cx) -> Result<(), Error> {
        for alg in Alg::ALL {
            let newest = self.newest(alg).filter(|row| row.signs_from + age <= cx.now);
            if let Some(newest) = newest {
                self.succeed(maker, (alg, newest.ordinal), Pace::Ordinary, cx).await?;
            }
        }
        Ok(())
    }

    fn newest(&self, alg: Alg) -> Option<StoredKey> {
        self.rows().into_iter().filter(|row| row.public.alg == alg).max_by_key(|row| row.ordinal)
    }

    /// Reads the rows again: each minute, so that a node learns of keys that another one made.
    ///
    /// # Errors
    /// As [`Keys::open`]; what was loaded stays.
    pub async fn reload(&self, db: &Db, ring: &Ring, now: Timestamp) -> Result<(), Error> {
        let rows = keys::served(db, now).await?;
        let known = self.all();
        let loaded = rows
            .into_iter()
            .map(|row| match known.iter().find(|key| key.row.public.kid == row.public.kid) {
                Some(key) => Ok(Key { signing: Arc::clone(&key.signing), row }),
                None => open(ring, row),
            })
            .collect::<Result<Arc<[Key]>, Error>>()?;
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(())
    }

    /// The key that signs with `alg` at `now`.
    ///
    /// # Errors
    /// [`Error::None`] when there is none.
    pub fn signer(&self, alg: Alg, now: Timestamp) -> Result<Arc<SigningKey>, Error> {
        let all = self.all();
        let candidates = || {
            let ended = |key: &&Key| key.row.signs_until.is_none_or(|until| now < until);
            all.iter().filter(move |key| key.row.public.alg == alg).filter(ended)
        };
        // A clock that is behind the one that made the first key still has a key.
        let begun = candidates().filter(|key| key.row.signs_from <= now).max_by_key(|key| key.row.ordinal);
        let key = begun.or_else(|| candidates().min_by_key(|key| key.row.ordinal)).ok_or(Error::None(alg))?;
        Ok(Arc::clone(&key.signing))
    }

    /// The public keys whose signatures count at `now`.
    pub fn verifiers(&self, now: Timestamp) -> KeySet {
        let all = self.all();
        let served = all.iter().filter(|key| key.row.served_until.is_none_or(|until| now < until));
        KeySet::new(served.map(|key| Arc::clone(key.signing.public())).collect())
    }

    /// The key set as clients read it.
    pub fn jwks(&self, now: Timestamp) -> Jwks {
        self.verifiers(now).to_jwks()
    }

    /// The rows as loaded, for those who list them.
    pub fn rows(&self) -> Vec<StoredKey> {
        self.all().iter().map(|key| key.row.clone()).collect()
    }

    /// The `sub` by which a client knows an account.
    pub fn name(&self, subject: &Subject, account: AccountId) -> String {
        self.subjects.name(subject, account)
    }

    fn all(&self) -> Arc<[Key]> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().iter().map(|key| &key.signing)).finish()
    }
}

/// A key that is about to be made.
#[derive(Clone, Copy)]
struct Fresh {
    alg: Alg,
    ordinal: i64,
    signs_from: Timestamp,
}

/// Makes a key and lets its predecessors end. When another node was faster, its key is as good.
async fn insert(
    maker: Maker<'_>,
    fresh: Fresh,
    served_until: Option<Timestamp>,
    cx: &mut Cx,
) -> Result<(), Error> {
    let Fresh { alg, ordinal, signs_from } = fresh;
    // An RSA key takes a moment of computing; no transaction is open meanwhile.
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(alg)).await;
    let made = made.map_err(|_| KeyError(alg))??;
    let row = StoredKey {
        private: maker.ring.seal(&aad(made.kid()), &made.to_pkcs8()?, cx),
        public: made.public().jwk().clone(),
        ordinal,
        published_at: cx.now,
        signs_from,
        signs_until: None,
        served_until: None,
    };
    let mut tx = maker.db.begin().await?;
    if !keys::insert(&mut tx, &row).await? {
        return Ok(());
    }
    if let Some(served_until) = served_until {
        keys::retire_before(&mut tx, alg, ordinal, (signs_from, served_until)).await?;
    }
    audit::append(&mut tx, maker.audit, Event::key_made(made.kid(), alg.as_str()), cx).await?;
    Ok(tx.commit().await?)
}

fn aad(kid: &str) -> String {
    format!("signing_keys.private:{kid}")
}

fn open(ring: &Ring, row: StoredKey) -> Result<Key, Error> {
    let kid = &row.public.kid;
    let sealed = || Error::Sealed(kid.clone());
    let der = zeroize::Zeroizing::new(ring.open(&aad(kid), &row.private).map_err(|_| sealed())?);
    let signing = SigningKey::from_pkcs8(row.public.alg, &der)?;
    if signing.kid() != kid {
        return Err(sealed());
    }
    Ok(Key { signing: Arc::new(signing), row })
}

async fn subject_key(maker: Maker<'_>, cx: &mut Cx) -> Result<SubjectKey, Error> {
    const AAD: &str = "meta.value:subject_key";
    let offered = maker.ring.seal_text(AAD, &cx.bytes::<32>(), cx);
    let settled = meta::set_once(maker.db, "subject_key", &offered).await?;
    let sealed = || Error::Sealed("subject_key".to_owned());
    let bytes = maker.ring.open_text(AAD, &settled).map_err(|_| sealed())?;
    SubjectKey::from_slice(&bytes).ok_or_else(sealed)
}

//! What the tests stand on: both databases, people in them, and races.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use sekisho_base::{Cx, Digest, Kind, Language, Timestamp};
use sekisho_domain::account::{Joining, Name, NewAccount, NewFactor, NewSecret};
use sekisho_domain::audit::MacKey;
use sekisho_domain::email::Email;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::totp;
use sekisho_domain::ids::{AccountId, FactorId, InsurerCode, MembershipId, SessionId};
use sekisho_domain::phone::Phone;
use sekisho_domain::session::{Event, MembershipRef, Session};
use sekisho_domain::terms::{Acceptance, Mode};
use sekisho_site::db::Db;
use sekisho_site::db::trial::Trial;
use sekisho_store::accounts::{self, SealedFactor};
use sekisho_store::{Error, MIGRATIONS, sessions};
use tokio::sync::Barrier;

/// How many try at the same instant.
pub const RACERS: usize = 20;

/// The moment at which most tests begin.
pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Both databases with all tables.
pub async fn both() -> [Trial; 2] {
    let both = Trial::both().await.unwrap();
    for trial in &both {
        trial.db.migrate(&MIGRATIONS).await.unwrap();
    }
    both
}

/// A database with all tables, and dice of its own.
pub struct House {
    pub db: Db,
    pub cx: Cx,
    _trial: Trial,
}

impl House {
    /// The same house on both databases.
    pub async fn both() -> [Self; 2] {
        both().await.map(|trial| Self { db: trial.db.clone(), cx: Cx::seeded(NOW, 1), _trial: trial })
    }

    /// A digest that was never drawn before.
    pub fn digest(&mut self) -> Digest {
        Digest::of(Kind("test"), 0, &self.cx.secret())
    }

    /// The link to `person` at `insurer`, and nothing beside it.
    pub fn joining(&mut self, insurer: &str, person: &str) -> Joining {
        let insurer: InsurerCode = insurer.parse().unwrap();
        let id = MembershipId::draw(&mut self.cx);
        Joining {
            membership: MembershipRef { insurer, id, person: person.parse().unwrap() },
            own_address: None,
            factors: Vec::new(),
            acceptances: Vec::new(),
            opt_ins: Vec::new(),
        }
    }

    /// An account to be: `name@example.jp`, who is `person` at `insurer`, with a password, a phone and an app.
    pub fn person(&mut self, name: &str, insurer: &str, person: &str) -> NewAccount {
        let bare = self.joining(insurer, person);
        let cx = &mut self.cx;
        let secrets = [
            NewSecret::Password("$argon2id$a".into()),
            NewSecret::Phone(Phone::parse("090-0000-1111").unwrap()),
            NewSecret::App { secret: totp::Secret::draw(cx), step: 100 },
        ];
        let accepted = |document: &str| Acceptance {
            document: document.to_owned(),
            version: "2026-11-01".to_owned(),
            at: NOW,
            mode: Mode::Scrolled,
        };
        let email = Email::parse(&format!("{name}@example.jp")).unwrap();
        NewAccount {
            id: AccountId::draw(cx),
            language: Language::Ja,
            names: vec![Name::email(&email)],
            email,
            nickname: String::new(),
            joining: Joining {
                factors: secrets.map(|secret| NewFactor { id: FactorId::draw(cx), secret }).into(),
                acceptances: vec![accepted("terms"), accepted("privacy")],
                ..bare
            },
            at: NOW,
        }
    }

    /// Stores an account as a registration does.
    pub async fn arrive(&self, account: &NewAccount) -> Result<(), Error> {
        arrive(&self.db, account).await
    }

    /// An account that has arrived.
    pub async fn member(&mut self, name: &str, insurer: &str, person: &str) -> NewAccount {
        let account = self.person(name, insurer, person);
        self.arrive(&account).await.unwrap();
        account
    }

    /// A session of `account`, idle after an hour and over after a day, and its cookie's digest.
    pub async fn session(&mut self, account: &NewAccount) -> (Session, Digest) {
        let session = Session {
            id: SessionId::draw(&mut self.cx),
            account: account.id,
            membership: Some(account.joining.membership.clone()),
            events: vec![Event { at: NOW, factor: FactorKind::Password }],
            language: Language::Ja,
            created_at: NOW,
            last_seen_at: NOW,
            idle: Duration::from_hours(1),
            ends_at: NOW + Duration::from_hours(24),
        };
        let cookie = self.digest();
        let mut tx = self.db.begin().await.unwrap();
        sessions::insert(&mut tx, &session, cookie, "a browser").await.unwrap();
        tx.commit().await.unwrap();
        (session, cookie)
    }
}

/// Stores an account as a registration does.
pub async fn arrive(db: &Db, account: &NewAccount) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    accounts::insert(&mut tx, account, &sealed(&account.joining)).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds a membership to an account as a journey of its owner does.
pub async fn join(db: &Db, account: AccountId, joining: &Joining) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    accounts::join(&mut tx, account, joining, &sealed(joining), NOW).await?;
    tx.commit().await?;
    Ok(())
}

/// What factors look like at rest; here without a seal.
fn sealed(joining: &Joining) -> BTreeMap<FactorId, SealedFactor> {
    let seal = |secret: &NewSecret| match secret {
        NewSecret::Password(_) => SealedFactor::password("$argon2id$a"),
        NewSecret::Phone(phone) => SealedFactor::phone(phone.as_e164().as_bytes().to_vec()),
        NewSecret::App { secret, step } => SealedFactor::app(secret.to_bytes(), *step),
        NewSecret::Passkey(made) => SealedFactor::passkey(b"a key".to_vec(), made.as_ref().clone()),
    };
    joining.factors.iter().map(|factor| (factor.id, seal(&factor.secret))).collect()
}

/// The key that marks audit events here.
pub fn key() -> MacKey {
    MacKey::new("k1", [7; 32])
}

/// Lets [`RACERS`] tasks do the same at the same instant, and gives what each got.
pub async fn race<T, F>(db: &Db, run: impl Fn(Db, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(RACERS));
    let racers: Vec<_> = (0..RACERS)
        .map(|racer| {
            let (barrier, running) = (Arc::clone(&barrier), run(db.clone(), racer));
            tokio::spawn(async move {
                barrier.wait().await;
                running.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for racer in racers {
        results.push(racer.await.unwrap());
    }
    results
}

/// How many of the racers won.
pub fn wins(results: &[bool]) -> usize {
    results.iter().filter(|won| **won).count()
}

//! Relying parties and remembered consents.

use sekisho_base::{Cx, Timestamp};
use sekisho_domain::ids::{AccountId, ClientId};
use sekisho_domain::oidc::client::Registration;
use sekisho_domain::oidc::scope::ScopeSet;
use sekisho_site::db::{Db, sql};
use sekisho_store::{Error, clients, consents};

use crate::both;

pub(crate) fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_224_276)
}

pub(crate) fn registration(id: &str) -> Registration {
    Registration {
        id: id.parse().unwrap(),
        ..serde_json::from_value(serde_json::json!({
            "id": "x",
            "name": { "ja": "窓口", "en": "Desk" },
            "insurers": "all",
            "redirect_uris": ["https://rp.example/cb"],
            "secret_sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "scopes": ["openid", "insurance"]
        }))
        .unwrap()
    }
}

pub(crate) async fn put(db: &Db, registration: &Registration) {
    let mut tx = db.begin().await.unwrap();
    clients::put(&mut tx, registration, now()).await.unwrap();
    tx.commit().await.unwrap();
}

fn id(text: &str) -> ClientId {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_client_is_found_as_it_was_registered_and_changed() {
    for trial in both().await {
        let mut wanted = registration("rp");
        put(&trial.db, &wanted).await;
        put(&trial.db, &registration("another")).await;
        let found = clients::find(&trial.db, &id("rp")).await.unwrap().unwrap();
        assert_eq!(found, wanted.clone().parse(false).unwrap());
        wanted.name.en = "Counter".to_owned();
        put(&trial.db, &wanted).await;
        let all = clients::all(&trial.db).await.unwrap();
        assert_eq!(all.iter().map(|row| row.registration.id.as_str()).collect::<Vec<_>>(), ["another", "rp"]);
        assert_eq!(all[1].registration, wanted);
        assert_eq!(clients::find(&trial.db, &id("nobody")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_client_that_ended_is_unknown_until_it_is_registered_again() {
    for trial in both().await {
        put(&trial.db, &registration("rp")).await;
        let mut tx = trial.db.begin().await.unwrap();
        clients::end(&mut tx, &id("rp"), now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(clients::find(&trial.db, &id("rp")).await.unwrap(), None);
        let mut tx = trial.db.begin().await.unwrap();
        assert_eq!(clients::find_in(&mut tx, &id("rp")).await.unwrap(), None);
        drop(tx);
        assert!(clients::all(&trial.db).await.unwrap().is_empty());
        put(&trial.db, &registration("rp")).await;
        let found = clients::find(&trial.db, &id("rp")).await.unwrap();
        let mut tx = trial.db.begin().await.unwrap();
        assert!(found.is_some() && clients::find_in(&mut tx, &id("rp")).await.unwrap() == found);
    }
}

#[tokio::test]
async fn a_registration_that_no_longer_passes_is_damage_named_by_table_and_id() {
    for trial in both().await {
        put(&trial.db, &registration("rp")).await;
        for text in ["{", r#"{"id":"rp"}"#] {
            trial.db.execute(sql("update clients set registration = $1").bind(text)).await.unwrap();
            let damaged = clients::find(&trial.db, &id("rp")).await.unwrap_err();
            assert!(
                matches!(&damaged, Error::Damaged { table: "clients", id, .. } if id == "rp"),
                "{damaged}"
            );
        }
    }
}

#[tokio::test]
async fn a_consent_is_remembered_as_it_was_last_given() {
    for trial in both().await {
        put(&trial.db, &registration("rp")).await;
        let account = AccountId::draw(&mut Cx::seeded(now(), 1));
        assert_eq!(consents::find(&trial.db, account, &id("rp")).await.unwrap(), None);
        for scopes in ["openid", "openid insurance"] {
            let scopes = ScopeSet::understood(scopes);
            let mut tx = trial.db.begin().await.unwrap();
            consents::put(&mut tx, account, &id("rp"), &scopes, now()).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(consents::find(&trial.db, account, &id("rp")).await.unwrap(), Some(scopes));
        }
    }
}

#[tokio::test]
async fn what_was_allowed_is_listed_and_taken_back_once() {
    for trial in both().await {
        let mut cx = Cx::seeded(now(), 4);
        let (account, other) = (AccountId::draw(&mut cx), AccountId::draw(&mut cx));
        let scopes = ScopeSet::understood("openid insurance");
        for client in ["rp", "desk"] {
            put(&trial.db, &registration(client)).await;
        }
        let mut tx = trial.db.begin().await.unwrap();
        for (account, client) in [(account, "rp"), (account, "desk"), (other, "rp")] {
            consents::put(&mut tx, account, &id(client), &scopes, now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let remembered = consents::of_account(&trial.db, account).await.unwrap();
        assert_eq!(remembered.iter().map(|one| one.client.as_str()).collect::<Vec<_>>(), ["desk", "rp"]);
        assert_eq!((&remembered[0].scopes, remembered[0].given_at), (&scopes, now()));
        let mut tx = trial.db.begin().await.unwrap();
        assert!(consents::withdraw(&mut tx, account, &id("rp")).await.unwrap());
        assert!(!consents::withdraw(&mut tx, account, &id("rp")).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(consents::find(&trial.db, account, &id("rp")).await.unwrap(), None);
        assert_eq!(consents::find(&trial.db, other, &id("rp")).await.unwrap(), Some(scopes));
    }
}

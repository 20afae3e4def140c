use std::time::Duration;

use sekisho_domain::ids::{ClientId, RegistrationInvitationId};
use sekisho_domain::oidc::client::{Allowance, Logo, Origin, Registration};
use sekisho_store::registrations::{self, Invitation, Managed, Manager};
use sekisho_store::{client_logos, clients};

use super::clients::registration;
use super::house::{House, NOW, race, wins};

fn allowance() -> Allowance {
    let value = r#"{ "insurers": ["aoba"], "scopes": ["openid", "email"], "approved": true }"#;
    serde_json::from_str(value).unwrap()
}

async fn invited(house: &mut House, uses_left: i64) -> (Invitation, sekisho_base::Digest) {
    let digest = house.digest();
    let id = RegistrationInvitationId::draw(&mut house.cx);
    let expires_at = NOW + Duration::from_hours(24);
    let invitation = Invitation { id, allowance: allowance(), uses_left, expires_at };
    let mut tx = house.db.begin().await.unwrap();
    registrations::invite(&mut tx, &invitation, (digest, NOW)).await.unwrap();
    tx.commit().await.unwrap();
    (invitation, digest)
}

async fn registered(house: &mut House) -> (Registration, sekisho_base::Digest) {
    let id = ClientId::draw(&mut house.cx);
    let registration = registration(id.as_str());
    let digest = house.digest();
    let invitation = RegistrationInvitationId::draw(&mut house.cx);
    let by = Manager { digest, invitation, allowance: allowance() };
    let mut tx = house.db.begin().await.unwrap();
    registrations::insert(&mut tx, &registration, (&by, NOW)).await.unwrap();
    tx.commit().await.unwrap();
    (registration, digest)
}

#[tokio::test]
async fn ad_03_an_invitation_is_followed_as_often_as_it_says_and_in_its_time() {
    for mut house in House::both().await {
        let (invitation, digest) = invited(&mut house, 2).await;
        let db = house.db.clone();
        let found = registrations::invitation(&db, digest, NOW).await.unwrap();
        assert_eq!(found, Some(invitation.clone()));
        assert_eq!(registrations::invitation(&db, house.digest(), NOW).await.unwrap(), None);
        let late = invitation.expires_at;
        assert_eq!(registrations::invitation(&db, digest, late).await.unwrap(), None);
        let mut tx = db.begin().await.unwrap();
        assert!(!registrations::follow(&mut tx, invitation.id, late).await.unwrap());
        for expected in [true, true, false] {
            assert_eq!(registrations::follow(&mut tx, invitation.id, NOW).await.unwrap(), expected);
        }
        tx.commit().await.unwrap();
        assert_eq!(registrations::invitation(&db, digest, NOW).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_invitation_that_was_taken_back_invites_nobody() {
    for mut house in House::both().await {
        let (invitation, digest) = invited(&mut house, 5).await;
        let mut tx = house.db.begin().await.unwrap();
        assert!(registrations::withdraw(&mut tx, invitation.id).await.unwrap());
        assert!(!registrations::withdraw(&mut tx, invitation.id).await.unwrap());
        assert!(!registrations::follow(&mut tx, invitation.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(registrations::invitation(&house.db, digest, NOW).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ad_03_of_twenty_at_once_one_follows_an_invitation_for_one() {
    for mut house in House::both().await {
        let (invitation, _) = invited(&mut house, 1).await;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = registrations::follow(&mut tx, invitation.id, NOW).await.unwrap();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

#[tokio::test]
async fn ad_06_a_client_is_managed_by_its_own_token_only() {
    for mut house in House::both().await {
        let (one, digest) = registered(&mut house).await;
        let (other, others) = registered(&mut house).await;
        let db = house.db.clone();
        let found = registrations::managed(&db, &one.id, digest).await.unwrap();
        let expected = Managed {
            registration: one.clone(),
            allowance: allowance(),
            registered_at: NOW,
            applied_at: NOW,
        };
        assert_eq!(found, Some(expected.clone()));
        assert_eq!(registrations::managed(&db, &one.id, others).await.unwrap(), None);
        assert_eq!(registrations::managed(&db, &other.id, digest).await.unwrap(), None);
        assert_eq!(registrations::find(&db, &one.id).await.unwrap(), Some(expected));
        assert!(clients::find(&db, &one.id).await.unwrap().is_some());
        let origins: Vec<Origin> = clients::all(&db).await.unwrap().iter().map(|row| row.origin).collect();
        assert_eq!(origins, [Origin::Registered; 2]);
        let mut tx = db.begin().await.unwrap();
        assert!(clients::end(&mut tx, &one.id, NOW).await.unwrap());
        assert!(!clients::end(&mut tx, &one.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(registrations::managed(&db, &one.id, digest).await.unwrap(), None);
        assert_eq!(registrations::find(&db, &one.id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_change_that_saw_something_older_changes_nothing() {
    for mut house in House::both().await {
        let (mut client, digest) = registered(&mut house).await;
        client.name.en = "Counter".to_owned();
        let mut tx = house.db.begin().await.unwrap();
        assert!(registrations::change(&mut tx, &client, (NOW, NOW)).await.unwrap());
        assert!(!registrations::change(&mut tx, &client, (NOW, NOW)).await.unwrap());
        tx.commit().await.unwrap();
        let found = registrations::managed(&house.db, &client.id, digest).await.unwrap().unwrap();
        assert_eq!((found.registration, found.registered_at), (client.clone(), NOW));
        assert!(found.applied_at > NOW);
        // The file cannot take over what registered itself, and neither can a change what the file has.
        let mut tx = house.db.begin().await.unwrap();
        assert!(!clients::put(&mut tx, &registration(client.id.as_str()), NOW).await.unwrap());
        assert!(clients::put(&mut tx, &registration("desk"), NOW).await.unwrap());
        assert!(!registrations::change(&mut tx, &registration("desk"), (NOW, NOW)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(registrations::find(&house.db, &"desk".parse().unwrap()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_client_has_one_picture_while_it_lives() {
    for mut house in House::both().await {
        let (client, _) = registered(&mut house).await;
        let png = Logo::read(b"\x89PNG\r\n\x1a\n1".to_vec()).unwrap();
        let jpeg = Logo::read(vec![0xff, 0xd8, 0xff, 0xe0]).unwrap();
        assert_eq!(client_logos::find(&house.db, &client.id).await.unwrap(), None);
        for logo in [Some(&png), Some(&jpeg), None, Some(&png)] {
            let mut tx = house.db.begin().await.unwrap();
            client_logos::put(&mut tx, &client.id, logo).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(client_logos::find(&house.db, &client.id).await.unwrap().as_ref(), logo);
        }
        let mut tx = house.db.begin().await.unwrap();
        clients::end(&mut tx, &client.id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(client_logos::find(&house.db, &client.id).await.unwrap(), None);
    }
}

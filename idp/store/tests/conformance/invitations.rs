use std::time::Duration;

use sekisho_domain::ids::InvitationId;
use sekisho_store::invitations::{self, Invitation, New};

use super::house::{House, NOW, race, wins};

async fn invited(house: &mut House, person: &str) -> New {
    let new = New {
        digest: house.digest(),
        id: InvitationId::draw(&mut house.cx),
        insurer: "aoba".parse().unwrap(),
        person: person.parse().unwrap(),
        email: "hanako@example.jp".to_owned(),
        created_at: NOW,
        expires_at: NOW + Duration::from_hours(7 * 24),
    };
    let mut tx = house.db.begin().await.unwrap();
    invitations::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    new
}

#[tokio::test]
async fn rc_11_an_invitation_works_once_in_its_time_and_only_the_newest() {
    for mut house in House::both().await {
        let older = invited(&mut house, "P1").await;
        let newest = invited(&mut house, "P1").await;
        let other = invited(&mut house, "P2").await;
        let db = house.db.clone();
        assert_eq!(invitations::find(&db, older.digest, NOW).await.unwrap(), None);
        assert_eq!(invitations::find(&db, newest.digest, newest.expires_at).await.unwrap(), None);
        assert!(invitations::find(&db, other.digest, NOW).await.unwrap().is_some());
        let found = invitations::find(&db, newest.digest, NOW).await.unwrap().unwrap();
        let expected = Invitation {
            id: newest.id,
            insurer: newest.insurer.clone(),
            person: newest.person.clone(),
            email: newest.email.clone(),
            expires_at: newest.expires_at,
        };
        assert_eq!(found, expected);
        let mut tx = db.begin().await.unwrap();
        assert!(!invitations::finish(&mut tx, older.id, NOW).await.unwrap());
        assert!(invitations::finish(&mut tx, newest.id, NOW).await.unwrap());
        assert!(!invitations::finish(&mut tx, newest.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(invitations::find(&db, newest.digest, NOW).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rc_11_of_twenty_at_once_exactly_one_account_comes_of_an_invitation() {
    for mut house in House::both().await {
        let id = invited(&mut house, "P1").await.id;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = invitations::finish(&mut tx, id, NOW).await.unwrap();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

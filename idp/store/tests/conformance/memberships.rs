use sekisho_domain::ids::{MembershipId, PersonKey};
use sekisho_domain::session::MembershipRef;
use sekisho_store::{Error, memberships};

use super::house::{House, NOW, race, wins};

#[tokio::test]
async fn a_membership_lives_until_it_ends_and_the_person_may_be_bound_anew() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (first, aoba) = (account.joining.membership.clone(), account.joining.membership.insurer.clone());
        let live = || memberships::live(&house.db, account.id, &aoba);
        assert_eq!(live().await.unwrap(), Some(first.clone()));
        assert_eq!(
            memberships::of_account(&house.db, account.id).await.unwrap(),
            std::slice::from_ref(&first)
        );

        let mut tx = house.db.begin().await.unwrap();
        assert!(memberships::end(&mut tx, &first, NOW).await.unwrap());
        assert!(!memberships::end(&mut tx, &first, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(live().await.unwrap(), None);

        let renewed = MembershipRef { id: MembershipId::draw(&mut house.cx), ..first };
        let mut tx = house.db.begin().await.unwrap();
        let new =
            memberships::New { membership: &renewed, account: account.id, email: None, phone: None, at: NOW };
        memberships::insert(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(memberships::live(&house.db, account.id, &aoba).await.unwrap(), Some(renewed));
    }
}

#[tokio::test]
async fn tn_03_bound_names_the_people_of_one_insurer_only() {
    for mut house in House::both().await {
        house.member("hanako", "aoba", "P1").await;
        house.member("taro", "kaede", "P2").await;
        let people: Vec<PersonKey> = ["P1", "P2", "P3"].iter().map(|key| key.parse().unwrap()).collect();
        let bound = memberships::bound(&house.db, &"aoba".parse().unwrap(), &people).await.unwrap();
        assert_eq!(bound, ["P1".parse().unwrap()]);
    }
}

#[tokio::test]
async fn an_address_is_unique_at_an_insurer_that_says_so() {
    for mut house in House::both().await {
        let one = house.member("hanako", "aoba", "P1").await;
        let two = house.member("taro", "aoba", "P2").await;
        let bind = async |account: &sekisho_domain::account::NewAccount, email, phone, id| {
            let membership =
                MembershipRef { insurer: "kaede".parse().unwrap(), id, ..account.joining.membership.clone() };
            let mut tx = house.db.begin().await.unwrap();
            let new =
                memberships::New { membership: &membership, account: account.id, email, phone, at: NOW };
            memberships::insert(&mut tx, new).await?;
            tx.commit().await.unwrap();
            Ok::<(), Error>(())
        };
        let mut cx = sekisho_base::Cx::seeded(NOW, 9);
        let mut id = || MembershipId::draw(&mut cx);
        bind(&one, Some("family@example.jp"), Some("+819000001111"), id()).await.unwrap();
        for (email, phone, expected) in [
            (Some("family@example.jp"), None, "memberships.email"),
            (None, Some("+819000001111"), "memberships"),
        ] {
            let refused = bind(&two, email, phone, id()).await.unwrap_err();
            assert!(matches!(refused, Error::Conflict { what } if what == expected), "{refused}");
        }
        bind(&two, None, None, id()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_membership_ends_once_of_twenty_at_once() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let results = race(&house.db, |db, _| {
            let membership = account.joining.membership.clone();
            async move {
                let mut tx = db.begin().await.unwrap();
                let won = memberships::end(&mut tx, &membership, NOW).await.unwrap();
                tx.commit().await.unwrap();
                won
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

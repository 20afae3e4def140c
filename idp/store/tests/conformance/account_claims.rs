use sekisho_domain::account::Name;
use sekisho_domain::login_id::LoginId;
use sekisho_domain::particular::Particular;
use sekisho_site::db::sql;
use sekisho_store::{Error, account_claims, identifiers};

use super::house::{House, NOW};

#[tokio::test]
async fn what_an_office_says_of_a_person_stands_until_it_says_another_thing_or_takes_it_back() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        let mut tx = house.db.begin().await.unwrap();
        for (particular, value) in [
            (Particular::MiddleName, "まり亜"),
            (Particular::Website, "https://old.example.jp/"),
            (Particular::Website, "https://hanako.example.jp/"),
            (Particular::Picture, "https://pictures.example.jp/1.png"),
        ] {
            account_claims::put(&mut tx, account.id, (particular, value), NOW).await.unwrap();
        }
        assert!(account_claims::clear(&mut tx, account.id, Particular::Picture).await.unwrap());
        assert!(!account_claims::clear(&mut tx, account.id, Particular::Picture).await.unwrap());
        tx.commit().await.unwrap();
        let told = account_claims::of_account(&house.db, account.id).await.unwrap();
        let expected = [
            (Particular::MiddleName, "まり亜".to_owned()),
            (Particular::Website, "https://hanako.example.jp/".to_owned()),
        ];
        assert_eq!(told, expected.clone().into());
        assert!(account_claims::of_account(&house.db, other.id).await.unwrap().is_empty());

        let described = account_claims::described(&house.db, account.id).await.unwrap();
        assert_eq!((described.particulars, described.login_id), (expected.into(), None));
        let chosen = LoginId::choose("Hanako_01", None).unwrap();
        let mut tx = house.db.begin().await.unwrap();
        identifiers::insert(&mut tx, account.id, &Name::chosen(&chosen), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let described = account_claims::described(&house.db, account.id).await.unwrap();
        assert_eq!((described.particulars.len(), described.login_id.as_deref()), (2, Some("Hanako_01")));
    }
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_damage() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let insert =
            "insert into account_claims (account, name, value, set_at) values ($1, 'shoe_size', '25', 1)";
        house.db.execute(sql(insert).text(account.id)).await.unwrap();
        let read = account_claims::of_account(&house.db, account.id).await;
        assert!(matches!(read, Err(Error::Damaged { table: "account_claims", .. })), "{read:?}");
    }
}

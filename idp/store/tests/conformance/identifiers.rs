use sekisho_domain::ids::AccountId;
use sekisho_site::db::sql;
use sekisho_store::identifiers::{self, Kind};
use sekisho_store::{Error, memberships};

use super::house::{House, NOW, race, wins};

#[tokio::test]
async fn pw_02_every_spelling_of_a_name_is_one_name() {
    for spelling in [
        "hanako@example.jp",
        " Hanako@Example.JP ",
        "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ",
        "HANAKO@EXAMPLE.JP",
    ] {
        assert_eq!(identifiers::folded(spelling), "hanako@example.jp", "{spelling}");
    }
    assert_eq!(identifiers::folded("Hanako_01"), "hanako_01");
    assert_eq!(identifiers::folded("ＨＡＮＡＫＯ＿０１"), "hanako_01");
}

#[tokio::test]
async fn a_name_is_found_with_password_and_live_memberships() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let mut second = account.membership.clone();
        second.insurer = "kaede".parse().unwrap();
        let mut tx = house.db.begin().await.unwrap();
        let new =
            memberships::New { membership: &second, account: account.id, email: None, phone: None, at: NOW };
        memberships::insert(&mut tx, new).await.unwrap();
        identifiers::insert(&mut tx, account.id, Kind::Chosen, ("hanako_01", "Hanako_01"), NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let found = identifiers::find(&house.db, "hanako_01").await.unwrap().unwrap();
        assert_eq!(found.account, account.id);
        assert_eq!(found.password.id, account.factors[0].id);
        assert_eq!(secrecy::ExposeSecret::expose_secret(&found.password.hash), "$argon2id$a");
        assert_eq!(found.memberships, [account.membership.clone(), second]);
        assert!(identifiers::find(&house.db, "nobody").await.unwrap().is_none());

        let mut tx = house.db.begin().await.unwrap();
        for membership in &found.memberships {
            memberships::end(&mut tx, membership, NOW).await.unwrap();
        }
        tx.commit().await.unwrap();
        let found = identifiers::find(&house.db, "hanako_01").await.unwrap().unwrap();
        assert_eq!(found.memberships, []);
    }
}

#[tokio::test]
async fn a_name_without_a_password_is_taken_but_not_found() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let end = "update factors set ended_at = 1 where account = $1 and kind = 'password'";
        house.db.execute(sql(end).text(account.id)).await.unwrap();
        assert!(identifiers::find(&house.db, "hanako@example.jp").await.unwrap().is_none());
        assert!(identifiers::is_taken(&house.db, "hanako@example.jp").await.unwrap());
        assert!(!identifiers::is_taken(&house.db, "taro@example.jp").await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rc_12_of_twenty_accounts_that_choose_one_name_exactly_one_gets_it() {
    for mut house in House::both().await {
        let mut people: Vec<AccountId> = Vec::new();
        for n in 0..20 {
            people.push(house.member(&format!("name{n}"), "aoba", &format!("P{n}")).await.id);
        }
        let results = race(&house.db, |db, racer| {
            let account = people[racer];
            async move {
                let mut tx = db.begin().await.unwrap();
                match identifiers::insert(&mut tx, account, Kind::Chosen, ("sakura", "Sakura"), NOW).await {
                    Ok(()) => tx.commit().await.is_ok(),
                    Err(Error::Conflict { what: "identifiers.folded" }) => false,
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

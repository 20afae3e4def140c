use sekisho_domain::account::{Name, NameKind};
use sekisho_domain::ids::{AccountId, InsurerCode};
use sekisho_domain::journey::Owner;
use sekisho_site::db::sql;
use sekisho_store::identifiers;
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

fn chosen(shown: &str) -> Name {
    Name { kind: NameKind::Chosen, folded: shown.to_lowercase(), shown: shown.to_owned() }
}

#[tokio::test]
async fn a_name_is_found_with_password_and_live_memberships() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let mut second = account.joining.membership.clone();
        second.insurer = "kaede".parse().unwrap();
        let mut tx = house.db.begin().await.unwrap();
        let new =
            memberships::New { membership: &second, account: account.id, email: None, phone: None, at: NOW };
        memberships::insert(&mut tx, new).await.unwrap();
        identifiers::insert(&mut tx, account.id, &chosen("Hanako_01"), NOW).await.unwrap();
        tx.commit().await.unwrap();

        let found = identifiers::find(&house.db, "hanako_01").await.unwrap().unwrap();
        assert_eq!(found.account, account.id);
        assert_eq!(found.password.id, account.joining.factors[0].id);
        assert_eq!(secrecy::ExposeSecret::expose_secret(&found.password.hash), "$argon2id$a");
        assert_eq!(found.memberships, [account.joining.membership.clone(), second]);
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

#[tokio::test]
async fn tn_03_whose_a_name_is_depends_on_who_asks() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (aoba, kaede): (InsurerCode, InsurerCode) = ("aoba".parse().unwrap(), "kaede".parse().unwrap());
        let owner = |name, insurer| identifiers::owner(&house.db, name, insurer);
        assert_eq!(owner("hanako@example.jp", &aoba).await.unwrap(), Owner::Member);
        assert_eq!(owner("hanako@example.jp", &kaede).await.unwrap(), Owner::Elsewhere);
        assert_eq!(owner("taro@example.jp", &aoba).await.unwrap(), Owner::Nobody);
        let mut tx = house.db.begin().await.unwrap();
        memberships::end(&mut tx, &account.joining.membership, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(owner("hanako@example.jp", &aoba).await.unwrap(), Owner::Elsewhere);
    }
}

#[tokio::test]
async fn the_names_of_an_account_are_read_as_they_were_given() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let later = NOW + std::time::Duration::from_secs(1);
        let (given, own) = (Name::given("7132-091200001"), chosen("Hanako_01"));
        let mut tx = house.db.begin().await.unwrap();
        identifiers::insert(&mut tx, account.id, &given, later).await.unwrap();
        identifiers::insert(&mut tx, account.id, &own, later).await.unwrap();
        tx.commit().await.unwrap();
        let names = identifiers::of_account(&house.db, account.id).await.unwrap();
        assert_eq!(names, [Name::email(&account.email), own, given]);
        house.db.execute(sql("update identifiers set kind = 'magic' where kind = 'given'")).await.unwrap();
        let damaged = identifiers::of_account(&house.db, account.id).await.unwrap_err();
        assert!(matches!(damaged, Error::Damaged { table: "identifiers", .. }), "{damaged}");
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
                match identifiers::insert(&mut tx, account, &chosen("Sakura"), NOW).await {
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

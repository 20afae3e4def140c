use sekisho_base::Language;
use sekisho_domain::account::{Name, NewAccount};
use sekisho_domain::email::Email;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::AccountId;
use sekisho_domain::login_id::LoginId;
use sekisho_domain::terms::Mode;
use sekisho_site::db::sql;
use sekisho_store::{Error, acceptances, accounts, contacts, factors, identifiers, memberships, opt_ins};

use super::house::{House, NOW, arrive, race};

#[tokio::test]
async fn an_account_arrives_whole() {
    for mut house in House::both().await {
        let account = house.member("Hanako.Sample", "aoba", "P1").await;
        let db = &house.db;
        let found = identifiers::find(db, "hanako.sample@example.jp").await.unwrap().unwrap();
        assert_eq!((found.account, found.language, found.may_sign_in()), (account.id, Language::Ja, true));
        assert_eq!(found.memberships, std::slice::from_ref(&account.joining.membership));
        let contacts = contacts::of_account(db, account.id).await.unwrap();
        assert_eq!(contacts.email.unwrap().as_str(), "Hanako.Sample@example.jp");
        assert_eq!(contacts.phone.unwrap().as_e164(), "+819000001111");
        let rows = factors::of_account(db, account.id).await.unwrap();
        let held = |factor, kind| rows.iter().any(|row| row.id == factor && row.kind == kind);
        assert_eq!(rows.len(), 3);
        assert!(held(account.joining.factors[0].id, FactorKind::Password));
        assert!(held(account.joining.factors[1].id, FactorKind::Sms));
        assert!(held(account.joining.factors[2].id, FactorKind::Totp));
        let accepted =
            acceptances::of_account(db, &account.joining.membership.insurer, account.id).await.unwrap();
        assert_eq!(
            accepted.iter().map(|one| one.document.as_str()).collect::<Vec<_>>(),
            ["privacy", "terms"]
        );
        assert!(accepted.iter().all(|one| one.version == "2026-11-01" && one.at == NOW));
    }
}

async fn refused(house: &House, account: &NewAccount) -> &'static str {
    match house.arrive(account).await {
        Err(Error::Conflict { what }) => what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_second_account_of_an_address_or_person_is_refused_and_leaves_nothing() {
    for mut house in House::both().await {
        house.member("hanako", "aoba", "P1").await;
        let same_address = house.person("HANAKO", "kaede", "P9");
        assert_eq!(refused(&house, &same_address).await, "identifiers.folded");
        let same_person = house.person("taro", "aoba", "P1");
        assert_eq!(refused(&house, &same_person).await, "memberships.person_key");
        for account in [&same_address, &same_person] {
            assert_eq!(rows_of(&house, account.id).await, 0);
        }
        let same_key_elsewhere = house.person("jiro", "kaede", "P1");
        house.arrive(&same_key_elsewhere).await.unwrap();
    }
}

async fn rows_of(house: &House, account: AccountId) -> i64 {
    let count = "select (select count(*) from accounts where id = $1)
        + (select count(*) from identifiers where account = $1) + (select count(*) from contacts where account = $1)
        + (select count(*) from factors where account = $1) + (select count(*) from memberships where account = $1)
        + (select count(*) from acceptances where account = $1) + (select count(*) from opt_ins where account = $1)
        as n";
    house.db.fetch_one(sql(count).text(account)).await.unwrap().get("n").unwrap()
}

#[tokio::test]
async fn an_account_has_every_name_a_nickname_and_what_it_asked_for() {
    for mut house in House::both().await {
        let mut account = house.person("hanako", "aoba", "P1");
        let (given, own) = (Name::given("AOBA-0001"), chosen("Hanako_01"));
        // The own address as a login ID is the same name again.
        let again = chosen("hanako@example.jp");
        account.names.extend([given.clone(), own.clone(), again]);
        account.nickname = "はなちゃん".to_owned();
        account.joining.opt_ins = vec!["magazine".to_owned(), "checkup".to_owned()];
        account.joining.acceptances[1].mode = Mode::Button;
        house.arrive(&account).await.unwrap();

        let mut names = identifiers::of_account(&house.db, account.id).await.unwrap();
        names.sort_by_key(|name| name.kind.as_str());
        assert_eq!(names, [own, Name::email(&account.email), given]);
        for name in ["hanako@example.jp", "hanako_01", "aoba-0001"] {
            assert_eq!(identifiers::find(&house.db, name).await.unwrap().unwrap().account, account.id);
        }
        let nickname = accounts::nickname(&house.db, account.id).await.unwrap();
        assert_eq!(nickname.as_deref(), Some("はなちゃん"));
        let aoba = &account.joining.membership.insurer;
        let wishes = opt_ins::of_account(&house.db, aoba, account.id).await.unwrap();
        assert_eq!(wishes, ["checkup", "magazine"]);
        let accepted = acceptances::of_account(&house.db, aoba, account.id).await.unwrap();
        let modes: Vec<_> = accepted.iter().map(|one| (one.document.as_str(), one.mode)).collect();
        assert_eq!(modes, [("privacy", Mode::Button), ("terms", Mode::Scrolled)]);

        let other = house.member("taro", "aoba", "P2").await;
        assert_eq!(accounts::nickname(&house.db, other.id).await.unwrap(), None);
        assert_eq!(opt_ins::of_account(&house.db, aoba, other.id).await.unwrap(), Vec::<String>::new());
    }
}

fn chosen(typed: &str) -> Name {
    Name::chosen(&LoginId::choose(typed, Email::parse(typed).ok().as_ref()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_registrations_with_one_address_exactly_one_arrives() {
    for mut house in House::both().await {
        let people: Vec<_> =
            (0..20).map(|n| std::sync::Arc::new(house.person("hanako", "aoba", &format!("P{n}")))).collect();
        let results = race(&house.db, |db, racer| {
            let account = std::sync::Arc::clone(&people[racer]);
            async move { arrive(&db, &account).await }
        })
        .await;
        assert_one_arrived(&results);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_registrations_for_one_person_exactly_one_arrives() {
    for mut house in House::both().await {
        let people: Vec<_> =
            (0..20).map(|n| std::sync::Arc::new(house.person(&format!("name{n}"), "aoba", "P1"))).collect();
        let results = race(&house.db, |db, racer| {
            let account = std::sync::Arc::clone(&people[racer]);
            async move { arrive(&db, &account).await }
        })
        .await;
        assert_one_arrived(&results);
    }
}

fn assert_one_arrived(results: &[Result<(), Error>]) {
    let arrived = results.iter().filter(|result| result.is_ok()).count();
    let conflicts = results.iter().filter(|result| matches!(result, Err(Error::Conflict { .. }))).count();
    assert_eq!((arrived, conflicts), (1, 19), "{results:?}");
}

#[tokio::test]
async fn a_suspended_account_may_not_sign_in_until_it_is_resumed() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let mut tx = house.db.begin().await.unwrap();
        assert!(accounts::suspend(&mut tx, account.id, NOW).await.unwrap());
        assert!(!accounts::suspend(&mut tx, account.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let name = "hanako@example.jp";
        assert!(!identifiers::find(&house.db, name).await.unwrap().unwrap().may_sign_in());
        let mut tx = house.db.begin().await.unwrap();
        accounts::resume(&mut tx, account.id).await.unwrap();
        tx.commit().await.unwrap();
        assert!(identifiers::find(&house.db, name).await.unwrap().unwrap().may_sign_in());
    }
}

#[tokio::test]
async fn a_language_is_changed_and_an_account_is_reached_by_its_address() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let mut tx = house.db.begin().await.unwrap();
        accounts::speak(&mut tx, account.id, Language::En).await.unwrap();
        tx.commit().await.unwrap();
        let found = identifiers::find(&house.db, "hanako@example.jp").await.unwrap().unwrap();
        assert_eq!(found.language, Language::En);

        let (aoba, kaede) = ("aoba".parse().unwrap(), "kaede".parse().unwrap());
        assert_eq!(contacts::reached(&house.db, &aoba, &account.email).await.unwrap(), [account.id]);
        assert_eq!(contacts::reached(&house.db, &kaede, &account.email).await.unwrap(), []);
        let mut tx = house.db.begin().await.unwrap();
        assert!(memberships::end(&mut tx, &account.joining.membership, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(contacts::reached(&house.db, &aoba, &account.email).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_new_contact_takes_the_place_of_the_old() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let moved = Email::parse("new@example.jp").unwrap();
        let mut tx = house.db.begin().await.unwrap();
        contacts::put(&mut tx, account.id, contacts::Contact::Email(&moved), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let contacts = contacts::of_account(&house.db, account.id).await.unwrap();
        assert_eq!(contacts.email.unwrap().as_str(), "new@example.jp");
    }
}

#[tokio::test]
async fn a_row_that_no_rule_wrote_is_damage_named_by_table_and_id() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let spoil = "update factors set kind = 'magic' where account = $1 and kind = 'totp'";
        house.db.execute(sql(spoil).text(account.id)).await.unwrap();
        let error = factors::of_account(&house.db, account.id).await.unwrap_err();
        let named = account.joining.factors[2].id.to_string();
        match error {
            Error::Damaged { table, id, column } => {
                assert_eq!((table, id, column.as_str()), ("factors", named, "kind"));
            }
            other => panic!("{other}"),
        }
    }
}

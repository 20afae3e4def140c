//! What an owner changes of the account: address, names, keys, wishes.

use std::time::Duration;

use sekisho_base::{Language, Timestamp};
use sekisho_domain::account::{Name, NewAccount};
use sekisho_domain::email::Email;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::FactorId;
use sekisho_domain::login_id::LoginId;
use sekisho_store::contacts::Contact;
use sekisho_store::{Error, accounts, contacts, factors, identifiers, memberships, opt_ins};

use super::house::{House, NOW};

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.jp")).unwrap()
}

async fn readdress(house: &House, account: &NewAccount, to: &Email) -> Result<(), Error> {
    let mut tx = house.db.begin().await?;
    identifiers::readdress(&mut tx, account.id, (&account.email, to), NOW).await?;
    memberships::readdress(&mut tx, account.id, to.folded()).await?;
    contacts::put(&mut tx, account.id, Contact::Email(to), NOW).await?;
    Ok(tx.commit().await?)
}

/// A member whose insurer wants each address to be one member's own.
async fn with_own_address(house: &mut House, name: &str, person: &str) -> NewAccount {
    let mut account = house.person(name, "kaede", person);
    account.names = vec![Name::chosen(&LoginId::choose(&format!("{name}.k"), None).unwrap())];
    account.joining.own_address = Some(account.email.clone());
    house.arrive(&account).await.unwrap();
    account
}

#[tokio::test]
async fn an_address_takes_the_place_of_another_wherever_that_was() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        readdress(&house, &account, &email("new")).await.unwrap();
        assert_eq!(contacts::of_account(&house.db, account.id).await.unwrap().email, Some(email("new")));
        let names = identifiers::of_account(&house.db, account.id).await.unwrap();
        assert_eq!(names, [Name::email(&email("new"))]);
        assert!(!identifiers::is_taken(&house.db, "hanako@example.jp").await.unwrap());
    }
}

#[tokio::test]
async fn where_one_signs_in_by_another_name_only_the_mail_goes_elsewhere() {
    for mut house in House::both().await {
        let account = with_own_address(&mut house, "hanako", "P1").await;
        let kaede = account.joining.membership.insurer.clone();
        readdress(&house, &account, &email("new")).await.unwrap();
        let names = identifiers::of_account(&house.db, account.id).await.unwrap();
        assert_eq!(names, account.names);
        assert!(memberships::has_address(&house.db, &kaede, "new@example.jp").await.unwrap());
        assert!(!memberships::has_address(&house.db, &kaede, "hanako@example.jp").await.unwrap());
    }
}

#[tokio::test]
async fn en_05_an_address_that_is_somebody_elses_is_a_conflict_and_changes_nothing() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        house.member("taro", "aoba", "P2").await;
        let refused = readdress(&house, &account, &email("taro")).await;
        assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
        let own = with_own_address(&mut house, "jiro", "P3").await;
        with_own_address(&mut house, "saburo", "P4").await;
        let refused = readdress(&house, &own, &email("saburo")).await;
        assert!(matches!(refused, Err(Error::Conflict { what: "memberships.email" })), "{refused:?}");
        for account in [account, own] {
            let contacts = contacts::of_account(&house.db, account.id).await.unwrap();
            assert_eq!(contacts.email, Some(account.email.clone()));
            assert_eq!(identifiers::of_account(&house.db, account.id).await.unwrap(), account.names);
        }
    }
}

async fn add(house: &mut House, account: &NewAccount, kind: FactorKind, at: Timestamp) {
    let mut tx = house.db.begin().await.unwrap();
    let new = factors::New {
        id: FactorId::draw(&mut house.cx),
        account: account.id,
        kind,
        secret: b"s",
        last_step: None,
        at,
    };
    factors::insert(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_was_set_up_after_a_moment_ends_and_what_was_there_before_stays() {
    let hour = Duration::from_hours(1);
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        for owner in [&account, &other] {
            add(&mut house, owner, FactorKind::Recovery, NOW + hour).await;
        }
        let mut tx = house.db.begin().await.unwrap();
        let later = NOW + hour * 2;
        let after = NOW + hour + Duration::from_micros(1);
        assert_eq!(factors::end_since(&mut tx, account.id, after, later).await.unwrap(), []);
        let ended = factors::end_since(&mut tx, account.id, NOW + hour, later).await.unwrap();
        assert_eq!(ended, [FactorKind::Recovery]);
        let mut left = factors::kinds(&mut tx, account.id).await.unwrap();
        left.sort_by_key(|kind| kind.as_str());
        assert_eq!(left, [FactorKind::Password, FactorKind::Sms, FactorKind::Totp]);
        assert_eq!(factors::kinds(&mut tx, other.id).await.unwrap().len(), 4);
        let both = [FactorKind::Sms, FactorKind::Passkey];
        assert_eq!(factors::end_kinds(&mut tx, account.id, &both, later).await.unwrap(), 1);
        assert_eq!(factors::end_kinds(&mut tx, account.id, &both, later).await.unwrap(), 0);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_phone_is_taken_away_and_the_mail_stays() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let mut tx = house.db.begin().await.unwrap();
        contacts::forget_phone(&mut tx, account.id).await.unwrap();
        tx.commit().await.unwrap();
        let contacts = contacts::of_account(&house.db, account.id).await.unwrap();
        assert_eq!((contacts.email, contacts.phone), (Some(account.email), None));
    }
}

#[tokio::test]
async fn wishes_name_and_language_are_changed() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let who = (&account.joining.membership.insurer, account.id);
        let topics = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let mut tx = house.db.begin().await.unwrap();
        opt_ins::choose(&mut tx, who, &topics(&["news", "checkup"]), NOW).await.unwrap();
        opt_ins::take_back(&mut tx, who, &topics(&["news", "never"]), NOW).await.unwrap();
        accounts::rename(&mut tx, account.id, "はなちゃん").await.unwrap();
        accounts::speak(&mut tx, account.id, Language::En).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(opt_ins::of_account(&house.db, who.0, who.1).await.unwrap(), ["checkup"]);
        let nickname = accounts::nickname(&house.db, account.id).await.unwrap();
        assert_eq!(nickname.as_deref(), Some("はなちゃん"));
        assert_eq!(contacts::of_account(&house.db, account.id).await.unwrap().language, Language::En);
    }
}

#[tokio::test]
async fn an_account_that_may_not_be_used_is_not_changed() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let mut tx = house.db.begin().await.unwrap();
        assert!(accounts::hold(&mut tx, account.id).await.unwrap());
        accounts::suspend(&mut tx, account.id, NOW).await.unwrap();
        assert!(!accounts::hold(&mut tx, account.id).await.unwrap());
        tx.commit().await.unwrap();
    }
}

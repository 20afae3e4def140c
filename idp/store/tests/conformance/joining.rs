//! Memberships that join an account, take the place of others, and are claimed by many at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use sekisho_domain::account::{Joining, NewAccount, NewFactor, NewSecret};
use sekisho_domain::email::Email;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::phone::Phone;
use sekisho_domain::terms::{Acceptance, Mode};
use sekisho_site::db::sql;
use sekisho_store::{Error, acceptances, accounts, contacts, factors, memberships, opt_ins};

use super::house::{House, NOW, arrive, join, race, wins};

fn conflict(result: Result<(), Error>) -> &'static str {
    match result {
        Err(Error::Conflict { what }) => what,
        other => panic!("{other:?}"),
    }
}

fn shared() -> Email {
    Email::parse("Family@Example.JP").unwrap()
}

async fn counted(house: &House, account: AccountId) -> i64 {
    let count = "select (select count(*) from memberships where account = $1)
        + (select count(*) from factors where account = $1)
        + (select count(*) from acceptances where account = $1)
        + (select count(*) from opt_ins where account = $1) as n";
    house.db.fetch_one(sql(count).text(account)).await.unwrap().get("n").unwrap()
}

#[tokio::test]
async fn an_account_joins_a_second_insurer_with_what_that_one_asks_for() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let mut joining = house.joining("kaede", "K1");
        joining.own_address = Some(shared());
        let phone = NewSecret::Phone(Phone::parse("090-0000-2222").unwrap());
        joining.factors = vec![NewFactor { id: FactorId::draw(&mut house.cx), secret: phone }];
        joining.opt_ins = vec!["checkup".to_owned()];
        let (document, version) = ("inquiry".to_owned(), "2026-11-01".to_owned());
        let accepted = Acceptance { document, version, at: NOW, mode: Mode::Button };
        joining.acceptances = vec![accepted.clone()];
        join(&house.db, account.id, &joining).await.unwrap();

        let (db, kaede) = (&house.db, &joining.membership.insurer);
        let live = memberships::of_account(db, account.id).await.unwrap();
        assert_eq!(live, [account.joining.membership, joining.membership.clone()]);
        assert!(memberships::has_address(db, kaede, "family@example.jp").await.unwrap());
        assert!(!memberships::has_address(db, kaede, "hanako@example.jp").await.unwrap());
        assert!(!memberships::has_address(db, &live[0].insurer, "family@example.jp").await.unwrap());
        assert_eq!(acceptances::of_account(db, kaede, account.id).await.unwrap(), [accepted]);
        assert_eq!(opt_ins::of_account(db, kaede, account.id).await.unwrap(), ["checkup"]);
        let phones = factors::of_account(db, account.id).await.unwrap();
        assert_eq!(phones.iter().filter(|row| row.kind == FactorKind::Sms).count(), 2);
        let reached = contacts::of_account(db, account.id).await.unwrap();
        assert_eq!(reached.phone.unwrap().as_e164(), "+819000002222");
    }
}

#[tokio::test]
async fn b40_new_numbers_take_the_place_of_the_old_in_one_transaction() {
    for mut house in House::both().await {
        let mut account = house.person("hanako", "sora", "S1");
        account.joining.own_address = Some(shared());
        account.joining.opt_ins = vec!["magazine".to_owned()];
        house.arrive(&account).await.unwrap();
        let old = &account.joining.membership;
        // Once under another key, once under the same: insurers do either.
        for person in ["S2", "S2"] {
            let mut renewed = house.joining("sora", person);
            renewed.own_address = Some(shared());
            let live = memberships::live(&house.db, account.id, &old.insurer).await.unwrap().unwrap();
            let mut tx = house.db.begin().await.unwrap();
            assert!(memberships::end(&mut tx, &live, NOW).await.unwrap());
            accounts::join(&mut tx, account.id, &renewed, &BTreeMap::new(), NOW).await.unwrap();
            tx.commit().await.unwrap();
            let live = memberships::of_account(&house.db, account.id).await.unwrap();
            assert_eq!(live, [renewed.membership]);
        }
        let wishes = opt_ins::of_account(&house.db, &old.insurer, account.id).await.unwrap();
        assert_eq!(wishes, ["magazine"], "they are the person's, not the numbers'");
        // The former key is free for whoever the insurer gives it to.
        house.member("taro", "sora", "S1").await;
    }
}

#[tokio::test]
async fn a_second_claim_is_refused_by_what_it_collides_with_and_leaves_nothing() {
    for mut house in House::both().await {
        let mut first = house.person("hanako", "sora", "S1");
        first.joining.own_address = Some(shared());
        house.arrive(&first).await.unwrap();
        let other = house.member("taro", "aoba", "P2").await;
        let before = counted(&house, other.id).await;

        let same_person = house.joining("sora", "S1");
        let same_address = Joining { own_address: Some(shared()), ..house.joining("sora", "S2") };
        for (joining, what) in
            [(&same_person, "memberships.person_key"), (&same_address, "memberships.email")]
        {
            assert_eq!(conflict(join(&house.db, other.id, joining).await), what);
        }
        let mut stranger = house.person("jiro", "sora", "S3");
        stranger.joining.own_address = Some(shared());
        assert_eq!(conflict(house.arrive(&stranger).await), "memberships.email");
        let second_of_one = house.joining("aoba", "P9");
        assert_eq!(conflict(join(&house.db, other.id, &second_of_one).await), "memberships");
        assert_eq!((counted(&house, other.id).await, counted(&house, stranger.id).await), (before, 0));

        let unshared = house.joining("sora", "S2");
        join(&house.db, other.id, &unshared).await.unwrap();
    }
}

/// What a racer tries.
enum Claim {
    Register(NewAccount),
    Join(AccountId, Joining),
}

/// Lets every other racer register, and the rest add the membership to their account.
async fn claim(house: &mut House, claims: impl Fn(&mut House, usize) -> Joining) -> Vec<Result<(), Error>> {
    let mut racers = Vec::new();
    for n in 0..20 {
        let joining = claims(house, n);
        racers.push(Arc::new(if n % 2 == 0 {
            let mut account = house.person(&format!("new{n}"), "sora", &format!("unused{n}"));
            account.joining = joining;
            Claim::Register(account)
        } else {
            let account = house.member(&format!("old{n}"), "aoba", &format!("P{n}")).await;
            Claim::Join(account.id, joining)
        }));
    }
    race(&house.db, |db, racer| {
        let claim = Arc::clone(&racers[racer]);
        async move {
            match &*claim {
                Claim::Register(account) => arrive(&db, account).await,
                Claim::Join(account, joining) => join(&db, *account, joining).await,
            }
        }
    })
    .await
}

fn assert_one_won(results: &[Result<(), Error>], expected: &str) {
    let lost =
        |result: &&Result<(), Error>| matches!(result, Err(Error::Conflict { what }) if *what == expected);
    let (won, lost) = (results.iter().filter(|one| one.is_ok()).count(), results.iter().filter(lost).count());
    assert_eq!((won, lost), (1, 19), "{results:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_new_and_old_accounts_that_claim_one_person_exactly_one_is_bound() {
    for mut house in House::both().await {
        let results = claim(&mut house, |house, _| house.joining("sora", "S1")).await;
        assert_one_won(&results, "memberships.person_key");
        let count = "select count(*) as n from memberships where insurer = 'sora'";
        assert_eq!(house.db.fetch_one(sql(count)).await.unwrap().get::<i64>("n").unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rc_12_of_twenty_members_with_one_address_where_it_is_one_s_own_exactly_one_arrives() {
    for mut house in House::both().await {
        let results = claim(&mut house, |house, n| Joining {
            own_address: Some(shared()),
            ..house.joining("sora", &format!("S{n}"))
        })
        .await;
        assert_one_won(&results, "memberships.email");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b40_of_twenty_renewals_of_one_membership_exactly_one_stands() {
    for mut house in House::both().await {
        let account = house.member("hanako", "sora", "S0").await;
        let renewals: Vec<_> = (0..20).map(|n| Arc::new(house.joining("sora", &format!("R{n}")))).collect();
        let old = Arc::new(account.joining.membership.clone());
        let results = race(&house.db, |db, racer| {
            let (old, renewed, account) = (Arc::clone(&old), Arc::clone(&renewals[racer]), account.id);
            async move {
                let mut tx = db.begin().await.unwrap();
                if !memberships::end(&mut tx, &old, NOW).await.unwrap() {
                    return false;
                }
                accounts::join(&mut tx, account, &renewed, &BTreeMap::new(), NOW).await.unwrap();
                tx.commit().await.is_ok()
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
        assert_eq!(memberships::of_account(&house.db, account.id).await.unwrap().len(), 1);
    }
}

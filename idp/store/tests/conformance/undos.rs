use std::time::Duration;

use sekisho_base::Digest;
use sekisho_domain::account::NewAccount;
use sekisho_domain::email::Email;
use sekisho_domain::ids::InsurerCode;
use sekisho_store::undos::{self, New, Undo};

use super::house::{House, NOW, race, wins};

const WEEK: Duration = Duration::from_hours(7 * 24);

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.jp")).unwrap()
}

async fn insert(house: &mut House, account: &NewAccount, email: &Email) -> Digest {
    let token = house.digest();
    let insurer = &account.joining.membership.insurer;
    let new = New { token, insurer, account: account.id, email, made_at: NOW, expires_at: NOW + WEEK };
    let mut tx = house.db.begin().await.unwrap();
    undos::insert(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    token
}

async fn spend(house: &House, token: Digest) -> Option<Undo> {
    let mut tx = house.db.begin().await.unwrap();
    let spent = undos::spend(&mut tx, token, NOW).await.unwrap();
    tx.commit().await.unwrap();
    spent
}

#[tokio::test]
async fn rc_06_a_change_is_found_until_its_time_is_over_and_looking_spends_nothing() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let token = insert(&mut house, &account, &email("before")).await;
        let insurer: InsurerCode = "aoba".parse().unwrap();
        let undo = Some(Undo { insurer, account: account.id, email: email("before"), made_at: NOW });
        let last = NOW + WEEK - Duration::from_micros(1);
        for _ in 0..3 {
            assert_eq!(undos::find(&house.db, token, last).await.unwrap(), undo);
        }
        assert_eq!(undos::find(&house.db, token, NOW + WEEK).await.unwrap(), None);
        let other = house.digest();
        assert_eq!(undos::find(&house.db, other, NOW).await.unwrap(), None);
        assert_eq!(spend(&house, token).await, undo);
        assert_eq!(undos::find(&house.db, token, NOW).await.unwrap(), None);
        assert_eq!(spend(&house, token).await, None);
    }
}

#[tokio::test]
async fn what_is_undone_ends_all_other_links_of_the_account_and_of_nobody_else() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        let first = insert(&mut house, &account, &email("first")).await;
        let second = insert(&mut house, &account, &email("second")).await;
        let others = insert(&mut house, &other, &email("theirs")).await;
        assert!(spend(&house, first).await.is_some());
        assert_eq!(spend(&house, second).await, None);
        assert!(undos::find(&house.db, others, NOW).await.unwrap().is_some());
        let mut tx = house.db.begin().await.unwrap();
        undos::end_all_of(&mut tx, other.id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(spend(&house, others).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_who_undo_at_once_exactly_one_does() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let token = insert(&mut house, &account, &email("before")).await;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = undos::spend(&mut tx, token, NOW).await.unwrap().is_some();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

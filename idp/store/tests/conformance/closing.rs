use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::account::{Name, NewAccount};
use sekisho_domain::ids::{AccountId, SessionId};
use sekisho_domain::login_id::LoginId;
use sekisho_domain::particular::Particular;
use sekisho_domain::session::Session;
use sekisho_site::db::sql;
use sekisho_store::closing::{self, Closing, KEPT};
use sekisho_store::{account_claims, contacts, factors, identifiers, memberships, opt_ins, sessions, sweep};

use super::house::{House, NOW, race, wins};

const DAY: Duration = Duration::from_hours(24);
const END: Timestamp = Timestamp::from_seconds(1_800_000_000 + 30 * 86_400);

async fn begin(house: &House, id: AccountId) -> bool {
    let mut tx = house.db.begin().await.unwrap();
    let begun = closing::begin(&mut tx, id, END).await.unwrap();
    tx.commit().await.unwrap();
    begun
}

async fn keep(house: &House, id: AccountId) -> bool {
    let mut tx = house.db.begin().await.unwrap();
    let kept = closing::keep(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    kept
}

async fn end(house: &House, id: AccountId, now: Timestamp) -> bool {
    let mut tx = house.db.begin().await.unwrap();
    let ended = closing::end(&mut tx, id, now).await.unwrap();
    tx.commit().await.unwrap();
    ended
}

/// A session that lives for as long as these tests go on.
async fn long_session(house: &mut House, account: &NewAccount) -> (Session, Digest) {
    let (session, _) = house.session(account).await;
    let idle = Duration::from_hours(24 * 365);
    let id = SessionId::draw(&mut house.cx);
    let session = Session { id, idle, ends_at: NOW + idle, ..session };
    let cookie = house.digest();
    let mut tx = house.db.begin().await.unwrap();
    sessions::insert(&mut tx, &session, cookie, "a browser").await.unwrap();
    tx.commit().await.unwrap();
    (session, cookie)
}

#[tokio::test]
async fn se_03_nobody_is_signed_in_to_an_account_that_closes_until_its_owner_keeps_it() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (session, cookie) = house.session(&account).await;
        assert_eq!(closing::of_account(&house.db, account.id).await.unwrap(), None);
        assert_eq!(closing::of_cookie(&house.db, cookie, NOW).await.unwrap(), None);
        assert!(begin(&house, account.id).await);
        assert!(!begin(&house, account.id).await, "it closes once");
        assert_eq!(sessions::find_by_cookie(&house.db, cookie, NOW).await.unwrap(), None);
        assert_eq!(sessions::find(&house.db, session.id, NOW).await.unwrap(), None);
        assert_eq!(closing::of_account(&house.db, account.id).await.unwrap(), Some(END));
        let insurer = Some(account.joining.membership.insurer.clone());
        let closing = Closing { session: session.id, account: account.id, insurer, ends_at: END };
        assert_eq!(closing::of_cookie(&house.db, cookie, NOW).await.unwrap(), Some(closing));
        assert!(keep(&house, account.id).await);
        assert!(!keep(&house, account.id).await);
        assert_eq!(closing::of_cookie(&house.db, cookie, NOW).await.unwrap(), None);
        assert!(sessions::find_by_cookie(&house.db, cookie, NOW).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_session_that_is_over_keeps_no_account() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (session, cookie) = house.session(&account).await;
        begin(&house, account.id).await;
        assert_eq!(closing::of_cookie(&house.db, cookie, NOW + DAY).await.unwrap(), None, "it was idle");
        let mut tx = house.db.begin().await.unwrap();
        sessions::end(&mut tx, session.id, "signed out", NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(closing::of_cookie(&house.db, cookie, NOW).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_account_ends_when_its_time_has_come_and_not_before() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        begin(&house, account.id).await;
        let before = END - Duration::from_micros(1);
        assert_eq!(closing::due(&house.db, before, 10).await.unwrap(), []);
        assert!(!end(&house, account.id, before).await);
        assert_eq!(closing::due(&house.db, END, 10).await.unwrap(), [account.id]);
        assert!(!end(&house, other.id, END).await, "nobody closed it");
        assert!(end(&house, account.id, END).await);
        assert!(!end(&house, account.id, END).await);
        assert_eq!(closing::due(&house.db, END, 10).await.unwrap(), []);
        assert!(!keep(&house, account.id).await, "what has ended stays so");
        assert!(!begin(&house, account.id).await);
    }
}

#[tokio::test]
async fn what_has_ended_holds_nothing_of_the_person_and_lets_nobody_in() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (_, cookie) = long_session(&mut house, &account).await;
        let membership = account.joining.membership.clone();
        let who = (&membership.insurer, account.id);
        let mut tx = house.db.begin().await.unwrap();
        opt_ins::choose(&mut tx, who, &["news".to_owned()], NOW).await.unwrap();
        account_claims::put(&mut tx, who.1, (Particular::MiddleName, "まり亜"), NOW).await.unwrap();
        tx.commit().await.unwrap();
        begin(&house, account.id).await;
        assert!(end(&house, account.id, END).await);
        assert_eq!(closing::of_cookie(&house.db, cookie, END).await.unwrap(), None);
        assert_eq!(sessions::find_by_cookie(&house.db, cookie, END).await.unwrap(), None);
        assert_eq!(memberships::of_account(&house.db, account.id).await.unwrap(), []);
        assert!(factors::of_account(&house.db, account.id).await.unwrap().is_empty());
        assert!(opt_ins::of_account(&house.db, who.0, who.1).await.unwrap().is_empty());
        assert_eq!(contacts::of_account(&house.db, account.id).await.unwrap().email, None);
        assert!(account_claims::of_account(&house.db, account.id).await.unwrap().is_empty());
        assert!(identifiers::of_account(&house.db, account.id).await.unwrap().is_empty());
        let left = "select count(*) as n from factors where account = $1 and length(secret) > 0";
        let row = house.db.fetch_one(sql(left).text(account.id)).await.unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 0, "no secret is left");
        // The person may register anew, with the same address.
        house.member("hanako", "aoba", "P1").await;
    }
}

#[tokio::test]
async fn a_chosen_id_is_nobodys_for_a_year_after_the_end() {
    for mut house in House::both().await {
        let mut account = house.person("hanako", "sora", "P1");
        account.names = vec![Name::chosen(&LoginId::choose("hanako.k", None).unwrap())];
        house.arrive(&account).await.unwrap();
        begin(&house, account.id).await;
        assert!(end(&house, account.id, END).await);
        assert!(
            identifiers::find(&house.db, "hanako.k").await.unwrap().is_none_or(|known| !known.may_sign_in())
        );
        sweep::expired(&house.db, END + KEPT).await.unwrap();
        assert!(identifiers::is_taken(&house.db, "hanako.k").await.unwrap());
        sweep::expired(&house.db, END + KEPT + DAY).await.unwrap();
        assert!(!identifiers::is_taken(&house.db, "hanako.k").await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_who_keep_or_end_an_account_at_once_exactly_one_does() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        begin(&house, account.id).await;
        let id = account.id;
        let results = race(&house.db, |db, racer| async move {
            let mut tx = db.begin().await.unwrap();
            let won = if racer % 2 == 0 {
                closing::keep(&mut tx, id).await.unwrap()
            } else {
                closing::end(&mut tx, id, END).await.unwrap()
            };
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId, InsurerCode};
use sekisho_domain::phone::Phone;
use sekisho_site::db::sql;
use sekisho_store::accounts::{self, SealedFactor};
use sekisho_store::factors::{self, Reserved, Standing};
use sekisho_store::{Error, acceptances, contacts, identifiers, memberships, sessions};

use super::house::{House, NOW, race, wins};

const REST: Duration = Duration::from_mins(15);
const SECOND: Duration = Duration::from_secs(1);

async fn kinds(house: &House, account: AccountId) -> Vec<FactorKind> {
    let rows = factors::of_account(&house.db, account).await.unwrap();
    let mut kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
    kinds.sort_by_key(|kind| kind.as_str());
    kinds
}

#[tokio::test]
async fn the_hash_of_a_password_is_read_while_it_lives_and_of_nothing_else() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let [password, phone] = [0, 1].map(|index: usize| account.joining.factors[index].id);
        let hash = factors::password_hash(&house.db, password).await.unwrap().unwrap();
        assert_eq!(hash.expose_secret(), "$argon2id$a");
        assert!(factors::password_hash(&house.db, phone).await.unwrap().is_none());
        let mut tx = house.db.begin().await.unwrap();
        factors::end(&mut tx, password, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(factors::password_hash(&house.db, password).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn factors_of_some_kinds_end_and_their_secrets_go() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        let mut tx = house.db.begin().await.unwrap();
        for secret in [b"one", b"two"] {
            let (id, kind) = (FactorId::draw(&mut house.cx), FactorKind::Recovery);
            let new = factors::New { id, account: account.id, kind, secret, last_step: None, at: NOW };
            factors::insert(&mut tx, new).await.unwrap();
        }
        factors::end_kinds(&mut tx, account.id, &[FactorKind::Sms, FactorKind::Recovery], NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kinds(&house, account.id).await, [FactorKind::Password, FactorKind::Totp]);
        assert_eq!(kinds(&house, other.id).await.len(), 3, "another account's are not touched");
        let kept = sql("select id from factors where ended_at is not null and length(secret) > 0");
        assert!(house.db.fetch_all(kept).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn how_factors_stand_is_told_and_their_failures_are_forgotten() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let id = account.joining.factors[1].id;
        for _ in 0..3 {
            assert_eq!(factors::reserve_attempt(&house.db, id, NOW, 3, REST).await.unwrap(), Reserved::Go);
        }
        let of_sms = async |house: &House| {
            let standing = factors::standing(&house.db, account.id).await.unwrap();
            assert_eq!(standing.len(), 3);
            standing.into_iter().find(|one| one.kind == FactorKind::Sms).unwrap()
        };
        let rests = Standing {
            kind: FactorKind::Sms,
            failures: 3,
            blocked_until: Some(NOW + REST),
            created_at: NOW,
            last_used_at: None,
        };
        assert_eq!(of_sms(&house).await, rests);
        let mut tx = house.db.begin().await.unwrap();
        factors::forget_failures(&mut tx, account.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(of_sms(&house).await, Standing { failures: 0, blocked_until: None, ..rests });
        assert_eq!(factors::reserve_attempt(&house.db, id, NOW, 3, REST).await.unwrap(), Reserved::Go);
    }
}

#[tokio::test]
async fn rc_02_a_password_that_is_newer_than_the_proof_is_not_ended() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await.id;
        let mut tx = house.db.begin().await.unwrap();
        assert!(!factors::end_password(&mut tx, account, NOW - SECOND, NOW).await.unwrap());
        assert!(factors::end_password(&mut tx, account, NOW, NOW + SECOND).await.unwrap());
        assert!(!factors::end_password(&mut tx, account, NOW, NOW + SECOND).await.unwrap(), "none is left");
        tx.commit().await.unwrap();
        assert_eq!(kinds(&house, account).await, [FactorKind::Sms, FactorKind::Totp]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rc_02_of_twenty_new_passwords_at_once_exactly_one_is_set() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await.id;
        let ids: Vec<_> = (0..20).map(|_| FactorId::draw(&mut house.cx)).collect();
        let results = race(&house.db, |db, racer| {
            let (id, kind, secret) = (ids[racer], FactorKind::Password, b"$argon2id$b".as_slice());
            async move {
                let mut tx = db.begin().await.unwrap();
                if !factors::end_password(&mut tx, account, NOW, NOW + SECOND).await.unwrap() {
                    return false;
                }
                let at = NOW + SECOND;
                let new = factors::New { id, account, kind, secret, last_step: None, at };
                factors::insert(&mut tx, new).await.unwrap();
                tx.commit().await.unwrap();
                true
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
        assert_eq!(kinds(&house, account).await.len(), 3);
    }
}

#[tokio::test]
async fn se_03_a_factor_is_held_while_it_lives_and_its_account_may_be_used() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let id = account.joining.factors[0].id;
        let held = async |house: &House| {
            let mut tx = house.db.begin().await.unwrap();
            let held = factors::hold(&mut tx, id).await.unwrap();
            tx.commit().await.unwrap();
            held
        };
        assert!(held(&house).await);
        for change in [
            "update accounts set suspended_at = 1",
            "update accounts set suspended_at = null, locked_at = 1",
            "update accounts set locked_at = null, closed_at = 1",
            "update accounts set closed_at = null",
            "update factors set ended_at = 1",
        ] {
            house.db.execute(sql(change)).await.unwrap();
            assert_eq!(held(&house).await, change.ends_with("closed_at = null"), "{change}");
        }
    }
}

#[tokio::test]
async fn factors_are_added_to_an_account_but_no_second_password() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await.id;
        let one = |house: &mut House, sealed| BTreeMap::from([(FactorId::draw(&mut house.cx), sealed)]);
        let phone = one(&mut house, SealedFactor::phone(b"sealed".to_vec()));
        let password = one(&mut house, SealedFactor::password("$argon2id$b"));
        let mut tx = house.db.begin().await.unwrap();
        accounts::add_factors(&mut tx, account, &phone, NOW).await.unwrap();
        let refused = accounts::add_factors(&mut tx, account, &password, NOW).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { what: "factors.account" }), "{refused}");
        tx.commit().await.unwrap();
        assert_eq!(kinds(&house, account).await.len(), 4);
    }
}

#[tokio::test]
async fn an_account_is_found_with_its_state_and_is_unlocked() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await.id;
        let nobody = AccountId::draw(&mut house.cx);
        assert_eq!(accounts::find(&house.db, nobody).await.unwrap(), None);
        house.db.execute(sql("update accounts set locked_at = $1").bind(NOW)).await.unwrap();
        let found = accounts::find(&house.db, account).await.unwrap().unwrap();
        assert_eq!((found.id, found.created_at, found.locked_at), (account, NOW, Some(NOW)));
        assert_eq!((found.suspended_at, found.closed_at), (None, None));
        let mut tx = house.db.begin().await.unwrap();
        accounts::suspend(&mut tx, account, NOW).await.unwrap();
        accounts::unlock(&mut tx, account).await.unwrap();
        tx.commit().await.unwrap();
        let found = accounts::find(&house.db, account).await.unwrap().unwrap();
        assert_eq!((found.locked_at, found.suspended_at), (None, Some(NOW)), "the one is not the other");
    }
}

#[tokio::test]
async fn b3_a_reset_account_is_nobodys_its_person_and_names_are_free_and_its_history_stays() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        let aoba: InsurerCode = "aoba".parse().unwrap();
        let mut tx = house.db.begin().await.unwrap();
        assert!(accounts::reset(&mut tx, account.id, NOW).await.unwrap());
        assert!(!accounts::reset(&mut tx, account.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(accounts::find(&house.db, account.id).await.unwrap().unwrap().closed_at, Some(NOW));
        assert_eq!(kinds(&house, account.id).await, []);
        assert_eq!(memberships::of_account(&house.db, account.id).await.unwrap(), []);
        assert_eq!(identifiers::account_of(&house.db, "hanako@example.jp").await.unwrap(), None);
        assert_eq!(identifiers::account_of(&house.db, "taro@example.jp").await.unwrap(), Some(other.id));
        assert_eq!(acceptances::of_account(&house.db, &aoba, account.id).await.unwrap().len(), 2);
        let email = contacts::of_account(&house.db, account.id).await.unwrap().email.unwrap();
        assert_eq!(contacts::reached(&house.db, &aoba, &email).await.unwrap(), [], "no mail goes there");
        let again = house.member("hanako", "aoba", "P1").await;
        assert_eq!(
            identifiers::account_of(&house.db, "hanako@example.jp").await.unwrap(),
            Some(again.id),
            "the person registers anew under the same name"
        );
    }
}

#[tokio::test]
async fn sessions_are_counted_while_they_live() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        house.session(&other).await;
        let (first, _) = house.session(&account).await;
        house.session(&account).await;
        assert_eq!(sessions::live(&house.db, account.id, NOW).await.unwrap(), 2);
        let idle = NOW + first.idle;
        assert_eq!(sessions::live(&house.db, account.id, idle).await.unwrap(), 0);
        let mut tx = house.db.begin().await.unwrap();
        sessions::end(&mut tx, first.id, "test", NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sessions::live(&house.db, account.id, NOW).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn contacts_are_read_in_the_midst_of_a_change() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await.id;
        let moved = Phone::parse("080-0000-2222").unwrap();
        let mut tx = house.db.begin().await.unwrap();
        contacts::put(&mut tx, account, contacts::Contact::Phone(&moved), NOW).await.unwrap();
        let found = contacts::within(&mut tx, account).await.unwrap();
        assert_eq!(found.phone.unwrap().as_e164(), "+818000002222");
        assert_eq!(found.email.unwrap().as_str(), "hanako@example.jp");
        tx.rollback().await.unwrap();
        let found = contacts::of_account(&house.db, account).await.unwrap();
        assert_eq!(found.phone.unwrap().as_e164(), "+819000001111");
    }
}

use sekisho_base::{Digest, Kind};
use sekisho_domain::account::NewAccount;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::passkey::{Answered, LIFETIME, New, Shown};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_store::Error;
use sekisho_store::factors::{self, Reserved};
use sekisho_store::passkeys::{self, Row};

use super::house::{House, NOW, race, wins};

const KEY: &[u8] = b"sealed";

fn made(house: &mut House, account: AccountId, sign_count: u32) -> New {
    New {
        account,
        credential: house.digest(),
        key: "{}".to_owned(),
        aaguid: "00".repeat(16),
        transports: vec!["internal".to_owned(), "hybrid".to_owned()],
        sign_count,
        backed_up: false,
        answered: answered(house),
    }
}

fn answered(house: &mut House) -> Answered {
    Answered { challenge: house.digest(), until: NOW + LIFETIME }
}

async fn insert(house: &mut House, made: &New) -> Result<FactorId, Error> {
    let factor = FactorId::draw(&mut house.cx);
    let new = passkeys::New { factor, made, secret: KEY, name: "青い電話", at: NOW };
    let mut tx = house.db.begin().await.unwrap();
    passkeys::insert(&mut tx, new).await?;
    tx.commit().await.unwrap();
    Ok(factor)
}

/// Somebody with a passkey whose authenticator counts from `count`.
async fn holder(house: &mut House, count: u32) -> (NewAccount, New, FactorId) {
    let account = house.member("hanako", "aoba", "P1").await;
    let made = made(house, account.id, count);
    let factor = insert(house, &made).await.unwrap();
    (account, made, factor)
}

fn shown(account: AccountId, factor: FactorId, sign_count: u32) -> Shown {
    let challenge = Digest::of(Kind("test"), 0, &"a challenge".into());
    let answered = Answered { challenge, until: NOW + LIFETIME };
    Shown { account, factor, answered, sign_count, backed_up: false, sealed: None }
}

async fn show(house: &House, shown: &Shown) -> bool {
    let mut tx = house.db.begin().await.unwrap();
    let accepted = passkeys::show(&mut tx, shown, NOW).await.unwrap();
    tx.commit().await.unwrap();
    accepted
}

async fn the_one(house: &House, account: AccountId) -> Row {
    let mut rows = passkeys::of_account(&house.db, account).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[tokio::test]
async fn a_passkey_reads_back_by_its_credential_and_by_its_account() {
    for mut house in House::both().await {
        let (account, made, factor) = holder(&mut house, 7).await;
        let found = passkeys::find(&house.db, made.credential).await.unwrap().unwrap();
        for row in [found, the_one(&house, account.id).await] {
            assert_eq!((row.factor, row.account, row.credential), (factor, account.id, made.credential));
            assert_eq!((row.secret.as_slice(), row.name.as_str()), (KEY, "青い電話"));
            assert_eq!((&row.aaguid, &row.transports), (&made.aaguid, &made.transports));
            assert_eq!((row.sign_count, row.backed_up), (7, false));
            assert_eq!((row.created_at, row.last_used_at), (NOW, None));
        }
        let unknown = house.digest();
        assert!(passkeys::find(&house.db, unknown).await.unwrap().is_none());
        let of_account = factors::of_account(&house.db, account.id).await.unwrap();
        assert!(of_account.iter().any(|row| row.id == factor && row.kind == FactorKind::Passkey));
    }
}

#[tokio::test]
async fn wa_07_a_credential_is_of_one_account_even_when_it_has_ended() {
    for mut house in House::both().await {
        let (owner, made_first, factor) = holder(&mut house, 0).await;
        let other = house.member("taro", "aoba", "P2").await;
        let count =
            async |house: &House, account| factors::of_account(&house.db, account).await.unwrap().len();
        let before = (count(&house, owner.id).await, count(&house, other.id).await);
        for account in [owner.id, other.id] {
            let again = New { account, ..made_first.clone() };
            let refused = insert(&mut house, &again).await.unwrap_err();
            assert!(matches!(refused, Error::Conflict { what: "passkeys.credential" }), "{refused}");
        }
        assert_eq!(
            (count(&house, owner.id).await, count(&house, other.id).await),
            before,
            "no factor is left"
        );
        let mut tx = house.db.begin().await.unwrap();
        assert!(passkeys::end(&mut tx, owner.id, factor, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let again = New { account: other.id, ..made_first.clone() };
        assert!(matches!(insert(&mut house, &again).await, Err(Error::Conflict { .. })));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wa_07_of_twenty_accounts_at_once_exactly_one_gets_a_credential() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let made = made(&mut house, account.id, 0);
        let mut factors = Vec::new();
        for _ in 0..super::house::RACERS {
            factors.push(FactorId::draw(&mut house.cx));
        }
        let results = race(&house.db, |db, racer| {
            let (made, factor) = (made.clone(), factors[racer]);
            async move {
                let new = passkeys::New { factor, made: &made, secret: KEY, name: "x", at: NOW };
                let mut tx = db.begin().await.unwrap();
                let stored = passkeys::insert(&mut tx, new).await;
                match stored {
                    Ok(()) => tx.commit().await.is_ok(),
                    Err(Error::Conflict { what: "passkeys.credential" }) => false,
                    Err(other) => panic!("{other}"),
                }
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
        the_one(&house, account.id).await;
    }
}

#[tokio::test]
async fn wa_05_a_count_only_grows_and_zero_stays_zero() {
    for mut house in House::both().await {
        let (account, _, factor) = holder(&mut house, 0).await;
        // Authenticators that count nothing stay where they are; once one counts, it counts on.
        let steps =
            [(0, true), (0, true), (5, true), (5, false), (4, false), (0, false), (6, true), (6, false)];
        for (sign_count, accepted) in steps {
            let shown = shown(account.id, factor, sign_count);
            assert_eq!(show(&house, &shown).await, accepted, "{sign_count}");
        }
        assert_eq!(the_one(&house, account.id).await.sign_count, 6);
        let last = shown(account.id, factor, u32::MAX);
        assert!(show(&house, &last).await);
        assert_eq!(the_one(&house, account.id).await.sign_count, u32::MAX);
    }
}

#[tokio::test]
async fn what_changed_of_a_key_rests_with_the_count() {
    for mut house in House::both().await {
        let (account, _, factor) = holder(&mut house, 1).await;
        let limited = async |house: &House| {
            let rest = std::time::Duration::from_mins(15);
            factors::reserve_attempt(&house.db, factor, NOW, 1, rest).await.unwrap()
        };
        assert_eq!(limited(&house).await, Reserved::Go);
        assert!(matches!(limited(&house).await, Reserved::Blocked(_)));
        let refused =
            Shown { sealed: Some(b"never".to_vec()), backed_up: true, ..shown(account.id, factor, 1) };
        assert!(!show(&house, &refused).await);
        let row = the_one(&house, account.id).await;
        assert_eq!((row.secret.as_slice(), row.backed_up, row.last_used_at), (KEY, false, None));
        let accepted =
            Shown { sealed: Some(b"anew".to_vec()), backed_up: true, ..shown(account.id, factor, 2) };
        assert!(show(&house, &accepted).await);
        let row = the_one(&house, account.id).await;
        assert_eq!((row.secret.as_slice(), row.backed_up), (b"anew".as_slice(), true));
        assert_eq!((row.sign_count, row.last_used_at), (2, Some(NOW)));
        assert_eq!(limited(&house).await, Reserved::Go, "its failures are forgotten");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wa_05_of_twenty_at_once_exactly_one_is_shown_with_a_count() {
    for mut house in House::both().await {
        let (account, _, factor) = holder(&mut house, 1).await;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let accepted = passkeys::show(&mut tx, &shown(account.id, factor, 2), NOW).await.unwrap();
            tx.commit().await.unwrap();
            accepted
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

#[tokio::test]
async fn wa_11_only_its_owner_renames_and_ends_a_passkey() {
    for mut house in House::both().await {
        let (owner, made, factor) = holder(&mut house, 0).await;
        let other = house.member("taro", "aoba", "P2").await;
        let password = owner.joining.factors[0].id;
        let mut tx = house.db.begin().await.unwrap();
        assert!(!passkeys::rename(&mut tx, other.id, factor, "theirs").await.unwrap());
        assert!(!passkeys::end(&mut tx, other.id, factor, NOW).await.unwrap());
        assert!(!passkeys::rename(&mut tx, owner.id, password, "a password").await.unwrap());
        assert!(!passkeys::end(&mut tx, owner.id, password, NOW).await.unwrap(), "no other kind of factor");
        assert!(passkeys::rename(&mut tx, owner.id, factor, "会社の電話").await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(the_one(&house, owner.id).await.name, "会社の電話");

        let mut tx = house.db.begin().await.unwrap();
        assert!(passkeys::end(&mut tx, owner.id, factor, NOW).await.unwrap());
        assert!(!passkeys::end(&mut tx, owner.id, factor, NOW).await.unwrap());
        assert!(!passkeys::rename(&mut tx, owner.id, factor, "again").await.unwrap());
        assert!(!passkeys::show(&mut tx, &shown(owner.id, factor, 0), NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert!(passkeys::of_account(&house.db, owner.id).await.unwrap().is_empty());
        assert!(passkeys::find(&house.db, made.credential).await.unwrap().is_none());
        let live = factors::of_account(&house.db, owner.id).await.unwrap();
        assert!(live.iter().all(|row| row.id != factor) && live.iter().any(|row| row.id == password));
    }
}

#[tokio::test]
async fn an_ended_passkey_leaves_no_key_behind() {
    for mut house in House::both().await {
        let (owner, _, factor) = holder(&mut house, 0).await;
        let mut tx = house.db.begin().await.unwrap();
        assert!(passkeys::end(&mut tx, owner.id, factor, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let rest = sekisho_site::db::sql("select secret from factors where id = $1").text(factor);
        let secret: Vec<u8> = house.db.fetch_one(rest).await.unwrap().get("secret").unwrap();
        assert!(secret.is_empty());
    }
}

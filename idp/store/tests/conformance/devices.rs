use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::account::NewAccount;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, DeviceId, FactorId};
use sekisho_store::devices::{self, Arrival, LIFE};
use sekisho_store::factors::{self, HARD_STOP, NEVER, New, Reserved};
use sekisho_store::{sessions, sweep};

use super::house::{House, NOW, race, wins};

const REST: Duration = Duration::from_mins(15);
const DAY: Duration = Duration::from_hours(24);

/// Arrives in a browser.
async fn meet(house: &mut House, account: AccountId, digest: Digest, at: Timestamp) -> DeviceId {
    let id = DeviceId::draw(&mut house.cx);
    let mut tx = house.db.begin().await.unwrap();
    let arrival = Arrival { id, key: (account, digest), user_agent: "a\nbrowser", at };
    let met = devices::meet(&mut tx, arrival).await.unwrap();
    tx.commit().await.unwrap();
    met
}

/// A member, and the device she arrived on.
async fn at_home(house: &mut House) -> (NewAccount, Digest, DeviceId) {
    let account = house.member("hanako", "aoba", "P1").await;
    let digest = house.digest();
    let device = meet(house, account.id, digest, NOW).await;
    (account, digest, device)
}

#[tokio::test]
async fn a_device_is_one_row_for_each_account_in_each_browser() {
    for mut house in House::both().await {
        let (account, digest, device) = at_home(&mut house).await;
        let other = house.member("taro", "aoba", "P2").await;
        let elsewhere = house.digest();
        assert_eq!(meet(&mut house, account.id, digest, NOW + DAY).await, device);
        let theirs = meet(&mut house, other.id, digest, NOW).await;
        let second = meet(&mut house, account.id, elsewhere, NOW + REST).await;
        assert!(device != theirs && device != second);
        let known = devices::of_account(&house.db, account.id, NOW + DAY).await.unwrap();
        assert_eq!(known.iter().map(|known| known.id).collect::<Vec<_>>(), [device, second]);
        let found = devices::find(&house.db, (account.id, digest), NOW + DAY).await.unwrap().unwrap();
        assert_eq!(found, known[0]);
        assert_eq!((found.first_seen_at, found.last_seen_at), (NOW, NOW + DAY));
        assert_eq!((found.user_agent.as_str(), found.remembered, found.digest), ("abrowser", None, digest));
        assert_eq!(devices::find(&house.db, (other.id, elsewhere), NOW).await.unwrap(), None);
        let after = NOW + DAY + LIFE;
        assert_ne!(meet(&mut house, account.id, digest, after).await, device, "a stranger by then");
    }
}

#[tokio::test]
async fn a_name_is_at_home_where_its_account_is_known_and_nowhere_else() {
    for mut house in House::both().await {
        let (_, digest, _) = at_home(&mut house).await;
        house.member("taro", "aoba", "P2").await;
        let elsewhere = house.digest();
        let cases = [
            (digest, "hanako@example.jp", NOW, true),
            (digest, "taro@example.jp", NOW, false),
            (digest, "nobody@example.jp", NOW, false),
            (elsewhere, "hanako@example.jp", NOW, false),
            (digest, "hanako@example.jp", NOW + LIFE - Duration::from_micros(1), true),
            (digest, "hanako@example.jp", NOW + LIFE, false),
        ];
        for (digest, name, now, knows) in cases {
            assert_eq!(devices::knows(&house.db, digest, name, now).await.unwrap(), knows, "{name}");
        }
    }
}

#[tokio::test]
async fn se_01_a_browser_moves_to_another_cookie_with_all_its_devices() {
    for mut house in House::both().await {
        let (account, old, device) = at_home(&mut house).await;
        let new = house.digest();
        let mut tx = house.db.begin().await.unwrap();
        devices::rekey(&mut tx, old, new).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(devices::find(&house.db, (account.id, old), NOW).await.unwrap(), None);
        let found = devices::find(&house.db, (account.id, new), NOW).await.unwrap().unwrap();
        assert_eq!(found.id, device);
    }
}

#[tokio::test]
async fn pw_06_a_device_counts_tries_of_its_own() {
    for mut house in House::both().await {
        let (account, digest, _) = at_home(&mut house).await;
        let (key, unknown) = ((account.id, digest), house.digest());
        let factor = account.joining.factors[0].id;
        // Strangers spend everything.
        let mut now = NOW;
        while factors::reserve_attempt(&house.db, factor, now, 10, REST).await.unwrap()
            != Reserved::Blocked(NEVER)
        {
            now = now + DAY;
        }
        let try_here = |now| devices::reserve_attempt(&house.db, key, now, 2, REST);
        assert_eq!(try_here(NOW).await.unwrap(), Some(Reserved::Go));
        assert_eq!(try_here(NOW).await.unwrap(), Some(Reserved::Go));
        assert_eq!(try_here(NOW).await.unwrap(), Some(Reserved::Blocked(NOW + REST)));
        let (second, third) = (NOW + REST, NOW + REST * 3);
        assert_eq!(try_here(second).await.unwrap(), Some(Reserved::Go));
        assert_eq!(try_here(second).await.unwrap(), Some(Reserved::Go));
        assert_eq!(try_here(second).await.unwrap(), Some(Reserved::Blocked(third)), "twice as long");
        let mut tx = house.db.begin().await.unwrap();
        assert!(devices::succeed(&mut tx, key, second).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(try_here(second).await.unwrap(), Some(Reserved::Go));
        let mut tx = house.db.begin().await.unwrap();
        assert!(!devices::succeed(&mut tx, (account.id, unknown), NOW).await.unwrap());
        devices::forget_failures(&mut tx, account.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(try_here(second).await.unwrap(), Some(Reserved::Go));
    }
}

#[tokio::test]
async fn an_owner_at_home_clears_what_strangers_spent_until_they_met_a_rest() {
    for mut house in House::both().await {
        let (account, ..) = at_home(&mut house).await;
        let factor = account.joining.factors[0].id;
        for (tries, left) in [(9, 0), (10, 10)] {
            for _ in 0..tries {
                factors::reserve_attempt(&house.db, factor, NOW, 10, REST).await.unwrap();
            }
            let mut tx = house.db.begin().await.unwrap();
            factors::note_use(&mut tx, factor, 10, NOW + REST).await.unwrap();
            tx.commit().await.unwrap();
            let standing = factors::standing(&house.db, account.id).await.unwrap();
            let password = standing.iter().find(|held| held.kind == FactorKind::Password).unwrap();
            assert_eq!((password.failures, password.last_used_at), (left, Some(NOW + REST)), "{tries}");
        }
    }
}

#[tokio::test]
async fn a_hundred_wrong_passwords_in_a_row_end_those_of_a_device_too() {
    for mut house in House::both().await {
        let (account, digest, _) = at_home(&mut house).await;
        let (mut now, mut tries) = (NOW, 0);
        loop {
            let reserved =
                devices::reserve_attempt(&house.db, (account.id, digest), now, 10, REST).await.unwrap();
            match reserved {
                Some(Reserved::Go) => tries += 1,
                Some(Reserved::Blocked(NEVER)) => break,
                Some(Reserved::Blocked(until)) => now = until,
                None => unreachable!("the device is known"),
            }
        }
        assert_eq!(tries, HARD_STOP);
        assert!(now.since(NOW) < DAY * 5, "{now:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pw_01_of_twenty_parallel_tries_on_a_device_the_limit_goes_ahead() {
    for mut house in House::both().await {
        let (account, digest, _) = at_home(&mut house).await;
        let key = (account.id, digest);
        let results = race(&house.db, |db, _| async move {
            devices::reserve_attempt(&db, key, NOW, 10, REST).await.unwrap() == Some(Reserved::Go)
        })
        .await;
        assert_eq!(wins(&results), 10);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_arrivals_in_one_browser_one_makes_the_device() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await.id;
        let digest = house.digest();
        let ids: Vec<_> = (0..20).map(|_| DeviceId::draw(&mut house.cx)).collect();
        let results = race(&house.db, |db, racer| {
            let id = ids[racer];
            async move {
                let mut tx = db.begin().await.unwrap();
                let arrival = Arrival { id, key: (account, digest), user_agent: "", at: NOW };
                let met = devices::meet(&mut tx, arrival).await.unwrap();
                tx.commit().await.unwrap();
                met == id
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

/// Whether a device spares an account the second factor at an insurer that allows so many days.
async fn spares(
    house: &House,
    key: (AccountId, Digest),
    insurer: &str,
    (days, now): (u32, Timestamp),
) -> bool {
    let times = (now - DAY * days, now);
    devices::is_remembered(&house.db, key, &insurer.parse().unwrap(), times).await.unwrap()
}

/// Whether it does at aoba, within seven days.
async fn is_spared(house: &House, account: AccountId, digest: Digest, now: Timestamp) -> bool {
    spares(house, (account, digest), "aoba", (7, now)).await
}

async fn remembered(house: &mut House) -> (NewAccount, Digest, DeviceId) {
    let (account, digest, device) = at_home(house).await;
    let mut tx = house.db.begin().await.unwrap();
    let times = (NOW + REST, NOW + REST + DAY * 30);
    devices::remember(&mut tx, device, &"aoba".parse().unwrap(), times).await.unwrap();
    tx.commit().await.unwrap();
    (account, digest, device)
}

#[tokio::test]
async fn mf_14_a_device_is_remembered_for_one_account_at_one_insurer_for_a_time() {
    for mut house in House::both().await {
        let (account, digest, _) = remembered(&mut house).await;
        let other = house.member("taro", "aoba", "P2").await;
        meet(&mut house, other.id, digest, NOW).await;
        let (id, later) = (account.id, NOW + DAY);
        assert!(is_spared(&house, id, digest, later).await);
        assert!(!is_spared(&house, other.id, digest, later).await, "another account");
        let unknown = house.digest();
        assert!(!is_spared(&house, id, unknown, later).await, "another browser");
        // What the file says today bounds what was promised: seven days here, thirty then.
        assert!(is_spared(&house, id, digest, NOW + DAY * 7).await);
        assert!(!is_spared(&house, id, digest, NOW + DAY * 7 + REST).await);
        let (key, end) = ((id, digest), NOW + REST + DAY * 30);
        assert!(!spares(&house, key, "kaede", (90, later)).await, "another insurer");
        assert!(spares(&house, key, "aoba", (90, end - Duration::from_micros(1))).await);
        assert!(!spares(&house, key, "aoba", (90, end)).await);
        let known = devices::of_account(&house.db, id, NOW).await.unwrap();
        assert_eq!(known[0].remembered, Some(("aoba".parse().unwrap(), end)));
    }
}

#[tokio::test]
async fn mf_14_no_device_stays_remembered_when_a_factor_comes_or_goes() {
    for mut house in House::both().await {
        let (account, digest, _) = remembered(&mut house).await;
        let (id, later) = (account.id, NOW + DAY);
        let (password, phone) = (account.joining.factors[0].id, account.joining.factors[1].id);
        let add = |kind, id_of| New {
            id: id_of,
            account: id,
            kind,
            secret: b"s",
            last_step: None,
            at: NOW + REST * 2,
        };
        let new = FactorId::draw(&mut house.cx);
        let mut tx = house.db.begin().await.unwrap();
        factors::insert(&mut tx, add(FactorKind::Recovery, new)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(is_spared(&house, id, digest, later).await, "recovery codes are no such change");
        for ended in [password, phone] {
            let mut tx = house.db.begin().await.unwrap();
            assert!(factors::end(&mut tx, ended, NOW + REST * 2).await.unwrap());
            tx.commit().await.unwrap();
            assert!(!is_spared(&house, id, digest, later).await, "a factor has gone");
            reopened(&house, ended).await;
            assert!(is_spared(&house, id, digest, later).await);
        }
        let new = FactorId::draw(&mut house.cx);
        let mut tx = house.db.begin().await.unwrap();
        factors::insert(&mut tx, add(FactorKind::Passkey, new)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!is_spared(&house, id, digest, later).await, "a factor has come");
    }
}

/// As if a factor had never ended.
async fn reopened(house: &House, factor: FactorId) {
    let reopen = sekisho_site::db::sql("update factors set ended_at = null where id = $1").text(factor);
    house.db.execute(reopen).await.unwrap();
}

#[tokio::test]
async fn mf_14_a_device_that_was_forgotten_is_a_stranger_to_its_owner_only() {
    for mut house in House::both().await {
        let (account, digest, device) = remembered(&mut house).await;
        let other = house.member("taro", "aoba", "P2").await;
        meet(&mut house, other.id, digest, NOW).await;
        let mut tx = house.db.begin().await.unwrap();
        assert!(!devices::forget(&mut tx, other.id, device, NOW).await.unwrap(), "SE-10: it is not theirs");
        assert!(devices::forget(&mut tx, account.id, device, NOW).await.unwrap());
        assert!(!devices::forget(&mut tx, account.id, device, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert!(!is_spared(&house, account.id, digest, NOW + DAY).await);
        let key = (account.id, digest);
        assert_eq!(devices::reserve_attempt(&house.db, key, NOW, 10, REST).await.unwrap(), None);
        assert_eq!(devices::find(&house.db, key, NOW).await.unwrap(), None);
        assert!(devices::find(&house.db, (other.id, digest), NOW).await.unwrap().is_some());
        assert_ne!(meet(&mut house, account.id, digest, NOW + REST).await, device);
        assert!(!is_spared(&house, account.id, digest, NOW + DAY).await, "nor when it is known again");
    }
}

#[tokio::test]
async fn all_devices_are_forgotten_but_the_one_at_hand_and_the_one_of_a_session() {
    for mut house in House::both().await {
        let (account, digest, device) = at_home(&mut house).await;
        let (second, third) = (house.digest(), house.digest());
        let of_session = meet(&mut house, account.id, second, NOW).await;
        meet(&mut house, account.id, third, NOW).await;
        let session = house.session(&account).await.0.id;
        let mut tx = house.db.begin().await.unwrap();
        sessions::put_on(&mut tx, session, of_session).await.unwrap();
        assert_eq!(sessions::on(&mut tx, account.id, of_session).await.unwrap(), [session]);
        assert_eq!(sessions::on(&mut tx, account.id, device).await.unwrap(), []);
        devices::forget_of_session(&mut tx, session, NOW).await.unwrap();
        assert_eq!(devices::forget_all(&mut tx, account.id, Some(digest), NOW).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let left = devices::of_account(&house.db, account.id, NOW).await.unwrap();
        assert_eq!(left.iter().map(|left| left.id).collect::<Vec<_>>(), [device]);
        let mut tx = house.db.begin().await.unwrap();
        assert_eq!(devices::forget_all(&mut tx, account.id, None, NOW).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(devices::of_account(&house.db, account.id, NOW).await.unwrap(), []);
    }
}

#[tokio::test]
async fn devices_that_nobody_used_for_longer_than_a_cookie_lives_are_cleared_away() {
    for mut house in House::both().await {
        let (account, digest, _) = at_home(&mut house).await;
        let gone = house.digest();
        let ended = meet(&mut house, account.id, gone, NOW).await;
        let mut tx = house.db.begin().await.unwrap();
        devices::forget(&mut tx, account.id, ended, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sweep::expired(&house.db, NOW + DAY * 89).await.unwrap(), 0);
        assert_eq!(sweep::expired(&house.db, NOW + DAY * 91).await.unwrap(), 1);
        assert!(devices::find(&house.db, (account.id, digest), NOW + DAY * 399).await.unwrap().is_some());
        assert_eq!(sweep::expired(&house.db, NOW + DAY * 401).await.unwrap(), 1);
    }
}

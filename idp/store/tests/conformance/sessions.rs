use std::time::Duration;

use sekisho_base::{Digest, Language};
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::SessionId;
use sekisho_domain::session::{Event, Session};
use sekisho_store::sessions::{self, Gain};
use sekisho_store::{accounts, memberships};

use super::house::{House, NOW, race, wins};

#[tokio::test]
async fn a_session_is_found_as_it_was_stored() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (session, cookie) = house.session(&account).await;
        let (db, unknown) = (house.db.clone(), house.digest());
        assert_eq!(sessions::find_by_cookie(&db, cookie, NOW).await.unwrap(), Some(session.clone()));
        assert_eq!(sessions::find(&db, session.id, NOW).await.unwrap(), Some(session));
        assert_eq!(sessions::find_by_cookie(&db, unknown, NOW).await.unwrap(), None);
    }
}

async fn found(house: &House, (session, cookie): &(Session, Digest), after: Duration) -> bool {
    let by_cookie = sessions::find_by_cookie(&house.db, *cookie, NOW + after).await.unwrap();
    let by_id = sessions::find(&house.db, session.id, NOW + after).await.unwrap();
    assert_eq!(by_cookie, by_id);
    by_cookie.is_some()
}

#[tokio::test]
async fn se_04_a_session_ends_when_idle_for_an_hour_and_after_a_day_whatever_its_use() {
    let minutes = Duration::from_mins;
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let signed_in = house.session(&account).await;
        assert!(found(&house, &signed_in, minutes(60).saturating_sub(Duration::from_micros(1))).await);
        assert!(!found(&house, &signed_in, minutes(60)).await);
        for minute in (30..24 * 60).step_by(30) {
            let now = NOW + minutes(minute);
            let session = sessions::find_by_cookie(&house.db, signed_in.1, now).await.unwrap().unwrap();
            sessions::touch(&house.db, &session, now).await.unwrap();
        }
        assert!(found(&house, &signed_in, minutes(24 * 60).saturating_sub(Duration::from_micros(1))).await);
        assert!(!found(&house, &signed_in, minutes(24 * 60)).await);
    }
}

#[tokio::test]
async fn the_last_use_is_written_at_most_once_a_minute() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (session, cookie) = house.session(&account).await;
        for (seconds, seen) in [(59, 0), (60, 60), (100, 60)] {
            let now = NOW + Duration::from_secs(seconds);
            sessions::touch(&house.db, &session, now).await.unwrap();
            let found = sessions::find_by_cookie(&house.db, cookie, now).await.unwrap().unwrap();
            assert_eq!(found.last_seen_at, NOW + Duration::from_secs(seen), "{seconds}");
        }
    }
}

#[tokio::test]
async fn se_01_a_gain_of_assurance_changes_the_cookie() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (session, seen) = house.session(&account).await;
        let (cookie, other) = (house.digest(), house.digest());
        let mut after = session.clone();
        after.events.push(Event { at: NOW, factor: FactorKind::Totp });
        after.membership = None;
        after.language = Language::En;
        after.last_seen_at = NOW + Duration::from_mins(9);
        after.idle = Duration::from_mins(30);
        after.ends_at = NOW + Duration::from_hours(9);
        let gain = |cookie| Gain { seen, cookie, session: &after };
        let mut tx = house.db.begin().await.unwrap();
        assert!(sessions::add_event_rotate(&mut tx, gain(cookie)).await.unwrap());
        assert!(!sessions::add_event_rotate(&mut tx, gain(other)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(sessions::find_by_cookie(&house.db, seen, NOW).await.unwrap(), None);
        assert_eq!(sessions::find_by_cookie(&house.db, other, NOW).await.unwrap(), None);
        let found = sessions::find_by_cookie(&house.db, cookie, NOW).await.unwrap().unwrap();
        assert_eq!(found, after);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn se_01_of_twenty_gains_from_one_cookie_exactly_one_stands() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (session, seen) = house.session(&account).await;
        let cookies: Vec<_> = (0..20).map(|_| house.digest()).collect();
        let results = race(&house.db, |db, racer| {
            let (cookie, session) = (cookies[racer], session.clone());
            async move {
                let mut tx = db.begin().await.unwrap();
                let gain = Gain { seen, cookie, session: &session };
                let won = sessions::add_event_rotate(&mut tx, gain).await.unwrap();
                tx.commit().await.unwrap();
                won
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

#[tokio::test]
async fn se_02_an_ended_session_is_unknown() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let signed_in = house.session(&account).await;
        let mut tx = house.db.begin().await.unwrap();
        assert!(sessions::end(&mut tx, signed_in.0.id, "logout", NOW).await.unwrap());
        assert!(!sessions::end(&mut tx, signed_in.0.id, "logout", NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert!(!found(&house, &signed_in, Duration::ZERO).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_sign_outs_exactly_one_ends_the_session() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let id = house.session(&account).await.0.id;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = sessions::end(&mut tx, id, "logout", NOW).await.unwrap();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

#[tokio::test]
async fn se_03_all_sessions_of_an_account_end_but_the_one_at_hand() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        let (one, two) = (house.session(&account).await, house.session(&account).await);
        let theirs = house.session(&other).await;
        let mut tx = house.db.begin().await.unwrap();
        let ended = sessions::end_all_of(&mut tx, account.id, Some(one.0.id), ("password_changed", NOW))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ended, [two.0.id]);
        let left = [found(&house, &one, Duration::ZERO).await, found(&house, &two, Duration::ZERO).await];
        assert_eq!(left, [true, false]);
        assert!(found(&house, &theirs, Duration::ZERO).await);
        let mut tx = house.db.begin().await.unwrap();
        let ended = sessions::end_all_of(&mut tx, account.id, None, ("suspended", NOW)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ended, [one.0.id]);
    }
}

#[tokio::test]
async fn se_03_a_suspended_account_has_no_session_and_an_ended_membership_is_not_the_session_s() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let signed_in = house.session(&account).await;
        let mut tx = house.db.begin().await.unwrap();
        memberships::end(&mut tx, &account.joining.membership, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let session = sessions::find_by_cookie(&house.db, signed_in.1, NOW).await.unwrap().unwrap();
        assert_eq!(session.membership, None);
        let mut tx = house.db.begin().await.unwrap();
        accounts::suspend(&mut tx, account.id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!found(&house, &signed_in, Duration::ZERO).await);
    }
}

#[tokio::test]
async fn a_person_sees_the_own_live_sessions_the_last_used_first() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        let (one, two) = (house.session(&account).await.0, house.session(&account).await.0);
        let (ended, _) = house.session(&account).await;
        house.session(&other).await;
        let mut tx = house.db.begin().await.unwrap();
        sessions::end(&mut tx, ended.id, "logout", NOW).await.unwrap();
        tx.commit().await.unwrap();
        let later = NOW + Duration::from_mins(2);
        sessions::touch(&house.db, &one, later).await.unwrap();
        let seen = sessions::of_account(&house.db, account.id, later).await.unwrap();
        assert_eq!(seen.iter().map(|seen| seen.session.id).collect::<Vec<_>>(), [one.id, two.id]);
        assert_eq!(seen[0].agent, "a browser");
        assert_eq!(sessions::owner(&house.db, ended.id).await.unwrap(), Some(account.id));
        assert_eq!(sessions::owner(&house.db, SessionId::draw(&mut house.cx)).await.unwrap(), None);
        let idle = NOW + Duration::from_mins(61);
        let seen = sessions::of_account(&house.db, account.id, idle).await.unwrap();
        assert_eq!(seen.iter().map(|seen| seen.session.id).collect::<Vec<_>>(), [one.id]);
    }
}

#[tokio::test]
async fn se_10_a_person_ends_the_own_sessions_only_and_each_once() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        let signed_in = house.session(&account).await;
        let id = signed_in.0.id;
        let mut tx = house.db.begin().await.unwrap();
        assert!(!sessions::end_of(&mut tx, other.id, id, ("ended", NOW)).await.unwrap());
        tx.commit().await.unwrap();
        assert!(found(&house, &signed_in, Duration::ZERO).await);
        let mut tx = house.db.begin().await.unwrap();
        assert!(sessions::end_of(&mut tx, account.id, id, ("ended", NOW)).await.unwrap());
        assert!(!sessions::end_of(&mut tx, account.id, id, ("ended", NOW)).await.unwrap());
        tx.commit().await.unwrap();
        assert!(!found(&house, &signed_in, Duration::ZERO).await);
    }
}

#[tokio::test]
async fn se_02_a_session_is_held_only_while_it_may_be_used() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let id = house.session(&account).await.0.id;
        let mut tx = house.db.begin().await.unwrap();
        let last = NOW + Duration::from_hours(1);
        assert!(sessions::hold(&mut tx, id, last - Duration::from_micros(1)).await.unwrap());
        assert!(!sessions::hold(&mut tx, id, last).await.unwrap(), "it is idle");
        sessions::end(&mut tx, id, "logout", NOW).await.unwrap();
        assert!(!sessions::hold(&mut tx, id, NOW).await.unwrap(), "it has ended");
        tx.commit().await.unwrap();
    }
}

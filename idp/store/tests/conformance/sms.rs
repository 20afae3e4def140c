use std::time::Duration;

use sekisho_base::{Cx, Timestamp};
use sekisho_domain::ids::InsurerCode;
use sekisho_site::db::Db;
use sekisho_site::outbox::OutboxId;
use sekisho_store::sms::{self, Caps, NumberCaps, Sending, Spent};
use sekisho_store::sweep;

use super::house::{House, NOW, race};

const CAPS: Caps = Caps {
    insurer_day: 7,
    prefix_day: 5,
    number: NumberCaps { pause: Duration::from_mins(1), hour: 3, day: 4 },
};
const MINUTE: Duration = Duration::from_mins(1);

fn aoba() -> InsurerCode {
    "aoba".parse().unwrap()
}

/// Sends a code as a turn does: committed when it may go out, rolled back otherwise.
async fn send(db: &Db, (prefix, number): (&str, &str), at: Timestamp, caps: Caps) -> Spent {
    send_for(db, &aoba(), (prefix, number), (at, caps)).await
}

async fn send_for(
    db: &Db,
    insurer: &InsurerCode,
    (prefix, number): (&str, &str),
    (at, caps): (Timestamp, Caps),
) -> Spent {
    let id = OutboxId::draw(&mut Cx::seeded(
        at,
        number.bytes().map(u64::from).sum::<u64>() + caps.number.day as u64,
    ));
    let sending = Sending { insurer, prefix, number, at };
    let mut tx = db.begin().await.unwrap();
    let spent = sms::spend(&mut tx, sending, id, caps).await.unwrap();
    if spent != Spent::Over {
        tx.commit().await.unwrap();
    }
    spent
}

async fn rests(db: &Db, of: (&str, &str), at: Timestamp, caps: Caps) -> Option<Timestamp> {
    let sending = Sending { insurer: &aoba(), prefix: of.0, number: of.1, at };
    sms::rests(db, sending, caps).await.unwrap()
}

#[tokio::test]
async fn mf_10_a_number_rests_after_each_code_and_after_its_hour_s_and_day_s_last() {
    for house in House::both().await {
        let one = ("+8190000", "n1");
        for minute in 0..3 {
            let now = NOW + MINUTE * minute;
            assert_eq!(rests(&house.db, one, now, CAPS).await, None);
            let today = i64::from(minute) + 1;
            assert_eq!(send(&house.db, one, now, CAPS).await, Spent::Go { today });
            let soon = now + Duration::from_secs(59);
            assert_eq!(send(&house.db, one, soon, CAPS).await, Spent::Over);
            if minute < 2 {
                assert_eq!(rests(&house.db, one, soon, CAPS).await, Some(now + MINUTE));
            }
        }
        let hour = NOW + MINUTE * 60;
        assert_eq!(rests(&house.db, one, NOW + MINUTE * 3, CAPS).await, Some(hour));
        assert_eq!(send(&house.db, one, hour, CAPS).await, Spent::Go { today: 4 });
        let day = NOW + MINUTE * 60 * 24;
        assert_eq!(rests(&house.db, one, hour + MINUTE * 60, CAPS).await, Some(day));
        assert_eq!(send(&house.db, one, day, CAPS).await, Spent::Go { today: 1 });
        assert_eq!(sms::sent(&house.db, &aoba(), NOW.date_in_tokyo()).await.unwrap(), 4);
    }
}

#[tokio::test]
async fn after_a_right_answer_the_next_code_need_not_wait() {
    for house in House::both().await {
        let one = ("+8190000", "n1");
        send(&house.db, one, NOW, CAPS).await;
        let mut tx = house.db.begin().await.unwrap();
        sms::answered(&mut tx, "n1", NOW).await.unwrap();
        tx.commit().await.unwrap();
        let soon = NOW + Duration::from_secs(1);
        assert_eq!(rests(&house.db, one, soon, CAPS).await, None);
        assert_eq!(send(&house.db, one, soon, CAPS).await, Spent::Go { today: 2 });
        assert_eq!(send(&house.db, one, soon, CAPS).await, Spent::Over);
    }
}

#[tokio::test]
async fn mf_10_ranges_and_insurers_have_their_day_s_last_and_start_afresh_at_midnight_in_japan() {
    for house in House::both().await {
        let midnight = Timestamp::from_seconds(1_800_025_200);
        for number in 0..5 {
            let sent = send(&house.db, ("+8190000", &format!("a{number}")), NOW, CAPS).await;
            assert_eq!(sent, Spent::Go { today: number + 1 });
        }
        assert_eq!(send(&house.db, ("+8190000", "a9"), NOW, CAPS).await, Spent::Over);
        assert_eq!(rests(&house.db, ("+8190000", "a9"), NOW, CAPS).await, Some(midnight));
        for number in 5..7 {
            let sent = send(&house.db, ("+8190001", &format!("b{number}")), NOW, CAPS).await;
            assert_eq!(sent, Spent::Go { today: number + 1 });
        }
        assert_eq!(send(&house.db, ("+8190002", "c1"), NOW, CAPS).await, Spent::Over);
        assert_eq!(rests(&house.db, ("+8190002", "c1"), NOW, CAPS).await, Some(midnight));
        let kaede = "kaede".parse().unwrap();
        let other = send_for(&house.db, &kaede, ("+8190000", "a9"), (NOW, CAPS)).await;
        assert_eq!(other, Spent::Go { today: 1 });
        assert_eq!(send(&house.db, ("+8190000", "c1"), midnight, CAPS).await, Spent::Go { today: 1 });
    }
}

#[tokio::test]
async fn mf_10_of_twenty_at_the_same_instant_as_many_go_out_as_may() {
    for house in House::both().await {
        let many = Caps { prefix_day: 100, ..CAPS };
        let spent = race(&house.db, move |db, racer| async move {
            send(&db, ("+8190000", &format!("n{racer}")), NOW, many).await
        })
        .await;
        let mut numbers: Vec<i64> = spent
            .into_iter()
            .filter_map(|spent| match spent {
                Spent::Go { today } => Some(today),
                Spent::Over => None,
            })
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(sms::sent(&house.db, &aoba(), NOW.date_in_tokyo()).await.unwrap(), 7);
    }
}

#[tokio::test]
async fn mf_10_of_twenty_codes_to_one_number_at_the_same_instant_one_goes_out() {
    for house in House::both().await {
        let wide = Caps { insurer_day: 100, prefix_day: 100, ..CAPS };
        let spent = race(&house.db, move |db, racer| async move {
            let caps = Caps { number: NumberCaps { day: 4 + racer, ..wide.number }, ..wide };
            send(&db, ("+8190000", "n1"), NOW, caps).await
        })
        .await;
        assert_eq!(spent.iter().filter(|spent| **spent != Spent::Over).count(), 1);
    }
}

#[tokio::test]
async fn f_10_what_is_rolled_back_was_not_spent_and_notices_are_counted_whatever_the_budget() {
    for house in House::both().await {
        let none = Caps { insurer_day: 0, ..CAPS };
        assert_eq!(send(&house.db, ("+8190000", "n1"), NOW, none).await, Spent::Over);
        let full = Caps { prefix_day: 0, ..CAPS };
        assert_eq!(send(&house.db, ("+8190000", "n1"), NOW, full).await, Spent::Over);
        let today = NOW.date_in_tokyo();
        assert_eq!(sms::sent(&house.db, &aoba(), today).await.unwrap(), 0);
        for expected in 1..10 {
            let mut tx = house.db.begin().await.unwrap();
            assert_eq!(sms::note(&mut tx, &aoba(), NOW).await.unwrap(), expected);
            tx.commit().await.unwrap();
        }
        assert_eq!(send(&house.db, ("+8190000", "n1"), NOW, CAPS).await, Spent::Over);
    }
}

#[tokio::test]
async fn numbers_are_forgotten_after_two_days_and_what_an_insurer_spent_is_kept_for_a_year() {
    for house in House::both().await {
        send(&house.db, ("+8190000", "n1"), NOW, CAPS).await;
        let after = |hours: u64| NOW + Duration::from_hours(hours);
        assert_eq!(sweep::expired(&house.db, after(48)).await.unwrap(), 0);
        assert_eq!(sweep::expired(&house.db, after(49)).await.unwrap(), 1);
        assert_eq!(sweep::expired(&house.db, after(73)).await.unwrap(), 1);
        assert_eq!(sms::sent(&house.db, &aoba(), NOW.date_in_tokyo()).await.unwrap(), 1);
        assert_eq!(sweep::expired(&house.db, after(400 * 24)).await.unwrap(), 0);
        assert_eq!(sweep::expired(&house.db, after(402 * 24)).await.unwrap(), 1);
    }
}

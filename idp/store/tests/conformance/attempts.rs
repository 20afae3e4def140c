use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::ids::InsurerCode;
use sekisho_store::attempts::{self, Window};
use sekisho_store::factors::Reserved;

use super::house::{House, NOW, race, wins};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const WINDOW: Window =
    Window { limit: 3, rest: MINUTE, longest: HOUR, forget_after: Duration::from_hours(24) };

fn aoba() -> InsurerCode {
    "aoba".parse().unwrap()
}

#[tokio::test]
async fn after_the_limit_each_try_is_followed_by_a_rest_twice_as_long_as_the_last_up_to_the_longest() {
    for house in House::both().await {
        let aoba = aoba();
        let reserve = |now| attempts::reserve(&house.db, &aoba, ("proofing", "s"), WINDOW, now);
        for seconds in [0, 10, 20] {
            assert_eq!(reserve(NOW + Duration::from_secs(seconds)).await.unwrap(), Reserved::Go);
        }
        let mut last = NOW + Duration::from_secs(20);
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let until = last + MINUTE * minutes;
            let just_before = until - Duration::from_micros(1);
            assert_eq!(reserve(just_before).await.unwrap(), Reserved::Blocked(until), "{minutes}");
            assert_eq!(reserve(until).await.unwrap(), Reserved::Go, "{minutes}");
            last = until;
        }
        let forgotten = last + WINDOW.forget_after;
        for _ in 0..3 {
            assert_eq!(reserve(forgotten).await.unwrap(), Reserved::Go);
        }
        assert_eq!(reserve(forgotten).await.unwrap(), Reserved::Blocked(forgotten + MINUTE));
    }
}

/// The schedule once more, in plain steps.
#[derive(Default)]
struct Model {
    tries: u32,
    last: Option<Timestamp>,
    blocked_until: Option<Timestamp>,
}

impl Model {
    fn reserve(&mut self, window: Window, now: Timestamp) -> Reserved {
        if let Some(until) = self.blocked_until.filter(|until| *until > now) {
            return Reserved::Blocked(until);
        }
        if self.last.is_some_and(|last| last <= now - window.forget_after) {
            *self = Self::default();
        }
        self.tries += 1;
        let beyond = i64::from(self.tries) - window.limit;
        self.blocked_until = u32::try_from(beyond).ok().map(|beyond| {
            let rest = 2_u32.checked_pow(beyond).and_then(|factor| window.rest.checked_mul(factor));
            now + rest.unwrap_or(window.longest).min(window.longest)
        });
        self.last = Some(now);
        Reserved::Go
    }
}

#[tokio::test]
async fn pw_13_whoever_tries_whenever_the_limit_holds_and_nobody_is_kept_out_for_longer_than_said() {
    let windows = [
        WINDOW,
        Window { limit: 1, rest: Duration::from_secs(7), longest: HOUR, forget_after: HOUR },
        Window { limit: 5, rest: HOUR, longest: MINUTE, forget_after: HOUR * 3 },
        Window { limit: 2, rest: Duration::ZERO, longest: Duration::from_micros(3), forget_after: MINUTE },
    ];
    for mut house in House::both().await {
        for (index, window) in windows.into_iter().enumerate() {
            let subject = index.to_string();
            let (mut model, mut now, mut passed) = (Model::default(), NOW, Vec::new());
            for _ in 0..300 {
                // From microseconds to some hours, every order of size alike.
                let [size, share, ..] = house.cx.bytes::<8>();
                now = now + Duration::from_micros((1 << (size % 36)) + u64::from(share));
                let cell = ("proofing", subject.as_str());
                let reserved = attempts::reserve(&house.db, &aoba(), cell, window, now).await.unwrap();
                assert_eq!(reserved, model.reserve(window, now), "{window:?}");
                match reserved {
                    Reserved::Go => passed.push(now),
                    Reserved::Blocked(until) => assert!(until.since(now) <= window.longest),
                }
            }
            let rest = window.rest.min(window.longest);
            let most = usize::try_from(window.limit).unwrap();
            assert!(passed.windows(most + 1).all(|tries| tries[most].since(tries[0]) >= rest));
            assert!(passed.len() > 20, "{}", passed.len());
        }
    }
}

#[tokio::test]
async fn tn_03_subjects_kinds_and_insurers_are_counted_apart_and_cleared_apart() {
    for house in House::both().await {
        let (aoba, kaede): (InsurerCode, InsurerCode) = (aoba(), "kaede".parse().unwrap());
        let window = Window { limit: 1, ..WINDOW };
        let cells = [
            (&aoba, ("proofing", "s")),
            (&kaede, ("proofing", "s")),
            (&aoba, ("other", "s")),
            (&aoba, ("proofing", "t")),
        ];
        for (insurer, cell) in cells {
            assert_eq!(attempts::reserve(&house.db, insurer, cell, window, NOW).await.unwrap(), Reserved::Go);
        }
        let mut tx = house.db.begin().await.unwrap();
        attempts::clear(&mut tx, &aoba, ("proofing", "s")).await.unwrap();
        tx.commit().await.unwrap();
        let mut go = Vec::new();
        for (insurer, cell) in cells {
            go.push(attempts::reserve(&house.db, insurer, cell, window, NOW).await.unwrap() == Reserved::Go);
        }
        assert_eq!(go, [true, false, false, false]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pw_01_of_twenty_parallel_tries_after_a_rest_one_goes_ahead() {
    for house in House::both().await {
        for _ in 0..3 {
            attempts::reserve(&house.db, &aoba(), ("proofing", "s"), WINDOW, NOW).await.unwrap();
        }
        for (round, minutes) in [(1, 1), (2, 3), (3, 7)] {
            let now = NOW + MINUTE * minutes;
            let results = race(&house.db, |db, _| async move {
                attempts::reserve(&db, &aoba(), ("proofing", "s"), WINDOW, now).await.unwrap() == Reserved::Go
            })
            .await;
            assert_eq!(wins(&results), 1, "{round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pw_01_of_twenty_parallel_tries_the_limit_goes_ahead() {
    for house in House::both().await {
        let results = race(&house.db, |db, _| async move {
            attempts::reserve(&db, &aoba(), ("proofing", "s"), WINDOW, NOW).await.unwrap() == Reserved::Go
        })
        .await;
        assert_eq!(wins(&results), 3);
    }
}

#[tokio::test]
async fn a_try_that_nothing_could_judge_is_given_back_with_the_rest_it_began_and_no_other_is() {
    for house in House::both().await {
        let aoba = aoba();
        let reserve = |now| attempts::reserve(&house.db, &aoba, ("proofing", "s"), WINDOW, now);
        let give_back = || attempts::give_back(&house.db, &aoba, ("proofing", "s"));
        give_back().await.unwrap();
        for _ in 0..10 {
            assert_eq!(reserve(NOW).await.unwrap(), Reserved::Go);
            give_back().await.unwrap();
        }
        // Three at once, of which one is given back: two count, and a third may follow.
        for _ in 0..3 {
            assert_eq!(reserve(NOW).await.unwrap(), Reserved::Go);
        }
        assert_eq!(reserve(NOW).await.unwrap(), Reserved::Blocked(NOW + MINUTE));
        give_back().await.unwrap();
        assert_eq!(reserve(NOW).await.unwrap(), Reserved::Go);
        assert_eq!(reserve(NOW).await.unwrap(), Reserved::Blocked(NOW + MINUTE));
        // The one try after a rest is given back: the next rest is no longer for it.
        let rested = NOW + MINUTE;
        assert_eq!(reserve(rested).await.unwrap(), Reserved::Go);
        give_back().await.unwrap();
        assert_eq!(reserve(rested).await.unwrap(), Reserved::Go);
        assert_eq!(reserve(rested).await.unwrap(), Reserved::Blocked(rested + MINUTE * 2));
    }
}

//! F-10: a provider that is away, slow or silent costs nobody their code.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use sekisho_base::Timestamp;

use super::provider::{PATIENCE, Provider, sms};
use crate::clock::MovableClock;
use crate::sms::{Failover, Failure, SmsGateway as _};

struct Town {
    first: Provider,
    second: Provider,
    clock: MovableClock,
    both: Failover,
}

impl Town {
    async fn new() -> Self {
        let (first, second) = (Provider::start().await, Provider::start().await);
        let clock = MovableClock::at(Timestamp::from_seconds(1_800_000_000));
        let other = Arc::new(second.gateway());
        let both = Failover::new(Arc::new(first.gateway()), Some(other), Arc::new(clock.clone()));
        Self { first, second, clock, both }
    }

    fn asked(&self) -> (usize, usize) {
        (self.first.asked(), self.second.asked())
    }
}

#[tokio::test]
async fn the_second_gateway_is_left_alone_as_long_as_the_first_takes_messages() {
    let town = Town::new().await;
    for key in ["out_1", "out_2", "out_3"] {
        town.both.send(&sms(), key).await.unwrap();
    }
    assert_eq!(town.asked(), (3, 0));
}

#[tokio::test]
async fn f_10_what_the_first_fails_at_the_second_sends_at_once_under_the_same_key() {
    for status in [StatusCode::BAD_GATEWAY, StatusCode::TOO_MANY_REQUESTS, StatusCode::UNAUTHORIZED] {
        let town = Town::new().await;
        town.first.answer(status);
        town.both.send(&sms(), "out_1").await.unwrap();
        assert_eq!(town.asked(), (1, 1), "{status}");
        let keys = [town.first.seen(), town.second.seen()].map(|seen| seen[0].1["key"].clone());
        assert_eq!(keys, ["out_1", "out_1"]);
    }
}

#[tokio::test]
async fn f_10_a_gateway_that_is_thirty_seconds_slow_costs_two_messages_one_wait_each_and_the_others_none() {
    let town = Town::new().await;
    town.first.answer_after(Duration::from_secs(30));
    let begun = tokio::time::Instant::now();
    for key in ["out_1", "out_2"] {
        town.both.send(&sms(), key).await.unwrap();
    }
    let opened = begun.elapsed();
    for number in 3..20 {
        town.both.send(&sms(), &format!("out_{number}")).await.unwrap();
    }
    assert_eq!(town.asked(), (2, 19));
    // With the real patience of five seconds that is ten.
    assert!(opened < PATIENCE * 4, "{opened:?}");
}

#[tokio::test]
async fn f_10_after_its_pause_one_message_tries_the_first_again_and_it_is_the_first_once_more() {
    let town = Town::new().await;
    town.first.answer(StatusCode::SERVICE_UNAVAILABLE);
    for key in ["out_1", "out_2", "out_3"] {
        town.both.send(&sms(), key).await.unwrap();
    }
    assert_eq!(town.asked(), (2, 3));
    town.first.answer(StatusCode::ACCEPTED);
    town.clock.advance(Duration::from_secs(29));
    town.both.send(&sms(), "out_4").await.unwrap();
    assert_eq!(town.asked(), (2, 4));
    town.clock.advance(Duration::from_secs(1));
    town.both.send(&sms(), "out_5").await.unwrap();
    town.both.send(&sms(), "out_6").await.unwrap();
    assert_eq!(town.asked(), (4, 4));
}

#[tokio::test]
async fn f_10_a_message_that_was_taken_without_a_word_leaves_each_gateway_once() {
    let town = Town::new().await;
    town.first.answer_after(PATIENCE * 3);
    // The outbox tries a second time under the same key when it was not told how the first try ended.
    for _ in 0..2 {
        town.both.send(&sms(), "out_1").await.unwrap();
    }
    assert_eq!(town.asked(), (2, 2));
    assert_eq!(town.first.sent()["out_1"], 1);
    assert_eq!(town.second.sent()["out_1"], 1);
}

#[tokio::test]
async fn f_10_when_both_are_away_a_message_is_tried_again_and_the_first_to_be_back_takes_it() {
    let town = Town::new().await;
    town.first.answer(StatusCode::BAD_REQUEST);
    town.second.answer(StatusCode::BAD_GATEWAY);
    let away = town.both.send(&sms(), "out_1").await;
    assert_eq!(away, Err(Failure::Later("second gateway: HTTP 502".to_owned())));
    town.first.answer(StatusCode::BAD_GATEWAY);
    for _ in 0..3 {
        assert!(matches!(town.both.send(&sms(), "out_1").await, Err(Failure::Later(_))));
    }
    // Nothing else is left to ask, so what is thought to be away is asked all the same.
    town.first.answer(StatusCode::ACCEPTED);
    town.both.send(&sms(), "out_1").await.unwrap();
    assert_eq!(town.first.sent()["out_1"], 1);
}

#[tokio::test]
async fn a_gateway_that_stands_alone_is_asked_every_time() {
    let alone = Provider::start().await;
    let clock = MovableClock::at(Timestamp::from_seconds(1_800_000_000));
    let only = Failover::new(Arc::new(alone.gateway()), None, Arc::new(clock));
    alone.answer(StatusCode::BAD_GATEWAY);
    for _ in 0..5 {
        only.send(&sms(), "out_1").await.unwrap_err();
    }
    alone.answer(StatusCode::ACCEPTED);
    only.send(&sms(), "out_1").await.unwrap();
    assert_eq!(alone.asked(), 6);
}

//! How long tries rest, and that nobody learns from it whether one was right.

use std::time::Duration;

use sekisho_site::clock::Clock as _;

use crate::browser::Browser;
use crate::house::House;
use crate::people::aoba_app;
use crate::tries::{REFUSED, WAIT, WRONG, at_home, attempt, counted, opens, waits};

#[tokio::test]
async fn pw_13_tries_on_both_sides_of_a_minutes_edge_add_up() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    house.later(59);
    for number in 0..5 {
        attempt(&mut Browser::from(&house, number), member.name, WRONG).await.saying(REFUSED);
    }
    house.later(2);
    for number in 5..10 {
        attempt(&mut Browser::from(&house, number), member.name, WRONG).await.saying(REFUSED);
    }
    let until = house.clock.now() + Duration::from_mins(15);
    assert_eq!(counted(&house).await, (10, Some(until)));
    assert!(waits(&attempt(&mut Browser::from(&house, 10), member.name, member.password).await));
}

#[tokio::test]
async fn pw_13_slow_tries_add_up_whatever_windows_pass_between_them() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    for number in 0..10 {
        attempt(&mut Browser::from(&house, number), member.name, WRONG).await.saying(REFUSED);
        house.later(3_600);
    }
    assert_eq!(counted(&house).await.0, 10);
    for number in 10..20 {
        attempt(&mut Browser::from(&house, number), member.name, WRONG).await.saying(REFUSED);
    }
    let until = house.clock.now() + Duration::from_mins(30);
    assert_eq!(counted(&house).await, (20, Some(until)), "the second rest is twice as long");
    // The name's own counter is open again before the password is.
    house.later(20 * 60);
    attempt(&mut Browser::from(&house, 20), member.name, member.password).await.saying(REFUSED);
    house.later(10 * 60);
    assert!(opens(&mut Browser::from(&house, 21), &member).await);
    assert_eq!(counted(&house).await, (0, None), "one right try forgets them");
}

#[tokio::test]
async fn pw_14_while_a_name_rests_the_right_password_is_answered_as_a_wrong_one() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    for number in 0..10 {
        attempt(&mut Browser::from(&house, number), member.name, WRONG).await.saying(REFUSED);
    }
    let mut answers = Vec::new();
    let before = house.state.hashing.hashed();
    for (number, password) in [(11, WRONG), (12, member.password)] {
        let answer = attempt(&mut Browser::from(&house, number), member.name, password).await;
        answers.push(answer.saying(WAIT).bare(member.name));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(house.state.hashing.hashed(), before, "neither is judged");
}

#[tokio::test]
async fn pw_14_while_a_password_rests_the_right_one_is_answered_as_a_wrong_one() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    house
        .change("update factors set failures = 20, blocked_until = 9000000000000000 where kind = 'password'")
        .await;
    let mut answers = Vec::new();
    for (number, name, password) in
        [(1, member.name, WRONG), (2, member.name, member.password), (3, "nobody@example.jp", WRONG)]
    {
        let before = house.state.hashing.hashed();
        let answer = attempt(&mut Browser::from(&house, number), name, password).await;
        assert_eq!(house.state.hashing.hashed() - before, 1, "{name}");
        answers.push(answer.saying(REFUSED).bare(name));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn pw_14_on_the_owners_device_too_and_there_it_is_said_how_long() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut home = at_home(&house, &member).await;
    for _ in 0..10 {
        attempt(&mut home, member.name, WRONG).await.saying(REFUSED);
    }
    let mut answers = Vec::new();
    for password in [WRONG, member.password] {
        let before = house.state.hashing.hashed();
        let answer = attempt(&mut home, member.name, password).await;
        assert_eq!(house.state.hashing.hashed() - before, 1);
        assert!(waits(&answer));
        answers.push(answer.bare(member.name));
    }
    assert_eq!(answers[0], answers[1]);
    house.later(15 * 60);
    assert!(opens(&mut home, &member).await);
}

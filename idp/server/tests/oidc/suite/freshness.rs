//! When a person is asked again, and when nobody is asked at all.

use std::time::Duration;

use super::{Mode, Story};

/// Where a person proves again who they are.
const AGAIN: &str = "/login/again?request=";

pub(super) async fn prompt_login(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let (before, _) = story.happy(&[]).await;
    story.house.wait(Duration::from_secs(2));
    let led = story.ask(&[("prompt", "login")]).await;
    assert!(led.location().unwrap().starts_with(AGAIN));
    let (after, _) = story.sign_in_again(&led).await;
    assert_eq!(before["sub"], after["sub"]);
    assert!(after["auth_time"].as_i64() > before["auth_time"].as_i64());
    story.end()
}

pub(super) async fn prompt_none_not_logged_in(mode: Mode) -> String {
    let mut story = Story::without_session(mode).await;
    let reply = story.ask(&[("prompt", "none")]).await;
    assert_eq!(story.error_of(&reply), "login_required");
    story.end()
}

pub(super) async fn prompt_none_logged_in(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let (before, _) = story.happy(&[]).await;
    story.house.wait(Duration::from_secs(2));
    let (after, _) = story.happy(&[("prompt", "none")]).await;
    assert_eq!((&before["sub"], &before["auth_time"]), (&after["sub"], &after["auth_time"]));
    story.end()
}

pub(super) async fn max_age_1(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let (before, _) = story.happy(&[]).await;
    story.house.wait(Duration::from_secs(2));
    let led = story.ask(&[("max_age", "1")]).await;
    assert!(led.location().unwrap().starts_with(AGAIN));
    let (after, _) = story.sign_in_again(&led).await;
    assert!(after["auth_time"].as_i64() > before["auth_time"].as_i64());
    assert_eq!(after["auth_time"].as_i64().unwrap(), story.house.state.cx().now.seconds());
    story.end()
}

pub(super) async fn max_age_10000(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let (before, _) = story.happy(&[("max_age", "15000")]).await;
    story.house.wait(Duration::from_secs(2));
    let (after, _) = story.happy(&[("max_age", "10000")]).await;
    assert_eq!((&before["sub"], &before["auth_time"]), (&after["sub"], &after["auth_time"]));
    assert!(after["auth_time"].is_i64());
    story.end()
}

//! Whatever door a password is tried at, it is the same password.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::client;
use crate::house::House;
use crate::people::{Member, aoba_app, portal, settled, sign_in};
use crate::tries::{REFUSED, WAIT, WRONG, attempt, counted};

/// Where a password is asked of somebody who is not signed in.
const DOORS: [&str; 4] =
    ["/login?insurer=aoba", "/login", "/login?insurer=shinonome", "/recover/factor?insurer=aoba"];

/// Sends the right password at a door, and gives the answer.
async fn knock(browser: &mut Browser, door: &str, member: &Member) -> crate::browser::Page {
    let page = browser.open(door).await;
    browser.submit(&page, &[("login_id", member.name), ("password", member.password)]).await
}

#[tokio::test]
async fn pw_04_what_was_spent_at_one_door_is_spent_at_all() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    for number in 0..10 {
        let door = DOORS[number as usize % DOORS.len()];
        let mut browser = Browser::from(&house, number);
        let page = browser.open(door).await;
        browser.submit(&page, &[("login_id", member.name), ("password", WRONG)]).await.saying(REFUSED);
        assert_eq!(counted(&house).await.0, i64::from(number) + 1, "{door}");
    }
    for (number, door) in (20..).zip(DOORS) {
        let answer = knock(&mut Browser::from(&house, number), door, &member).await;
        assert!(answer.location().is_empty() && answer.says(WAIT), "{door}: {}", answer.body);
    }
    // The name's counter is open again; the password rests still, wherever it is tried.
    house.change("update factors set blocked_until = 9000000000000000 where kind = 'password'").await;
    house.later(3_600);
    for (number, door) in (30..).zip(DOORS) {
        let answer = knock(&mut Browser::from(&house, number), door, &member).await;
        assert!(answer.location().is_empty() && answer.says(REFUSED), "{door}: {}", answer.body);
    }
}

#[tokio::test]
async fn pw_04_on_the_owners_device_a_rest_holds_for_the_step_up_as_well() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut home = Browser::at(&house);
    sign_in(&house, &mut home, &member).await;
    house.later(20 * 60);
    let mut thief = Browser { cookies: home.cookies.clone(), ..Browser::at(&house) };
    for _ in 0..5 {
        attempt(&mut thief, member.name, WRONG).await.saying(REFUSED);
    }
    for _ in 0..5 {
        let page = home.open("/login/again?to=devices").await.saying("name=\"password\"");
        let answer = home.submit(&page, &[("password", WRONG)]).await;
        assert!(answer.location().is_empty(), "{}", answer.location());
    }
    let page = home.open("/login/again?to=devices").await;
    home.submit(&page, &[("password", member.password)]).await.saying(WAIT);
    attempt(&mut thief, member.name, member.password).await.saying(WAIT);
    house.later(15 * 60);
    let page = home.open("/login/again?to=devices").await;
    let answer = home.submit(&page, &[("password", member.password)]).await;
    assert!(answer.location().starts_with("/journey/"), "{}", answer.body);
}

#[tokio::test]
async fn pw_04_a_locked_account_gets_in_nowhere_and_nothing_of_it_is_worth_anything() {
    for lock in ["update accounts set locked_at = 1", "update accounts set suspended_at = 1"] {
        let house = House::new().await;
        portal(&house).await;
        let member = aoba_app(&house).await;
        let (mut home, token) = settled(&house, &member).await;
        let mut half = Browser::from(&house, 1);
        let waiting = attempt(&mut half, member.name, member.password).await;
        let waiting = half.follow(&waiting).await.saying("name=\"code\"");
        let authorized = client::code(&home.open(&client::authorize(&[])).await).unwrap();
        house.change(lock).await;
        for (number, door) in (2..).zip(DOORS) {
            let answer = knock(&mut Browser::from(&house, number), door, &member).await;
            assert!(answer.location().is_empty() && answer.says(REFUSED), "{door}: {}", answer.body);
        }
        let answer = half.submit(&waiting, &[("code", "000000")]).await;
        assert_ne!(answer.location(), "/", "a walk that had begun");
        assert_eq!(home.open("/").await.location(), "/login");
        assert!(home.open("/login/again?to=devices").await.location().starts_with("/login"));
        assert_eq!(client::userinfo(&home, &token).await.status, StatusCode::UNAUTHORIZED);
        let redeemed = client::redeem(&home, &authorized).await;
        assert_eq!(redeemed.status, StatusCode::BAD_REQUEST, "{}", redeemed.body);
    }
}

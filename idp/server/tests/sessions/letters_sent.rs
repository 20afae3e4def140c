//! The owner hears of a sign-in on a device that the account was never used on.

use crate::browser::Browser;
use crate::house::House;
use crate::people::{about, aoba_app, kaede, nth_about, quiet, sign_in};

const NEW: &str = "これまで使われたことのない端末";
const AGENT: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";

async fn told(house: &House, email: &str) -> usize {
    quiet(house).await;
    about(house, email, NEW).len()
}

#[tokio::test]
async fn a_sign_in_on_a_new_device_is_told_by_mail_once() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    assert_eq!(told(&house, member.email).await, 0, "not at the registration");
    let mut browser = Browser::at(&house);
    browser.headers = vec![("user-agent", AGENT)];
    sign_in(&house, &mut browser, &member).await;
    let text = nth_about(&house, member.email, NEW, 1).await;
    assert!(text.contains("iPhone") && text.contains("2026"), "{text}");
    assert!(!text.contains("192.0.2.1") && !text.contains("Mozilla"), "{text}");
    sign_in(&house, &mut browser, &member).await;
    assert_eq!(told(&house, member.email).await, 1, "the device is known");
    let mut elsewhere = Browser::from(&house, 1);
    sign_in(&house, &mut elsewhere, &member).await;
    assert_eq!(told(&house, member.email).await, 2);
}

#[tokio::test]
async fn a_device_of_another_member_is_new_and_told_in_the_owners_language() {
    let house = House::new().await;
    let (one, two) = (aoba_app(&house).await, kaede(&house).await);
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &one).await;
    assert_eq!(told(&house, two.email).await, 0);
    house.change("update accounts set language = 'en' where id in (select account from memberships where insurer = 'kaede')").await;
    sign_in(&house, &mut browser, &two).await;
    quiet(&house).await;
    let letters = house.letters.all_to(two.email);
    let (subject, text) = letters.last().unwrap();
    assert!(subject.contains("new device") || text.contains("device"), "{subject}: {text}");
    assert!(!text.contains(NEW), "{text}");
}

#[tokio::test]
async fn a_device_that_nobody_used_for_too_long_is_new_again() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    assert_eq!(told(&house, member.email).await, 1);
    house.later(401 * 24 * 3_600);
    sign_in(&house, &mut browser, &member).await;
    assert_eq!(told(&house, member.email).await, 2);
}

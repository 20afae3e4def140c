//! Where tries come from: one source, whatever it says of itself, and many at once.

use sekisho_site::db::sql;

use crate::browser::Browser;
use crate::house::{House, Site};
use crate::log;
use crate::people::aoba_app;
use crate::tries::{REFUSED, WRONG, at_home, attempt, opens, waits};

/// What proxies say a request comes from.
const HEADERS: [&str; 6] =
    ["x-forwarded-for", "forwarded", "x-real-ip", "true-client-ip", "cf-connecting-ip", "x-client-ip"];

/// A name that nobody has.
fn nobody(number: u32) -> String {
    format!("nobody-{number}@example.jp")
}

#[tokio::test]
async fn pw_03_what_a_stranger_says_of_its_address_is_not_heard() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    for number in 0..61_u32 {
        let forged = format!("203.0.113.{number}");
        let value: &'static str = Box::leak(forged.into_boxed_str());
        browser.headers = HEADERS.iter().map(|name| (*name, value)).collect();
        let name = if number < 10 { member.name.to_owned() } else { nobody(number) };
        let answer = attempt(&mut browser, &name, WRONG).await;
        assert_eq!(waits(&answer), number == 60, "{number}");
    }
    // Ten tries of one name from ten addresses that are one: the name rests for all.
    assert!(waits(&attempt(&mut Browser::from(&house, 7), member.name, member.password).await));
    let trail = sql("select detail as t from audit_events where event = 'sign_in' and result = 'refused'");
    let trail = house.texts(trail).await;
    assert_eq!(trail.len(), 10);
    for detail in trail {
        assert!(detail.contains("192.0.2.1") && !detail.contains("203.0.113."), "{detail}");
    }
}

async fn alarms(house: &House) -> Vec<String> {
    house
        .texts(sql("select result as t from audit_events where event = 'sign_ins.sprayed' order by at"))
        .await
}

#[tokio::test]
async fn pw_05_a_spray_from_one_source_and_then_from_two_hundred_is_stopped_or_told_of() {
    log::listen();
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = browser.open("/login?insurer=aoba").await;
    let mut judged = 0;
    for number in 0..2_000 {
        let typed = nobody(number);
        let answer = browser.submit(&page, &[("login_id", &typed), ("password", "Password1")]).await;
        judged += i32::from(!waits(&answer));
    }
    assert_eq!(judged, 60, "the source rests");
    assert_eq!(alarms(&house).await, ["source", "insurer"], "one alarm of each kind for all of it");
    assert!(log::said("passwords may be sprayed").iter().any(|line| line.contains("by=\"source\"")));
    house.later(600);

    // Each source stays far below its limit; within one minute it is the insurer's that is seen.
    for number in 0..200 {
        let mut browser = Browser::from(&house, number);
        attempt(&mut browser, &nobody(number), "Password1").await.saying(REFUSED);
    }
    assert_eq!(alarms(&house).await, ["source", "insurer", "insurer"]);
    let said = log::said("").concat();
    assert!(said.contains("by=\"insurer\"") && !said.contains("nobody-"), "{said}");
    let events = sql("select insurer as t from audit_events where event = 'sign_ins.sprayed'");
    assert_eq!(house.texts(events).await, ["aoba"; 3]);
}

#[tokio::test]
async fn pw_05_where_an_insurers_strangers_rest_its_members_get_in_on_their_devices() {
    let site = Site { throttle: "sign_ins_per_insurer = 20", ..Site::default() };
    let house = House::with(site).await;
    let member = aoba_app(&house).await;
    let mut home = at_home(&house, &member).await;
    for number in 0..20 {
        attempt(&mut Browser::from(&house, number), &nobody(number), WRONG).await.saying(REFUSED);
    }
    let mut stranger = Browser::from(&house, 100);
    assert!(waits(&attempt(&mut stranger, member.name, member.password).await));
    assert!(opens(&mut home, &member).await);
    let other = stranger.open("/login?insurer=kaede").await;
    let typed = [("login_id", "7132-091200001"), ("password", WRONG)];
    assert!(!waits(&stranger.submit(&other, &typed).await), "another insurer's are not held up");
}

//! Signing out elsewhere, and taking access back.

use axum::http::StatusCode;

use crate::browser::{Browser, ORIGIN};
use crate::client;
use crate::house::House;
use crate::owner::{IPHONE, WINDOWS, buttons, press, settled, signed_in};
use crate::people::{Member, aoba, is_out, is_signed_in, portal};

const DEVICES: &str = "/account/devices";

/// A portal that is told when a session ends.
async fn listening_portal(house: &House) {
    let mut registration = client::registration("rp", "ポータル");
    registration.backchannel_logout_uri = Some("http://localhost:9/backchannel-logout".to_owned());
    house.register(vec![registration]).await;
}

async fn told(house: &House) -> i64 {
    house.count("select count(*) as n from outbox where kind = 'backchannel_logout'").await
}

/// Two browsers of a member, the other with a portal open.
async fn two(house: &House, member: &Member) -> (Browser, (Browser, String)) {
    let mut other = signed_in(house, member, WINDOWS).await;
    let token = client::access_token(&mut other).await;
    (signed_in(house, member, IPHONE).await, (other, token))
}

#[tokio::test]
async fn se_02_a_device_that_is_signed_out_elsewhere_is_out_at_once_with_its_portals() {
    let house = House::new().await;
    listening_portal(&house).await;
    let member = settled(&house).await;
    let (mut browser, other) = two(&house, &member).await;
    let page = browser.open(DEVICES).await.saying("ポータル");
    let ids = buttons(&page, "session");
    assert_eq!(ids.len(), 1, "this device has no button");
    let done = press(&mut browser, &page, DEVICES, ("session", &ids[0])).await;
    assert_eq!(done.location(), "/account/devices?done=ended");
    is_out(other).await;
    assert_eq!(told(&house).await, 1);
    let page = browser.follow(&done).await.saying("その端末をログアウトしました");
    assert!(!page.says("Windows・Chrome"));
    // Pressed twice, it has ended once.
    let again = press(&mut browser, &page, DEVICES, ("session", &ids[0])).await;
    assert_eq!(again.location(), "/account/devices?done=ended");
    assert_eq!(told(&house).await, 1);
    browser.open("/account/history").await.saying("端末をログアウト");
}

#[tokio::test]
async fn se_03_all_others_are_signed_out_after_a_question() {
    let house = House::new().await;
    listening_portal(&house).await;
    let member = settled(&house).await;
    let mut third = signed_in(&house, &member, WINDOWS).await;
    let (mut browser, other) = two(&house, &member).await;
    let page = browser.open("/account/devices/others").await.saying("<b>2台</b>");
    let done = browser.submit(&page, &[]).await;
    assert_eq!(done.location(), "/account/devices?done=ended_others");
    is_out(other).await;
    assert!(!is_signed_in(&mut third).await && is_signed_in(&mut browser).await);
    assert_eq!(told(&house).await, 1);
    browser.follow(&done).await.saying("ほかの端末をすべてログアウトしました");
}

#[tokio::test]
async fn the_device_at_hand_can_be_signed_out_as_well() {
    let house = House::new().await;
    let member = settled(&house).await;
    let mut other = signed_in(&house, &member, WINDOWS).await;
    let mut browser = signed_in(&house, &member, IPHONE).await;
    let own = buttons(&other.open(DEVICES).await, "session").remove(0);
    let page = browser.open(DEVICES).await;
    let done = press(&mut browser, &page, DEVICES, ("session", &own)).await;
    assert_eq!(done.location(), "/login");
    assert!(!browser.cookies.keys().any(|name| name.contains("session")), "{:?}", browser.cookies);
    assert!(!is_signed_in(&mut browser).await && is_signed_in(&mut other).await);
}

#[tokio::test]
async fn mf_07_what_was_left_open_may_look_and_must_sign_in_again_to_change() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    let (mut browser, (mut other, _)) = two(&house, &member).await;
    house.later(16 * 60);
    let page = browser.open(DEVICES).await;
    let id = buttons(&page, "session").remove(0);
    let stale = press(&mut browser, &page, DEVICES, ("session", &id)).await;
    assert_eq!(stale.location(), "/login/again?to=devices");
    let page = browser.open("/account/devices/others").await;
    assert_eq!(browser.submit(&page, &[]).await.location(), "/login/again?to=devices");
    let page = browser.open("/account/portals/rp").await;
    assert_eq!(browser.submit(&page, &[]).await.location(), "/login/again?to=portals");
    let page = browser.open("/account/data").await;
    let stale = browser.submit(&page, &[]).await;
    assert_eq!((stale.location(), stale.body.as_str()), ("/login/again?to=data", ""));
    assert!(is_signed_in(&mut other).await);
    assert_eq!(house.count("select count(*) as n from grants where ended_at is null").await, 1);
}

#[tokio::test]
async fn se_06_nothing_changes_without_the_pages_own_token_from_a_page_of_ours() {
    let house = House::new().await;
    portal(&house).await;
    let member = settled(&house).await;
    let (mut browser, (mut other, token)) = two(&house, &member).await;
    let page = browser.open(DEVICES).await;
    let id = buttons(&page, "session").remove(0);
    let fields = |form: String| vec![("form".to_owned(), form), ("session".to_owned(), id.clone())];
    let another_page = browser.open("/account/data").await.hidden("form");
    let paths =
        [DEVICES, "/account/devices/others", "/account/portals/rp", "/account/data", "/account/history/file"];
    for path in paths {
        for form in [String::new(), "x".to_owned(), other.open(DEVICES).await.hidden("form")] {
            assert_eq!(
                browser.post(path, &fields(form), ORIGIN).await.status,
                StatusCode::FORBIDDEN,
                "{path}"
            );
        }
    }
    assert_eq!(browser.post(DEVICES, &fields(another_page), ORIGIN).await.status, StatusCode::FORBIDDEN);
    let good = page.hidden("form");
    assert_eq!(browser.post(DEVICES, &fields(good), "https://evil.test").await.status, StatusCode::FORBIDDEN);
    assert!(is_signed_in(&mut other).await);
    assert_eq!(client::userinfo(&other, &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_a_portal_may_read_is_said_and_taken_back() {
    let house = House::new().await;
    listening_portal(&house).await;
    let member = settled(&house).await;
    let mut browser = signed_in(&house, &member, IPHONE).await;
    browser.open("/account/portals").await.saying("いま、つながっているサービスはありません");
    let token = client::access_token(&mut browser).await;
    let page = browser.open("/account/portals").await;
    assert!(page.says("ポータル") && page.says("保険の資格（記号・番号、お名前、ご家族）"), "{}", page.body);
    let page = browser.open("/account/portals/rp").await.saying("つながりを");
    let done = browser.submit(&page, &[]).await;
    assert_eq!(done.location(), "/account/portals?done=withdrawn");
    assert_eq!(client::userinfo(&browser, &token).await.status, StatusCode::UNAUTHORIZED);
    let page = browser.follow(&done).await.saying("つながりを切りました");
    assert!(!page.says("<b>ポータル</b>"));
    assert_eq!(told(&house).await, 1);
    browser.open("/account/history").await.saying("「ポータル」とのつながりを切る");
    assert_eq!(
        browser.submit(&browser.clone().open("/account/data").await, &[]).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn mf_14_a_remembered_device_is_listed_and_asks_again_when_its_owner_says_so() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = signed_in(&house, &member, IPHONE).await;
    assert!(buttons(&browser.open(DEVICES).await, "device").is_empty());
    house
        .change(
            "update devices set remembered_by = 'aoba', remembered_at = 1795222800000000,
                remembered_until = 1797814800000000 where user_agent like '%iPhone%'",
        )
        .await;
    let page = browser.open(DEVICES).await.saying("2つめの鍵を省いている端末").saying("12月21日まで");
    let ids = buttons(&page, "device");
    let done = press(&mut browser, &page, DEVICES, ("device", &ids[0])).await;
    assert_eq!(done.location(), "/account/devices?done=forgotten");
    let page = browser.follow(&done).await.saying("次から2つめの鍵をお聞きします");
    assert!(buttons(&page, "device").is_empty());
    assert!(is_signed_in(&mut browser).await, "who says so stays signed in");
}

//! Signing in, staying signed in, and what strangers learn (guide rows A25, A26).

use axum::http::StatusCode;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::registration::{EMAIL, PASSWORD, PHONE, register};

async fn password(browser: &mut Browser, login_id: &str, password: &str) -> Page {
    let page = browser.open("/login?insurer=aoba").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    browser.submit(&page, &[("login_id", login_id), ("password", password)]).await
}

async fn sign_in(house: &House, browser: &mut Browser, sms: usize) -> Page {
    let answered = password(browser, EMAIL, PASSWORD).await;
    let page = browser.follow(&answered).await;
    let code = house.letters.code(PHONE, sms).await;
    browser.submit(&page, &[("code", &code)]).await
}

#[tokio::test]
async fn a_member_signs_in_with_password_and_code() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let mut browser = Browser::at(&house);
    let arrived = sign_in(&house, &mut browser, 2).await;
    assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/"));
    assert!(browser.open("/").await.says("でログインしています"));
}

#[tokio::test]
async fn the_password_alone_opens_nothing() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let mut browser = Browser::at(&house);
    let answered = password(&mut browser, EMAIL, PASSWORD).await;
    assert!(answered.location().starts_with("/journey/"));
    assert_eq!(browser.open("/").await.location(), "/login");
}

#[tokio::test]
async fn pw_05_after_ten_tries_a_name_rests_whether_anybody_has_it_or_not() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    for login_id in [EMAIL, "nobody@example.jp"] {
        let mut browser = Browser::at(&house);
        for _ in 0..10 {
            assert!(password(&mut browser, login_id, "not it").await.says("ログインできませんでした"));
        }
        assert!(
            password(&mut browser, login_id, PASSWORD).await.says("しばらくお待ちいただいています"),
            "{login_id}"
        );
    }
}

#[tokio::test]
async fn se_01_each_sign_in_makes_a_new_cookie_and_adopts_none() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    browser.cookies.insert("sekisho_8080_session".into(), "x".repeat(43));
    register(&house, &mut browser).await;
    let first = browser.cookies["sekisho_8080_session"].clone();
    assert_ne!(first, "x".repeat(43));
    sign_in(&house, &mut browser, 2).await;
    let second = browser.cookies["sekisho_8080_session"].clone();
    assert_ne!(first, second);
    let mut old = Browser::at(&house);
    old.cookies.insert("sekisho_8080_session".into(), first);
    assert_eq!(old.open("/").await.location(), "/login", "the session before has ended");
}

#[tokio::test]
async fn se_04_a_session_ends_unused_after_an_hour_and_at_all_after_a_day() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    house.later(3_599);
    assert!(browser.open("/").await.says("でログインしています"));
    house.later(3_601);
    assert_eq!(browser.open("/").await.location(), "/login");
    sign_in(&house, &mut browser, 2).await;
    for _ in 0..24 {
        assert!(browser.open("/").await.says("でログインしています"));
        house.later(3_500);
    }
    house.later(2_400);
    assert_eq!(browser.open("/").await.location(), "/login");
}

#[tokio::test]
async fn mf_02_an_sms_code_signs_in_once() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let mut browser = Browser::at(&house);
    let answered = password(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.follow(&answered).await;
    let code = house.letters.code(PHONE, 2).await;
    assert_eq!(browser.submit(&page, &[("code", &code)]).await.location(), "/");
    let again = browser.submit(&page, &[("code", &code)]).await;
    assert!(again.says("時間が過ぎました"), "{}", again.body);
}

//! What the pages show.

use axum::http::StatusCode;
use insta::assert_snapshot;

use crate::browser::Browser;
use crate::client;
use crate::house::House;
use crate::owner::{IPHONE, WINDOWS, bare, settled, signed_in};
use crate::people::{aoba, is_signed_in, portal, sora};

const PAGES: [&str; 6] = [
    "/account",
    "/account/devices",
    "/account/devices/others",
    "/account/history",
    "/account/portals",
    "/account/data",
];

#[tokio::test]
async fn nobody_sees_a_page_of_the_account_without_signing_in() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    for path in PAGES {
        let page = browser.open(path).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/login"), "{path}");
    }
}

#[tokio::test]
async fn the_overview_says_who_is_signed_in_where_and_with_what() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    for _ in 0..5 {
        house.later(86_400);
        signed_in(&house, &member, WINDOWS).await;
    }
    house.later(1_200);
    let mut browser = signed_in(&house, &member, IPHONE).await;
    client::access_token(&mut browser).await;
    let page = browser.open("/account").await;
    assert_snapshot!("overview", bare(&page));
    browser.language = "en";
    browser.cookies.remove("lang_8080");
    let page = browser.open("/account?lang=en").await;
    assert!(page.says("Sign out all other devices"), "{}", page.body);
    assert!(browser.open("/account/history").await.says("The last 90 days"), "the choice is remembered");
}

#[tokio::test]
async fn the_names_to_sign_in_with_and_the_society_stand_on_the_overview() {
    let house = House::new().await;
    let member = sora(&house).await;
    let mut browser = signed_in(&house, &member, IPHONE).await;
    let page = browser.open("/account").await.saying("shoko.k").saying("しょうこさん・s•••@example.jp");
    assert!(!page.says("sora@example.jp"), "the address is masked");
    let member = settled(&house).await;
    let mut browser = signed_in(&house, &member, IPHONE).await;
    browser.open("/account").await.saying("7132-091200001").saying("楓");
}

#[tokio::test]
async fn everything_that_can_be_changed_is_one_press_away() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = signed_in(&house, &member, IPHONE).await;
    let page = browser.open("/account").await;
    let mut seen = 0;
    for link in page.body.split("href=\"/account").skip(1) {
        let path = format!("/account{}", link.split('"').next().unwrap());
        let answered = browser.open(&path).await;
        assert_eq!(answered.status, StatusCode::OK, "{path} leads to {}", answered.location());
        seen += 1;
    }
    assert!(seen >= 11, "{seen} links");
}

#[tokio::test]
async fn the_devices_are_those_that_are_signed_in_and_no_others() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut other = signed_in(&house, &member, WINDOWS).await;
    let mut browser = signed_in(&house, &member, IPHONE).await;
    let page = browser.open("/account/devices").await.saying("iPhone・Safari").saying("Windows・Chrome");
    assert_eq!(page.body.matches("この端末</span>").count(), 1);
    // The other is idle for longer than its insurer lets it.
    house.later(50 * 60);
    browser.open("/account/devices").await;
    house.later(20 * 60);
    let page = browser.open("/account/devices").await;
    assert!(page.says("iPhone・Safari") && !page.says("Windows・Chrome"), "{}", page.body);
    assert!(!page.says("ほかの端末をすべてログアウト"));
    assert!(!is_signed_in(&mut other).await);
    assert_eq!(browser.open("/account/devices/others").await.location(), "/account/devices");
}

#[tokio::test]
async fn the_history_goes_back_ninety_days_page_by_page() {
    let house = House::new().await;
    let member = settled(&house).await;
    for _ in 0..3 {
        house.later(86_400);
        for _ in 0..9 {
            house.later(600);
            signed_in(&house, &member, WINDOWS).await;
        }
    }
    let mut browser = signed_in(&house, &member, IPHONE).await;
    let page = browser.open("/account/history").await;
    assert_eq!(page.body.matches("パスワードでログイン").count(), 20);
    assert!(!page.says("いちばん新しいできごと"));
    let next = page.body.split("href=\"/account/history?at=").nth(1).unwrap().split('"').next().unwrap();
    let page = browser.open(&format!("/account/history?at={next}")).await.saying("いちばん新しいできごと");
    // The rest of 28 sign-ins, and the registration before them.
    let rest = page.body.matches("パスワードでログイン").count();
    assert!((8..=9).contains(&rest), "{rest} {}", page.body);
    assert!(page.says("登録"));
    house.later(91 * 86_400);
    let mut browser = signed_in(&house, &member, IPHONE).await;
    let page = browser.open("/account/history").await;
    assert_eq!(page.body.matches("class=\"when\"").count(), 1, "{}", page.body);
}

#[tokio::test]
async fn a_wrong_password_is_told_as_one_that_failed() {
    let house = House::new().await;
    let member = settled(&house).await;
    let mut stranger = Browser::from(&house, 7);
    crate::people::show_password(&mut stranger, &member, "not the password").await;
    let mut browser = signed_in(&house, &member, IPHONE).await;
    let page = browser.open("/account/history").await;
    assert!(page.says("パスワードでのログイン") && page.says("できませんでした"), "{}", page.body);
    assert!(!page.says("10.0.0.7"), "addresses of the network stay behind");
}

#[tokio::test]
async fn wa_12_xs_02_names_from_outside_are_shown_as_text() {
    crate::log::listen();
    let house = House::new().await;
    house.register(vec![client::registration("rp", "<script>ポ</script>ータル")]).await;
    let member = settled(&house).await;
    let mut browser = signed_in(&house, &member, "<script>Windows NT</script> Chrome/1").await;
    client::access_token(&mut browser).await;
    house.change("update accounts set nickname = '<b onclick=x>健保'").await;
    house
        .change(
            "insert into factors (id, account, kind, secret, failures, created_at)
             select 'fac_01920000000070008000000000000001', id, 'passkey', secret, 0, 1795222800000000
             from (select a.id, f.secret from accounts a join factors f on f.account = a.id limit 1) x",
        )
        .await;
    house
        .change(
            "insert into passkeys (factor, account, credential, name, aaguid, transports, sign_count, backed_up)
             select id, account, zeroblob(32), '<img src=x>鍵', 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd', '[]', 0, true
             from factors where kind = 'passkey'",
        )
        .await;
    for path in
        ["/account", "/account/devices", "/account/history", "/account/portals", "/account/portals/rp"]
    {
        let page = browser.open(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path} {:?}", crate::log::said("could not be answered"));
        for raw in ["<script>ポ", "<b onclick", "<img", "<script>Windows"] {
            assert!(!page.says(raw), "{path} {raw} {}", page.body);
        }
    }
    browser
        .open("/account")
        .await
        .saying("&#60;img src=x&#62;鍵")
        .saying("iCloud キーチェーンに保存")
        .saying("Windows・Chrome");
}

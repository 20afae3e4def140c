//! Links that are opened on another device (design “Mailed links”), by their readers and by strangers.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::client;
use crate::house::House;
use crate::kaede::{self, JUNICHI};
use crate::links::follow;
use crate::sora::{self, EMAIL, SHOKO};

const MOVED: &str = "別の端末で";

#[tokio::test]
async fn the_chosen_password_is_asked_again_and_the_first_browser_has_nothing_left() {
    let house = House::new().await;
    let mut first = Browser::at(&house);
    let waiting = kaede::enrol_to_mail(&mut first, &JUNICHI, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let mut phone = Browser::from(&house, 2);
    let shown = phone.open(&link).await.saying("この端末で続けると");
    let page = phone.press(&shown, &[]).await.saying("登録のはじめに決めたパスワード");
    for typed in ["junichi", "19991231", EMAIL] {
        assert!(!page.says(typed), "nothing entered earlier is shown: {typed}");
    }
    first.open(&waiting.action()).await.saying(MOVED);
    first.press(&waiting, &[("do", "resend")]).await.saying(MOVED);
    let page = phone.press(&page, &[("password", "not the password")]).await.saying("あと4回");
    let arrived = phone.press(&page, &[("password", kaede::PASSWORD)]).await;
    assert_eq!(arrived.location(), "/?registered=enrol", "{}", arrived.body);
    phone.open("/").await.saying("でログインしています");
    assert_eq!(first.open("/").await.location(), "/login", "the first browser is not signed in");
}

#[tokio::test]
async fn rc_05_who_reads_a_strangers_mistaken_address_gets_nothing_of_the_stranger() {
    let house = House::new().await;
    let mut stranger = Browser::at(&house);
    kaede::to_mail(&mut stranger, "victim@example.jp").await;
    let link = house.letters.link("victim@example.jp", 1).await;
    let mut victim = Browser::from(&house, 2);
    let mut page = follow(&mut victim, &link).await.saying("登録する方の生年月日");
    for left in ["4", "3", "2", "1"] {
        page = victim.press(&page, &[("birth_date", "19990101")]).await.saying(&format!("あと{left}回"));
        assert!(!page.says("ケンポ") && !page.says(kaede::ID), "{}", page.body);
    }
    let over = victim.press(&page, &[("birth_date", "19990101")]).await;
    assert!(over.status == StatusCode::OK && !over.says("name=\"birth_date\""), "{}", over.body);
    follow(&mut victim, &link).await.saying("このリンクの時間が過ぎました");
    assert_eq!(house.count("select count(*) as n from accounts").await, 0);
}

#[tokio::test]
async fn the_key_on_the_first_screen_is_asked_wherever_the_link_is_opened() {
    let house = House::new().await;
    let mut first = Browser::at(&house);
    let waiting = sora::to_key(&house, &mut first, &SHOKO).await;
    let key = sora::key(&waiting);
    let link = house.letters.link(EMAIL, 2).await;
    let mut phone = Browser::from(&house, 2);
    let page = follow(&mut phone, &link).await.saying("name=\"auth_key\"");
    assert!(!page.says(&key), "{}", page.body);
    let wrong = if key == "000000" { "000001" } else { "000000" };
    let page = phone.press(&page, &[("auth_key", wrong)]).await.saying("あと4回");
    phone.press(&page, &[("auth_key", &key)]).await.saying("name=\"login_id\"");
    first.open(&waiting.action()).await.saying(MOVED);
}

#[tokio::test]
async fn a_key_is_tried_five_times_across_browsers() {
    let house = House::new().await;
    let mut first = Browser::at(&house);
    let key = sora::key(&sora::to_key(&house, &mut first, &SHOKO).await);
    let link = house.letters.link(EMAIL, 2).await;
    let wrong = if key == "000000" { "000001" } else { "000000" };
    let mut page = follow(&mut first, &link).await;
    for left in ["4", "3", "2", "1"] {
        page = first.press(&page, &[("auth_key", wrong)]).await.saying(&format!("あと{left}回"));
    }
    first.press(&page, &[("auth_key", wrong)]).await;
    let after = first.press(&page, &[("auth_key", &key)]).await;
    assert!(!after.says("name=\"login_id\""), "{}", after.body);
    assert_eq!(house.count("select count(*) as n from journeys where ended_at is null").await, 0);
}

#[tokio::test]
async fn a_portals_request_stays_with_the_browser_it_came_in() {
    let house = House::new().await;
    let portals = vec![client::registration("aaa", "別の窓口"), client::registration("rp", "証明の窓口")];
    house.register(portals).await;
    let mut first = Browser::at(&house);
    let asked = first.open(&client::authorize(&[("prompt", "create"), ("insurer", "kaede")])).await;
    let page = first.follow(&asked).await;
    let page = first.press(&page, &JUNICHI).await;
    let page = first.press(&page, &kaede::ACCEPTED).await;
    let chosen = [
        ("email", EMAIL),
        ("email_again", EMAIL),
        ("password", kaede::PASSWORD),
        ("password_again", kaede::PASSWORD),
    ];
    let page = first.press(&page, &chosen).await;
    first.press(&page, &[]).await;
    let link = house.letters.link(EMAIL, 1).await;
    let mut phone = Browser::from(&house, 2);
    let page = follow(&mut phone, &link).await;
    let arrived = phone.press(&page, &[("password", kaede::PASSWORD)]).await;
    assert_eq!(arrived.location(), "/?registered=enrol&client=rp", "no code is issued here");
    phone.follow(&arrived).await.saying("https://rp.example/initiate");
    assert_eq!(first.open("/").await.location(), "/login");
    assert_eq!(client::code(&first.open(asked.location()).await), None);
}

#[tokio::test]
async fn in_its_own_browser_the_registration_ends_at_the_portal() {
    let house = House::new().await;
    house.register(vec![client::registration("rp", "証明の窓口")]).await;
    let mut browser = Browser::at(&house);
    let asked = browser.open(&client::authorize(&[("prompt", "create"), ("insurer", "kaede")])).await;
    let page = browser.follow(&asked).await;
    let page = browser.press(&page, &JUNICHI).await;
    let page = browser.press(&page, &kaede::ACCEPTED).await;
    let chosen = [
        ("email", EMAIL),
        ("email_again", EMAIL),
        ("password", kaede::PASSWORD),
        ("password_again", kaede::PASSWORD),
    ];
    let page = browser.press(&page, &chosen).await;
    browser.press(&page, &[]).await;
    let link = house.letters.link(EMAIL, 1).await;
    let arrived = follow(&mut browser, &link).await;
    assert!(client::code(&arrived).is_some(), "{} {}", arrived.status, arrived.location());
}

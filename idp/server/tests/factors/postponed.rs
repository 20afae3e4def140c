//! A second factor is left for later where the insurer says so, and nowhere else.

use axum::http::StatusCode;
use sekisho_domain::insurer::Insurer;

use crate::browser::Browser;
use crate::house::House;
use crate::people::{aoba, is_signed_in, show_password, to_factor};

const FACTORS: &str = "select count(*) as n from factors where kind <> 'password'";
const LATER: &str = "value=\"later\"";

/// The file of aoba, in which a second factor may be left for later.
fn postponing(file: &str) -> String {
    file.replace("# postpone = false", "postpone = true").replace("# if_held = false", "if_held = true")
}

#[tokio::test]
async fn what_may_not_be_left_for_later_is_asked_whatever_is_sent() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let mut page = to_factor(&house, &mut browser, "aoba@example.jp").await;
    assert!(!page.says(LATER), "{}", page.body);
    for fields in [&[("do", "later")][..], &[("do", "later"), ("postpone", "true")]] {
        page = browser.press(&page, fields).await.saying("value=\"totp\"");
    }
    for kind in ["sms", "totp"] {
        let chosen = browser.press(&page, &[("factor", kind)]).await;
        assert!(!chosen.says(LATER));
        browser.press(&chosen, &[("do", "later")]).await.saying("を入れてください");
        let chosen = browser.open(&chosen.action()).await;
        page = browser.press(&chosen, &[("do", "other")]).await;
    }
    assert_eq!(house.count("select count(*) as n from accounts").await, 0);
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn where_the_insurer_says_so_a_member_registers_and_signs_in_without() {
    let house = House::new().await.reopened("aoba", |file| postponing(&file)).await;
    let mut browser = Browser::at(&house);
    let page = to_factor(&house, &mut browser, "aoba@example.jp").await.saying(LATER);
    let done = browser.press(&page, &[("do", "later")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(house.count(FACTORS).await, 0);
    let mut browser = Browser::at(&house);
    let page = browser.open("/login?insurer=aoba").await;
    let typed = [("login_id", "aoba@example.jp"), ("password", crate::people::WORDS)];
    assert_eq!(browser.press(&page, &typed).await.location(), "/");
}

#[tokio::test]
async fn mf_16_there_too_who_has_one_is_asked_for_it() {
    let house = House::new().await.reopened("aoba", |file| postponing(&file)).await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    let page = show_password(&mut browser, &member, member.password).await.saying("SMSに届いた");
    browser.press(&page, &[("do", "later")]).await.saying("を入れてください");
    assert!(!is_signed_in(&mut browser).await);
}

#[test]
fn a_sign_in_that_insists_on_what_may_be_postponed_cannot_be_loaded() {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    let text = std::fs::read_to_string(format!("{config}/insurers/aoba.toml")).unwrap();
    let parse = |text: &str| {
        Insurer::parse("aoba", text, &|file| std::fs::read_to_string(format!("{config}/terms/{file}")).ok())
    };
    assert!(parse(&postponing(&text)).is_ok());
    let stuck = parse(&text.replace("# postpone = false", "postpone = true")).err().unwrap().to_string();
    assert!(stuck.contains("if_held = true"), "{stuck}");
}

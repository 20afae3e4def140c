//! A request for something fresh is met by showing it again, and by nothing else.

use axum::http::StatusCode;

use crate::browser::{Browser, ORIGIN};
use crate::desk::{self, ONE, asking, id_token, shown, silently, told};
use crate::house::House;
use crate::people::{self, WORDS};

#[tokio::test]
async fn az_13_who_is_to_sign_in_afresh_does_so_and_the_token_tells_when() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    let before = browser.cookies.clone();
    for asked in [("prompt", "login"), ("max_age", "0"), ("prompt", "select_account"), ("max_age", "59")] {
        house.later(60);
        let led = browser.open(&asking("rp", &[asked])).await;
        assert_eq!(told(&led), "/login/again", "{asked:?}");
        let page = browser.follow(&led).await.saying("name=\"password\"");
        assert!(page.says("7132-091200001") && page.says("窓口"), "who is asked, and by whom");
        let wrong = browser.submit(&page, &[("password", "not this one")]).await;
        assert_eq!((wrong.status, told(&wrong)), (StatusCode::OK, "200".to_owned()), "{asked:?}");
        let empty = browser.submit(&page, &[("password", "")]).await;
        assert_eq!(told(&empty), "200", "{asked:?}");
        let back = browser.submit(&page, &[("password", WORDS)]).await;
        let token = id_token(&browser, "rp", &back).await;
        assert_eq!(shown(&house, &token), (0, ONE.to_owned(), "pwd".to_owned()), "{asked:?}");
        assert_eq!(house.count("select count(*) as n from sessions").await, 2, "one of them goes on");
    }
    assert_ne!(browser.cookies, before, "the cookie is new with each");
    let mut stolen = Browser { cookies: before, ..Browser::at(&house) };
    assert!(!people::is_signed_in(&mut stolen).await, "and the old one is worth nothing");
}

#[tokio::test]
async fn az_13_neither_edited_addresses_nor_back_and_reload_pass_by_the_question() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    for asked in [("prompt", "login"), ("max_age", "0")] {
        house.later(60);
        let led = browser.open(&asking("rp", &[asked])).await;
        let address = led.location().to_owned();
        let sealed = address.split("request=").nth(1).unwrap().to_owned();
        let page = browser.open(&address).await;
        // What stands in the address is added to, taken from, and sent to other doors.
        let mut bent = sealed.clone();
        bent.replace_range(40..41, if sealed.as_bytes()[40] == b'A' { "B" } else { "A" });
        for (edited, expected) in [
            (address.clone(), "200"),
            (format!("{address}&max_age=9999&prompt=consent"), "200"),
            (format!("{address}&to=account"), "200"),
            (format!("/login/again?request={bent}"), "400"),
            (format!("/login/again?request={}", &sealed[..80]), "400"),
            ("/login/again?request=".to_owned(), "/account"),
            ("/login/again".to_owned(), "/account"),
            (format!("/login?request={sealed}"), "200"),
            (format!("/signup?request={sealed}"), "200"),
        ] {
            assert_eq!(told(&browser.open(&edited).await), expected, "{edited}");
        }
        // The form, sent without what it asks for, and to other addresses.
        let form = vec![("form".to_owned(), page.hidden("form")), ("request".to_owned(), sealed.clone())];
        for path in [address.as_str(), "/login/again", "/login/again?to=account", "/consent"] {
            let sent = browser.post(path, &form, ORIGIN).await;
            assert_ne!(told(&sent), "code", "{path} {} {}", sent.status, sent.location());
        }
        // In another browser it is nothing, whoever is signed in there.
        let mut other = Browser::at(&house);
        assert_eq!(told(&other.open(&address).await), "/login");
        people::sign_in(&house, &mut other, &member).await;
        assert_eq!(told(&other.open(&address).await), "400");
        // Back to the page, and on: only now.
        let page = browser.open(&address).await;
        let back = browser.submit(&page, &[("password", WORDS)]).await;
        let token = id_token(&browser, "rp", &back).await;
        assert_eq!(shown(&house, &token).0, 0, "{asked:?}");
    }
    assert_eq!(silently(&mut browser, "rp", &[("max_age", "60")]).await, "code");
}

#[tokio::test]
async fn az_13_a_request_grown_old_on_the_page_ends_there() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    house.later(60);
    let led = browser.open(&asking("rp", &[("prompt", "login")])).await;
    let page = browser.follow(&led).await;
    house.later(15 * 60);
    assert_eq!(told(&browser.submit(&page, &[("password", WORDS)]).await), "400");
    // Nobody has lost the session over it.
    assert!(people::is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn az_13_somebody_else_may_sign_in_where_a_fresh_sign_in_is_asked_for() {
    let house = House::new().await;
    desk::open(&house).await;
    let (kaede, aoba) = (people::kaede(&house).await, people::aoba(&house).await);
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &kaede).await;
    house.later(60);
    let led = browser.open(&asking("rp", &[("prompt", "select_account")])).await;
    let page = browser.follow(&led).await;
    let other = page.body.split("href=\"/login?request=").nth(1).unwrap().split('"').next().unwrap();
    let sms = people::codes_to(&house, people::PHONE);
    let page = browser.open(&format!("/login?request={other}")).await;
    let page = browser.press(&page, &[("login_id", aoba.name), ("password", aoba.password)]).await;
    let code = people::sms_code(&house, people::PHONE, sms + 1).await;
    let back = browser.press(&page, &[("code", &code)]).await;
    let token = id_token(&browser, "rp", &back).await;
    assert_eq!(shown(&house, &token).2, "pwd+sms+mfa");
    let ended = "select count(*) as n from sessions where ended_at is not null";
    assert_eq!(house.count(ended).await, 1, "the session of who sat here before");
}

#[tokio::test]
async fn az_12_silence_gets_an_error_and_neither_a_page_nor_a_session() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    let sessions = "select count(*) as n from sessions";
    let before = house.count(sessions).await;
    let errors = [("login_required", &[][..]), ("login_required", &[("max_age", "5")])];
    for (expected, more) in errors {
        assert_eq!(silently(&mut browser, "rp", more).await, expected);
    }
    assert_eq!(house.count(sessions).await, before);
    people::sign_in(&house, &mut browser, &member).await;
    let before = (house.count(sessions).await, house.count("select count(*) as n from journeys").await);
    house.later(60);
    for (client, more, expected) in [
        ("rp", &[][..], "code"),
        ("rp", &[("max_age", "61")], "code"),
        ("rp", &[("max_age", "59")], "login_required"),
        ("rp", &[("max_age", "0")], "login_required"),
        ("rp", &[("acr_values", desk::TWO)], "code"),
        ("rp", &[desk::ESSENTIAL_TWO], "unmet_authentication_requirements"),
        ("third", &[], "consent_required"),
        ("strict", &[], "access_denied"),
    ] {
        assert_eq!(silently(&mut browser, client, more).await, expected, "{client} {more:?}");
    }
    for both in ["none login", "login none", "none none login"] {
        let page = browser.open(&asking("rp", &[("prompt", both)])).await;
        assert_eq!(told(&page), "invalid_request", "{both}");
    }
    let after = (house.count(sessions).await, house.count("select count(*) as n from journeys").await);
    assert_eq!(after, before);
}

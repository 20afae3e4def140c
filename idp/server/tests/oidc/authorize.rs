use std::time::Duration;

use insta::assert_snapshot;
use sekisho_domain::factor::FactorKind::{Password, Sms};

use crate::house::{Browser, CALLBACK, House, authorize, form, posted, redemption};

/// Refused here: a page, no redirect, and nothing is written.
async fn stays_here(house: &House, browser: &mut Browser, uri: &str) {
    let reply = browser.get(house, uri).await;
    assert_eq!(reply.status.as_u16(), 400, "{uri}");
    assert_eq!(reply.location(), None, "{uri}");
    assert!(reply.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{uri}");
    assert!(!reply.body.contains("evil.test"), "{uri}");
    assert_eq!(house.count("select count(*) as n from grants").await, 0, "{uri}");
}

#[tokio::test]
async fn ru_01_to_ru_03_only_the_registered_text_is_an_address() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let near = ["/cb/", "/cb?x=1", "/CB", ":443/cb", "/%63b", "/./cb", "/cb#f"];
    let far = [
        "https://RP.example/cb",
        "https://rp.example@evil.test/cb",
        "https://rp.example%40evil.test/cb",
        "https://a@b@evil.test/cb",
        "https://rp.example:pw@rp.example/cb",
        "https://rp.example/cb/..;/x",
        "https://rp.example/cb/%2e%2e/x",
        "https://rp.example/cb/..%2fx",
        "https://rp.example/cb\\..\\x",
        "https://rp.example/cb/../cb",
        "https://[::ffff:127.0.0.1]/cb",
        "https://rp.example:99999/cb",
    ];
    for tail in near {
        let uri = authorize(&[("redirect_uri", &format!("https://rp.example{tail}"))]);
        stays_here(&house, &mut browser, &uri).await;
    }
    for uri in far {
        stays_here(&house, &mut browser, &authorize(&[("redirect_uri", uri)])).await;
    }
    stays_here(&house, &mut browser, &authorize(&[("redirect_uri", "")])).await;
}

#[tokio::test]
async fn ru_05_an_unknown_client_or_address_is_told_here_whatever_else_is_wrong() {
    let house = House::open().await;
    let mut browser = Browser::default();
    for also in [("response_type", "token"), ("scope", "profile"), ("prompt", "none"), ("response_mode", "x")]
    {
        let evil = ("redirect_uri", "https://evil.test/cb");
        stays_here(&house, &mut browser, &authorize(&[evil, also])).await;
        stays_here(&house, &mut browser, &authorize(&[("client_id", "nobody"), evil, also])).await;
    }
    stays_here(&house, &mut browser, "/authorize").await;
}

#[tokio::test]
async fn ru_06_a_repeated_parameter_is_told_here() {
    let house = House::open().await;
    let mut browser = Browser::default();
    let good = authorize(&[]);
    for twice in ["redirect_uri=https://evil.test/cb", "client_id=rp", "state=a", "scope=openid", "x=1&x=2"] {
        stays_here(&house, &mut browser, &format!("{good}&{twice}")).await;
        stays_here(
            &house,
            &mut browser,
            &good.replace("/authorize?", &format!("/authorize?{twice}&{twice}&")),
        )
        .await;
        let posted =
            house.post("/authorize", &format!("{}&{twice}&{twice}", &good["/authorize?".len()..])).await;
        assert_eq!((posted.status.as_u16(), posted.location()), (400, None), "{twice}");
    }
}

#[tokio::test]
async fn az_11_az_12_refusals_travel_to_the_client_with_state_and_iss_and_nothing_more() {
    let house = House::open().await;
    let cases: [&[(&str, &str)]; 9] = [
        &[("prompt", "none")],
        &[("prompt", "none login")],
        &[("response_type", "token")],
        &[("response_mode", "fragment")],
        &[("scope", "email")],
        &[("code_challenge", "")],
        &[("code_challenge_method", "plain")],
        &[("request", "e30.e30.")],
        &[("request_uri", "https://rp.example/r")],
    ];
    let mut shown = String::new();
    for changes in cases {
        let reply = house.get(&authorize(changes)).await;
        assert_eq!(reply.status.as_u16(), 303, "{changes:?}");
        shown.push_str(reply.location().unwrap());
        shown.push('\n');
    }
    assert_snapshot!(shown);
    assert_eq!(house.count("select count(*) as n from sessions").await, 0);
}

#[tokio::test]
async fn anonymous_requests_lead_to_the_sign_in_page_and_write_nothing() {
    let house = House::open().await;
    let reply = house.get(&authorize(&[("ui_locales", "en"), ("login_hint", "hana")])).await;
    assert_snapshot!("sign_in", reply.shown());
    let create = house.get(&authorize(&[("prompt", "create")])).await;
    assert!(create.location().unwrap().starts_with("/signup?request="));
    for table in ["select count(*) as n from journeys", "select count(*) as n from sessions"] {
        assert_eq!(house.count(table).await, 0);
    }
}

#[tokio::test]
async fn a_signed_in_member_goes_straight_back_with_a_code() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let reply = browser.get(&house, &authorize(&[])).await;
    assert_snapshot!(reply.shown());
    let code = reply.answer("code").unwrap();
    // At least 128 bits that nobody can guess, and nothing that anybody can read.
    assert!(code.len() > 43 && !code.contains("eyJ"));
    assert_eq!(house.count("select count(*) as n from grants").await, 0);
}

#[tokio::test]
async fn a_post_leads_to_its_own_get_without_a_look_at_cookies() {
    let house = House::open().await;
    let browser = house.member(&[Password, Sms]).await;
    let good = authorize(&[("unknown", "dropped")]);
    let mut request = posted("/authorize?state=other&client_id=far", &good["/authorize?".len()..]);
    let (name, value) = &browser.cookies[0];
    request.headers_mut().insert("cookie", format!("{name}={value}").parse().unwrap());
    let reply = house.send(request).await;
    assert_eq!(reply.status.as_u16(), 303);
    assert!(!reply.headers.contains_key("set-cookie"));
    assert_eq!(
        (reply.answer("state").unwrap(), reply.answer("client_id").unwrap()),
        ("xyz".into(), "rp".into())
    );
    assert_eq!(reply.answer("unknown"), None);
    let mut browser = browser;
    assert!(browser.get(&house, reply.location().unwrap()).await.answer("code").is_some());
}

#[tokio::test]
async fn form_post_answers_by_a_form_that_may_end_at_the_client_only() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let state = "\"'></form><script>alert(1)</script>";
    let reply = browser.get(&house, &authorize(&[("response_mode", "form_post"), ("state", state)])).await;
    assert_eq!(reply.status.as_u16(), 200);
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("form-action 'self' https://rp.example"), "{policy}");
    assert!(!policy.contains("unsafe"));
    let (_, from_form) = reply.body.split_once("<form id=\"onward\"").unwrap();
    let (form, after) = from_form.split_once("</form>").unwrap();
    assert!(!form.contains("<script"), "the state is encoded");
    assert!(form.contains(&format!("method=\"post\" action=\"{CALLBACK}\"")));
    assert!(
        after.trim_start().starts_with("<script src=\"/assets/onward."),
        "the script stands after the form"
    );
    let script = after.split_once("src=\"").unwrap().1.split_once('"').unwrap().0;
    assert_eq!(house.get(script).await.status.as_u16(), 200);
    let refused = house.get(&authorize(&[("response_mode", "form_post"), ("prompt", "none")])).await;
    assert!(refused.body.contains("name=\"error\" value=\"login_required\""));
    assert_eq!(refused.location(), None);
}

#[tokio::test]
async fn az_13_a_fresh_sign_in_is_asked_for_once_and_cannot_be_edited_away() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    house.wait(Duration::from_secs(90));
    for wish in [("prompt", "login"), ("max_age", "60"), ("prompt", "select_account")] {
        let reply = browser.get(&house, &authorize(&[wish])).await;
        assert!(
            reply.location().unwrap().starts_with("/login/again?request="),
            "{wish:?} {:?}",
            reply.location()
        );
    }
    assert!(browser.get(&house, &authorize(&[("max_age", "600")])).await.answer("code").is_some());
    let silent = browser.get(&house, &authorize(&[("max_age", "60"), ("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn no_code_for_members_of_insurers_that_the_client_does_not_serve() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let reply = browser.get(&house, &authorize(&[("client_id", "far")])).await;
    assert_eq!(reply.answer("error").as_deref(), Some("access_denied"));
    assert_eq!(reply.answer("code"), None);
}

#[tokio::test]
async fn unmet_assurance_is_an_error_only_when_it_is_essential() {
    let house = House::open().await;
    let mut browser = house.member(&[Password]).await;
    let wished = browser.get(&house, &authorize(&[("acr_values", "urn:sekisho:acr:2f")])).await;
    assert!(wished.answer("code").is_some());
    let essential = r#"{"id_token":{"acr":{"essential":true,"value":"urn:sekisho:acr:2f"}}}"#;
    let reply = browser.get(&house, &authorize(&[("claims", essential), ("prompt", "none")])).await;
    assert_eq!(reply.answer("error").as_deref(), Some("unmet_authentication_requirements"));
}

#[tokio::test]
async fn az_17_a_sealed_request_is_nothing_when_edited_late_or_in_another_browser() {
    use sekisho_idp::flows::authorize::{Next, peek, resume};
    let house = House::open().await;
    let state = &house.state;
    let member = house.member(&[Password, Sms]).await.session.unwrap();
    let mut stranger = Browser::default();
    let reply = stranger.get(&house, &authorize(&[("insurer", "aoba"), ("login_hint", "hana")])).await;
    let sealed = reply.answer("request").unwrap();
    let browser = stranger.cookies[0].1.clone().into();
    let about = peek(state, &sealed, &browser, &state.cx()).unwrap();
    assert_eq!(about.callback_origin, "https://rp.example");
    assert_eq!(about.insurer.unwrap().as_str(), "aoba");
    assert_eq!(about.login_hint.as_deref(), Some("hana"));
    let goes_on = async |sealed: &str, browser| {
        matches!(resume(state, sealed, browser, &member, &mut state.cx()).await, Ok(Next::Callback(_)))
    };
    assert!(goes_on(&sealed, &browser).await);
    let other = "another-browser".to_owned().into();
    assert!(!goes_on(&sealed, &other).await);
    assert!(peek(state, &sealed, &other, &state.cx()).is_none());
    let (start, end) = sealed.split_at(sealed.len() / 2);
    let edited = format!("{start}{}{}", if end.starts_with('A') { "B" } else { "A" }, &end[1..]);
    assert!(!goes_on(&edited, &browser).await);
    house.wait(Duration::from_secs(15 * 60 - 1));
    assert!(goes_on(&sealed, &browser).await);
    house.wait(Duration::from_secs(1));
    assert!(!goes_on(&sealed, &browser).await);
}

#[tokio::test]
async fn ru_04_an_app_may_choose_its_port_and_nothing_else() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let app = ("client_id", "app");
    let code = browser.code(&house, &[app, ("redirect_uri", "http://127.0.0.1:51004/cb")]).await;
    let redeemed =
        redemption(&code).replace(&form(&[("u", CALLBACK)])[2..], "http%3A%2F%2F127.0.0.1%3A51004%2Fcb");
    assert_eq!(house.post("/token", &format!("{redeemed}&client_id=app")).await.status.as_u16(), 200);
    let bad = [
        "http://127.0.0.1.evil.test/cb",
        "http://127.0.0.1:80@evil.test/cb",
        "http://localhost:1/cb",
        "http://127.1/cb",
        "http://0x7f000001/cb",
        "http://[::1]:9/cb",
    ];
    let house = House::open().await;
    for uri in bad {
        stays_here(&house, &mut browser, &authorize(&[app, ("redirect_uri", uri)])).await;
    }
}

#[tokio::test]
async fn xs_01_what_was_sent_is_not_repeated_on_our_pages() {
    let house = House::open().await;
    let script = "<script>alert(1)</script>";
    for name in ["client_id", "redirect_uri", "state", "ui_locales", "login_hint", "response_mode", "error"] {
        let reply = house.get(&authorize(&[("client_id", "nobody"), (name, script)])).await;
        assert_eq!(reply.status.as_u16(), 400, "{name}");
        assert!(!reply.body.contains("alert(1)"), "{name}");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let house = House::open().await;
    let mut request = posted("/authorize", &form(&[("client_id", "rp")]));
    request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(house.send(request).await.status.as_u16(), 400);
    let huge = format!("state={}", "a".repeat(40_000));
    assert_eq!(house.post("/authorize", &huge).await.status.as_u16(), 400);
}

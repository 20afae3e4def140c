use insta::assert_snapshot;
use sekisho_domain::factor::FactorKind::{Password, Sms};

use crate::house::{Browser, House, authorize, form};

const BYE: &str = "https://rp.example/bye";

struct Scene {
    house: House,
    browser: Browser,
    hint: String,
    access: String,
}

async fn scene() -> Scene {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let tokens = house.redeem(&code).await.json();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    Scene { hint: text("id_token"), access: text("access_token"), house, browser }
}

impl Scene {
    fn uri(&self, pairs: &[(&str, &str)]) -> String {
        let hint = [("id_token_hint", self.hint.as_str())];
        format!("/logout?{}", form(&[hint.as_slice(), pairs].concat()))
    }

    async fn is_signed_in(&self, browser: &Browser) -> bool {
        let mut browser = browser.clone();
        browser.get(&self.house, &authorize(&[("prompt", "none")])).await.answer("code").is_some()
    }
}

#[tokio::test]
async fn a_client_signs_out_with_its_id_token_and_gets_the_browser_back() {
    let mut scene = scene().await;
    let before = scene.browser.clone();
    let uri = scene.uri(&[("post_logout_redirect_uri", BYE), ("state", "s 1")]);
    let reply = scene.browser.get(&scene.house, &uri).await;
    assert_snapshot!(reply.shown());
    assert_eq!(scene.house.userinfo(&scene.access).await.status.as_u16(), 401);
    // SE-02: the old cookie is worth nothing, wherever it comes from.
    assert!(!scene.is_signed_in(&before).await);
    let again = scene.browser.get(&scene.house, &uri).await;
    assert_eq!(again.location(), reply.location(), "who is out already is led on as well");
}

#[tokio::test]
async fn an_expired_id_token_is_as_good_and_without_an_address_one_stays_here() {
    let mut scene = scene().await;
    scene.house.wait(std::time::Duration::from_mins(50));
    let uri = scene.uri(&[]);
    let reply = scene.browser.get(&scene.house, &uri).await;
    assert_eq!((reply.status.as_u16(), reply.location()), (200, None));
    assert_eq!(reply.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(!scene.is_signed_in(&scene.browser).await);
}

#[tokio::test]
async fn lg_01_and_ru_10_without_proof_the_person_is_asked_and_nobody_is_sent_elsewhere() {
    let mut scene = scene().await;
    let house = &scene.house;
    let (signed, _) = scene.hint.rsplit_once('.').unwrap();
    let unsigned = format!("{signed}.");
    let mut other = house.member(&[Password, Sms]).await;
    let code = other.code(house, &[]).await;
    let others = house.redeem(&code).await.json()["id_token"].as_str().unwrap().to_owned();
    let bye = ("post_logout_redirect_uri", BYE);
    let cases: [&[(&str, &str)]; 8] = [
        &[],
        &[("state", "s")],
        &[bye],
        &[bye, ("client_id", "rp")],
        &[bye, ("id_token_hint", &unsigned)],
        &[bye, ("id_token_hint", &others)],
        &[("id_token_hint", &scene.hint), ("post_logout_redirect_uri", "https://rp.example/bye?foo=bar")],
        &[("id_token_hint", &scene.hint), bye, ("client_id", "third")],
    ];
    for pairs in cases {
        let reply = scene.browser.get(house, &format!("/logout?{}", form(pairs))).await;
        assert_eq!((reply.status.as_u16(), reply.location()), (200, None), "{pairs:?}");
        assert!(reply.body.contains("action=\"/logout/confirm\""), "{pairs:?}");
        assert!(!reply.headers.contains_key("clear-site-data"), "{pairs:?}");
    }
    assert!(scene.is_signed_in(&scene.browser).await);
}

#[tokio::test]
async fn the_person_says_yes_or_no() {
    let mut scene = scene().await;
    let asked =
        scene.browser.get(&scene.house, "/logout?post_logout_redirect_uri=https://rp.example/bye").await;
    let answer = |decision: &str| {
        form(&[
            ("form", &asked.hidden("form")),
            ("request", &asked.hidden("request")),
            ("decision", decision),
        ])
    };
    let stays = scene.browser.post(&scene.house, "/logout/confirm", &answer("no")).await;
    assert_eq!(stays.location(), Some("/"));
    assert!(scene.is_signed_in(&scene.browser).await);
    let forged = answer("yes").replace(&asked.hidden("form"), "AAAA");
    assert_eq!(scene.browser.post(&scene.house, "/logout/confirm", &forged).await.status.as_u16(), 403);
    assert!(scene.is_signed_in(&scene.browser).await);
    let before = scene.browser.clone();
    let out = scene.browser.post(&scene.house, "/logout/confirm", &answer("yes")).await;
    assert_eq!((out.status.as_u16(), out.location()), (200, None));
    assert!(!scene.is_signed_in(&before).await);
    assert_eq!(scene.house.userinfo(&scene.access).await.status.as_u16(), 401);
}

#[tokio::test]
async fn the_button_of_ones_own_page_signs_out_at_once() {
    let mut scene = scene().await;
    let home = scene.browser.get(&scene.house, "/").await;
    assert!(home.body.contains("action=\"/logout/confirm\""));
    let pressed = form(&[("form", &home.hidden("form"))]);
    let out = scene.browser.post(&scene.house, "/logout/confirm", &pressed).await;
    assert_eq!(out.status.as_u16(), 200);
    assert!(!scene.is_signed_in(&scene.browser).await);
}

#[tokio::test]
async fn a_hint_of_another_session_asks_and_then_leads_back() {
    let mut scene = scene().await;
    let session = scene.browser.session.clone().unwrap();
    let person = (session.account, session.membership.clone());
    scene.house.sign_in(&mut scene.browser, person, &[Password, Sms]).await;
    let uri = scene.uri(&[("post_logout_redirect_uri", BYE), ("state", "s")]);
    let asked = scene.browser.get(&scene.house, &uri).await;
    assert!(asked.body.contains("証明の窓口"));
    let policy = asked.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("form-action 'self' https://rp.example"), "{policy}");
    let answer =
        form(&[("form", &asked.hidden("form")), ("request", &asked.hidden("request")), ("decision", "yes")]);
    let out = scene.browser.post(&scene.house, "/logout/confirm", &answer).await;
    assert_eq!(out.location(), Some("https://rp.example/bye?state=s"));
}

#[tokio::test]
async fn a_post_leads_to_its_own_get_without_a_look_at_cookies() {
    let mut scene = scene().await;
    let uri = scene.uri(&[("post_logout_redirect_uri", BYE)]);
    let posted = scene.browser.post(&scene.house, "/logout", &uri["/logout?".len()..]).await;
    assert_eq!(posted.status.as_u16(), 303);
    assert!(scene.is_signed_in(&scene.browser).await, "the POST itself ends nothing");
    let location = posted.location().unwrap().to_owned();
    assert_eq!(scene.browser.get(&scene.house, &location).await.location(), Some(BYE));
}

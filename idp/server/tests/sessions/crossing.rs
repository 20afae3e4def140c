//! What other sites and odd methods cannot do (SE-07, SE-12).

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode};
use tower::ServiceExt as _;

use crate::browser::{Browser, ORIGIN};
use crate::house::House;
use crate::own::{SESSION, cookie, live};
use crate::people::{aoba_app, is_signed_in, kaede, sign_in};

#[tokio::test]
async fn se_07_nobody_is_signed_in_by_another_sites_form() {
    let house = House::new().await;
    let attacker = kaede(&house).await;
    let victim = aoba_app(&house).await;
    let mut theirs = Browser::at(&house);
    let page = theirs.open("/login?insurer=kaede").await;
    let page = theirs.submit(&page, &[("login_id", attacker.name)]).await;
    let fields = |token: &str| {
        [("form", token), ("login_id", attacker.name), ("password", attacker.password)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &victim).await;
    let (before, own) = (cookie(&browser), browser.open("/login?insurer=kaede").await.hidden("form"));
    let hashed = house.state.hashing.hashed();
    for (token, origin) in [
        (page.hidden("form"), "https://evil.example"),
        (page.hidden("form"), ORIGIN),
        (String::new(), ORIGIN),
        (own.clone(), "https://evil.example"),
        (own, "null"),
    ] {
        let answer = browser.post("/login?insurer=kaede", &fields(&token), origin).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token:.4} {origin}");
        assert_eq!(cookie(&browser), before);
    }
    assert_eq!(house.state.hashing.hashed(), hashed, "nothing was tried");
    assert!(is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn se_12_no_other_method_and_no_word_for_one_changes_anything() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let sessions = live(&house).await;
    let posted =
        ["/login", "/account/devices", "/account/devices/others", "/account/codes", "/recover", "/logout"];
    for path in posted {
        for method in ["TRACE", "PUT", "DELETE", "PATCH"] {
            let answer = ask(&house, &browser, (method, path), &[]).await;
            assert_eq!(answer, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
        for method in ["GET", "HEAD"] {
            for word in [
                ("x-http-method-override", "POST"),
                ("x-method-override", "DELETE"),
                ("x-http-method", "PUT"),
            ] {
                let path = format!("{path}?_method=POST&do=other&session={}", sessions[0]);
                let answer = ask(&house, &browser, (method, &path), &[word]).await;
                assert!(!answer.is_server_error(), "{method} {path}: {answer}");
            }
        }
    }
    assert_eq!(live(&house).await, sessions);
    assert!(is_signed_in(&mut browser).await);
}

async fn ask(
    house: &House,
    browser: &Browser,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
) -> StatusCode {
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .header("origin", ORIGIN)
        .header("cookie", format!("{SESSION}={}", cookie(browser)))
        .extension(ConnectInfo(std::net::SocketAddr::new(browser.source, 40_000)));
    house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
}

use axum::body::{Body, to_bytes};
use axum::http::Request;
use sekisho_site::clock::Door;
use tower::ServiceExt as _;

use super::*;

fn desk() -> Desk {
    Desk {
        inbox: Inbox::new(Door::default()),
        issuer: "http://localhost:8080".to_owned(),
        sms_token: "gateway".to_owned(),
    }
}

fn mail(subject: &str, html: &str) -> Arrival {
    Arrival {
        channel: Channel::Mail,
        to: "shoko@example.jp".to_owned(),
        from: "noreply@aoba.example.jp".to_owned(),
        subject: subject.to_owned(),
        text: "確認コードです。\n123456\nhttp://localhost:8080/link/x".to_owned(),
        html: html.to_owned(),
        key: None,
    }
}

async fn get(desk: &Desk, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    ask(desk, request).await
}

async fn ask(desk: &Desk, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = router(desk.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1024 * 1024).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn sms(token: &str, body: &str) -> Request<Body> {
    Request::post("/sms")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn messages_json_has_exactly_the_promised_fields() {
    let desk = desk();
    desk.inbox.take_in(mail("件名", "<p>x</p>"));
    let (status, _, body) = get(&desk, "/messages.json").await;
    assert_eq!(status, StatusCode::OK);
    let list: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&body).unwrap();
    let mut keys: Vec<&str> = list[0].keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["channel", "from", "html", "id", "received_at", "subject", "text", "to"]);
    assert_eq!(list[0]["channel"], "mail");
    assert!(list[0]["received_at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn an_sms_is_taken_once_with_the_token_only() {
    let desk = desk();
    let body = r#"{"to":"+819000001111","text":"コードです。\n123456","key":"out_1"}"#;
    assert_eq!(ask(&desk, sms("wrong", body)).await.0, StatusCode::UNAUTHORIZED);
    assert!(desk.inbox.messages().is_empty());
    assert_eq!(ask(&desk, sms("gateway", body)).await.0, StatusCode::ACCEPTED);
    assert_eq!(ask(&desk, sms("gateway", body)).await.0, StatusCode::ACCEPTED);
    let messages = desk.inbox.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!((messages[0].channel, messages[0].to.as_str()), (Channel::Sms, "+819000001111"));
}

#[tokio::test]
async fn an_sms_to_no_number_is_refused() {
    let desk = desk();
    for to in ["09000001111", "+81", "+81 90", "shoko@example.jp", ""] {
        let body = serde_json::json!({ "to": to, "text": "x", "key": "k" }).to_string();
        assert_eq!(ask(&desk, sms("gateway", &body)).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
    }
}

#[tokio::test]
async fn the_page_speaks_both_languages_and_shows_what_arrived() {
    let desk = desk();
    let (_, _, empty) = get(&desk, "/?lang=ja").await;
    assert!(empty.contains("まだ何も届いていません"));
    desk.inbox.take_in(mail("<b>件名</b>", ""));
    let (_, headers, page) = get(&desk, "/?lang=en").await;
    assert!(page.contains("Mail and SMS that arrived"), "{page}");
    assert!(page.contains("&#60;b&#62;件名") || page.contains("&lt;b&gt;件名"), "{page}");
    assert!(page.contains(r#"<a href="http://localhost:8080/link/x""#), "{page}");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    for key in ["inbox.", "site."] {
        assert!(!page.contains(&format!(">{key}")), "a text is missing: {page}");
    }
}

#[tokio::test]
async fn xs_01_a_formatted_mail_runs_no_script() {
    let desk = desk();
    let id = desk.inbox.take_in(mail("x", "<script>alert(1)</script>"));
    let (status, headers, _) = get(&desk, &format!("/messages/{id}")).await;
    assert_eq!(status, StatusCode::OK);
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox ") && !policy.contains("allow-scripts"), "{policy}");
    assert_eq!(get(&desk, "/messages/999").await.0, StatusCode::NOT_FOUND);
}

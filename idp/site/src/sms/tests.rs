//! The generic gateway, and two of them, against providers that behave as they are told.

mod failover;
mod provider;

use http::{StatusCode, header};

use super::*;
use provider::{Provider, sms};

#[tokio::test]
async fn a_message_is_posted_with_token_and_key() {
    let provider = Provider::start().await;
    provider.gateway().send(&sms(), "out_1").await.unwrap();
    let seen = provider.seen();
    let [(headers, body)] = seen.as_slice() else { panic!("not one message") };
    assert_eq!(headers[header::AUTHORIZATION], "Bearer token");
    assert_eq!(headers["idempotency-key"], "out_1");
    let expected = serde_json::json!({ "to": "+819000001111", "text": "認証コード\n123456", "key": "out_1" });
    assert_eq!(body, &expected);
}

#[tokio::test]
async fn f_10_a_fault_is_tried_again_and_a_refusal_is_not() {
    for (status, expected) in [
        (StatusCode::BAD_GATEWAY, Failure::Later("HTTP 502".to_owned())),
        (StatusCode::TOO_MANY_REQUESTS, Failure::Later("HTTP 429".to_owned())),
        (StatusCode::BAD_REQUEST, Failure::Refused("HTTP 400".to_owned())),
    ] {
        let provider = Provider::start().await;
        provider.answer(status);
        assert_eq!(provider.gateway().send(&sms(), "out_1").await, Err(expected));
    }
}

#[test]
fn lo_08_codes_leave_this_machine_under_tls_only() {
    let outcome = |url: &str| {
        let config = HttpSmsConfig { url: url.parse().unwrap(), token: "t".into() };
        HttpSmsGateway::new(&config, &Outbound::default()).err()
    };
    assert!(matches!(outcome("http://sms.example.jp/"), Some(SmsError::Unprotected)));
    assert!(outcome("https://sms.example.jp/").is_none());
    assert!(outcome("http://localhost:8083/sms").is_none());
}

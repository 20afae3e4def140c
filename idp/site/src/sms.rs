//! Text messages through a gateway that speaks HTTP.

use async_trait::async_trait;
use http::header;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::http::{Client, Reach};
pub use crate::outbox::{Failure, Sms, SmsGateway};

/// Where text messages are handed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSmsConfig {
    /// The gateway's address.
    pub url: Url,
    /// Its bearer token.
    pub token: SecretString,
}

/// A configuration by which no text message can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// Codes would cross a network in the clear.
    #[error("http is for a gateway on this machine only")]
    Unprotected,
    /// The token cannot stand in a header.
    #[error("the token has characters that no header can hold")]
    Token,
}

/// Posts `{"to", "text", "key"}` with a bearer token, and the key as `Idempotency-Key` too; an answer is waited for five
/// seconds (F-10).
pub struct HttpSmsGateway {
    client: Client,
    url: Url,
    authorization: http::HeaderValue,
}

impl HttpSmsGateway {
    /// A gateway at the address of `config`.
    ///
    /// # Errors
    /// [`SmsError`] when no message can be sent this way.
    pub fn new(config: &HttpSmsConfig) -> Result<Self, SmsError> {
        if config.url.scheme() != "https" && Reach::Loopback.judge(&config.url).is_err() {
            return Err(SmsError::Unprotected);
        }
        let mut authorization =
            http::HeaderValue::try_from(format!("Bearer {}", config.token.expose_secret()))
                .map_err(|_| SmsError::Token)?;
        authorization.set_sensitive(true);
        Ok(Self { client: Client::new(Reach::Configured), url: config.url.clone(), authorization })
    }
}

#[async_trait]
impl SmsGateway for HttpSmsGateway {
    async fn send(&self, sms: &Sms, key: &str) -> Result<(), Failure> {
        let body = serde_json::json!({ "to": sms.to, "text": sms.text, "key": key }).to_string();
        let request = http::Request::post(self.url.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, &self.authorization)
            .header("idempotency-key", key)
            .body(body.into_bytes())
            .map_err(|_| Failure::Hopeless("the gateway's address is no URL".to_owned()))?;
        crate::outbox::judge(self.client.send(request).await.map(|response| response.status()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::routing::post;
    use http::{HeaderMap, StatusCode};

    use super::*;

    type Seen = Arc<Mutex<Vec<(HeaderMap, serde_json::Value)>>>;

    async fn gateway(answer: StatusCode, seen: Seen) -> HttpSmsGateway {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new().route(
            "/send",
            post(async move |headers: HeaderMap, body: String| {
                seen.lock().unwrap().push((headers, serde_json::from_str(&body).unwrap()));
                answer
            }),
        );
        tokio::spawn(async move { axum::serve(listener, router).await });
        HttpSmsGateway::new(&HttpSmsConfig { url, token: "token".into() }).unwrap()
    }

    fn sms() -> Sms {
        Sms { to: "+819012345678".to_owned(), text: "認証コード\n123456".to_owned() }
    }

    #[tokio::test]
    async fn a_message_is_posted_with_token_and_key() {
        let seen = Seen::default();
        gateway(StatusCode::ACCEPTED, Arc::clone(&seen)).await.send(&sms(), "out_1").await.unwrap();
        let seen = seen.lock().unwrap();
        let [(headers, body)] = seen.as_slice() else { panic!("not one message") };
        assert_eq!(headers[header::AUTHORIZATION], "Bearer token");
        assert_eq!(headers["idempotency-key"], "out_1");
        let expected =
            serde_json::json!({ "to": "+819012345678", "text": "認証コード\n123456", "key": "out_1" });
        assert_eq!(body, &expected);
    }

    #[tokio::test]
    async fn f_10_a_fault_is_tried_again_and_a_refusal_is_not() {
        let outcome = async |status| gateway(status, Seen::default()).await.send(&sms(), "out_1").await;
        assert_eq!(outcome(StatusCode::BAD_GATEWAY).await, Err(Failure::Later("HTTP 502".to_owned())));
        assert_eq!(outcome(StatusCode::TOO_MANY_REQUESTS).await, Err(Failure::Later("HTTP 429".to_owned())));
        assert_eq!(outcome(StatusCode::BAD_REQUEST).await, Err(Failure::Refused("HTTP 400".to_owned())));
    }

    #[test]
    fn lo_08_codes_leave_this_machine_under_tls_only() {
        let outcome = |url: &str| {
            HttpSmsGateway::new(&HttpSmsConfig { url: url.parse().unwrap(), token: "t".into() }).err()
        };
        assert_eq!(outcome("http://sms.example.jp/"), Some(SmsError::Unprotected));
        assert_eq!(outcome("https://sms.example.jp/"), None);
        assert_eq!(outcome("http://localhost:8083/sms"), None);
    }
}

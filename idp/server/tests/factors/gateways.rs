//! F-10: with two gateways in the configuration, what the first does not take leaves by the second.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use sekisho_idp::service;
use sekisho_site::outbox::{Failure, Sms, SmsGateway as _};

use crate::house::{House, Site};

#[tokio::test]
async fn f_10_the_second_gateway_of_the_configuration_takes_what_the_first_does_not() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let shared = Arc::clone(&seen);
    let router = Router::new().route(
        "/sms",
        post(async move |body: String| {
            shared.lock().unwrap().push(body);
            StatusCode::ACCEPTED
        }),
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    let sms = Sms { to: "+819000001111".to_owned(), text: "482915".to_owned() };

    // Nobody listens where the first should be.
    let alone = service::gateways(&House::new().await.state).unwrap();
    assert!(matches!(alone.send(&sms, "out_1").await, Err(Failure::Later(_))));
    let line = format!("fallback = {{ url = \"http://{address}/sms\", token = \"t\" }}");
    let house = House::with(Site { sms: line.leak(), ..Site::default() }).await;
    service::gateways(&house.state).unwrap().send(&sms, "out_2").await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].contains("\"key\":\"out_2\"") && seen[0].contains("482915"), "{}", seen[0]);
}

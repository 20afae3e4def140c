//! Whom an https client believes (LO-08), by the example of the SMS gateway.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_util::sync::CancellationToken;

use super::super::trial::{Authority, Identity};
use super::*;
use crate::serve::Listening;
use crate::sms::{Failure, HttpSmsConfig, HttpSmsGateway, Sms, SmsGateway as _};

/// A gateway that shows a certificate and counts what it is told.
async fn gateway(folder: &Path, identity: Identity) -> (SocketAddr, Arc<AtomicUsize>) {
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let take = post(async move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let listening = Listening::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let listening = listening.under(Some(&identity.shown(folder))).unwrap();
    let address = listening.address().unwrap();
    tokio::spawn(listening.serve(Router::new().route("/send", take), CancellationToken::new()));
    (address, told)
}

#[tokio::test]
async fn lo_08_a_gateway_with_another_name_ended_or_vouched_for_by_nobody_is_told_nothing() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let message = Sms { to: "+819000000000".to_owned(), text: "123456".to_owned() };
    for (identity, believed) in [
        (authority.issue("localhost"), true),
        (authority.issue("other.example.jp"), false),
        (authority.issue_ended("localhost"), false),
        (stranger.issue("localhost"), false),
        (Authority::nobodys("localhost"), false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (address, told) = gateway(folder.path(), identity).await;
        let url = format!("https://localhost:{}/send", address.port()).parse().unwrap();
        let config = HttpSmsConfig { url, token: "t".into() };
        let gateway = HttpSmsGateway::new(&config, &authority.trusted(folder.path())).unwrap();
        let outcome = gateway.send(&message, "out_1").await;
        let expected = if believed { Ok(()) } else { Err(Failure::Later("no connection".to_owned())) };
        assert_eq!(outcome, expected);
        assert_eq!(told.load(Ordering::SeqCst), usize::from(believed));
        // Without the operator's word not even the first is believed.
        let gateway = HttpSmsGateway::new(&config, &Outbound::default()).unwrap();
        assert!(gateway.send(&message, "out_1").await.is_err());
        assert_eq!(told.load(Ordering::SeqCst), usize::from(believed));
    }
}

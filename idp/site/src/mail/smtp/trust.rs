//! Mail under TLS (LO-08): servers that are not who they say, and one that hides that it could.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::http::trial::{Authority, Identity};
use crate::mail::Sender;

/// How a server comes to TLS.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// Before the first word.
    First,
    /// When it is asked to.
    Offered,
    /// Not at all: somebody between took its offer away.
    Stripped,
    /// It offers, and refuses when it is asked.
    Refused,
    /// When it is asked to; but somebody between says beforehand that mails are taken, which it refuses.
    Preceded,
}

fn acceptor(identity: &Identity) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server, and how many mails it was given.
async fn server(way: Way, identity: &Identity) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tls, mails) = (acceptor(identity), Arc::new(AtomicUsize::new(0)));
    let given = Arc::clone(&mails);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(meet(stream, way, tls.clone(), Arc::clone(&given)));
        }
    });
    (port, mails)
}

async fn meet(stream: TcpStream, way: Way, tls: TlsAcceptor, mails: Arc<AtomicUsize>) {
    if way == Way::First {
        if let Ok(stream) = tls.accept(stream).await {
            let _ = talk(BufReader::new(stream), Way::Stripped, &mails).await;
        }
        return;
    }
    let Ok(Some(stream)) = talk(BufReader::new(stream), way, &mails).await else { return };
    if let Ok(stream) = tls.accept(stream.into_inner()).await {
        let mut stream = BufReader::new(stream);
        let _ = hold(&mut stream, Way::Stripped, &mails).await;
    }
}

async fn talk<S>(
    mut stream: BufReader<S>,
    way: Way,
    mails: &AtomicUsize,
) -> std::io::Result<Option<BufReader<S>>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(b"220 mx\r\n").await?;
    Ok(hold(&mut stream, way, mails).await?.then_some(stream))
}

/// A conversation, until its end or until TLS is asked for.
async fn hold<S>(stream: &mut BufReader<S>, way: Way, mails: &AtomicUsize) -> std::io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut line, mut in_data) = (String::new(), false);
    while stream.read_line(&mut line).await? > 0 {
        let said = std::mem::take(&mut line);
        let verb = said.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "." if in_data => {
                mails.fetch_add(1, Ordering::SeqCst);
                in_data = false;
                b"250 taken\r\n"
            }
            _ if in_data => continue,
            "EHLO" if way == Way::Stripped => b"250 mx\r\n",
            "EHLO" => b"250-mx\r\n250 STARTTLS\r\n",
            "STARTTLS" if way == Way::Offered => {
                stream.write_all(b"220 go\r\n").await?;
                return Ok(true);
            }
            "STARTTLS" if way == Way::Preceded => {
                stream.write_all(b"220 go\r\n250 a\r\n250 b\r\n250 c\r\n").await?;
                return Ok(true);
            }
            "STARTTLS" => b"454 not now\r\n",
            "DATA" => {
                in_data = true;
                b"354 go\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await?;
    }
    Ok(false)
}

async fn send(port: u16, security: Security, outbound: &Outbound) -> Result<(), Failure> {
    let config = SmtpConfig { host: "localhost".to_owned(), port, security, user: None, password: None };
    let mail = Mail {
        to: "hanako@example.jp".to_owned(),
        from: Sender { name: "組合".to_owned(), address: "no-reply@aoba.example.jp".to_owned() },
        reply_to: None,
        subject: "認証コード".to_owned(),
        text: "123456\n".to_owned(),
        html: "<p>123456</p>".to_owned(),
    };
    let transport = SmtpTransport::new(&config, outbound).unwrap();
    transport.send(&mail, "<out_1@aoba.example.jp>", Timestamp::from_seconds(1_700_000_000)).await
}

#[tokio::test]
async fn lo_08_a_mail_server_with_another_name_ended_or_vouched_for_by_nobody_gets_no_mail() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let outbound = authority.trusted(folder.path());
    for (way, security) in [(Way::First, Security::Tls), (Way::Offered, Security::Starttls)] {
        for (identity, believed) in [
            (authority.issue("localhost"), true),
            (authority.issue("other.example.jp"), false),
            (authority.issue_ended("localhost"), false),
            (stranger.issue("localhost"), false),
            (Authority::nobodys("localhost"), false),
        ] {
            let (port, mails) = server(way, &identity).await;
            let outcome = send(port, security, &outbound).await;
            assert_eq!(outcome.is_ok(), believed, "{security:?} {outcome:?}");
            assert!(outcome.is_ok() || matches!(outcome, Err(Failure::Later(_))), "{outcome:?}");
            assert_eq!(mails.load(Ordering::SeqCst), usize::from(believed));
        }
    }
}

#[tokio::test]
async fn lo_08_a_server_whose_words_before_tls_somebody_changed_gets_no_mail() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let outbound = authority.trusted(folder.path());
    for way in [Way::Stripped, Way::Refused, Way::Preceded] {
        let (port, mails) = server(way, &authority.issue("localhost")).await;
        assert!(matches!(send(port, Security::Starttls, &outbound).await, Err(Failure::Later(_))));
        assert_eq!(mails.load(Ordering::SeqCst), 0);
    }
    let (port, mails) = server(Way::Stripped, &authority.issue("localhost")).await;
    assert!(send(port, Security::Tls, &outbound).await.is_err(), "nor one that speaks without it");
    assert_eq!(mails.load(Ordering::SeqCst), 0);
}

//! Mail over a real connection, to a server that is away, greylists, refuses and accepts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::fakes::{House, Running, mail};
use crate::db::trial::Trial;
use crate::http::Outbound;
use crate::mail::{Failure, MailTransport as _, Security, SmtpConfig, SmtpTransport};
use crate::outbox::bounds::Room;
use crate::outbox::{Lane, rows};

/// What a server says to a recipient.
#[derive(Clone, Copy)]
enum Answer {
    Accepts,
    Greylists,
    Refuses,
    HangsAfterData,
}

#[derive(Default)]
struct Seen {
    recipients: Mutex<Vec<String>>,
    mails: Mutex<Vec<String>>,
    commands: AtomicUsize,
}

async fn serve(listener: TcpListener, answer: Answer, seen: Arc<Seen>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(talk(stream, answer, Arc::clone(&seen)));
    }
}

async fn talk(stream: TcpStream, answer: Answer, seen: Arc<Seen>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 mx.example.jp\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        seen.commands.fetch_add(1, Ordering::SeqCst);
        let reply = match line.split(':').next().unwrap_or_default() {
            "RCPT TO" => {
                seen.recipients.lock().unwrap().push(line);
                match answer {
                    Answer::Greylists => "451 4.7.1 greylisted\r\n",
                    Answer::Refuses => "550 5.1.1 <taro..yamada@carrier.example.jp> unknown\r\n",
                    _ => "250 ok\r\n",
                }
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                seen.mails.lock().unwrap().push(mail);
                if matches!(answer, Answer::HangsAfterData) {
                    std::future::pending::<()>().await;
                }
                "250 taken\r\n"
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            other if other.starts_with("EHLO") => "250 mx.example.jp\r\n",
            _ => "250 ok\r\n",
        };
        writer.write_all(reply.as_bytes()).await?;
    }
    Ok(())
}

fn transport(port: u16) -> SmtpTransport {
    let config = SmtpConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        user: None,
        password: None,
    };
    SmtpTransport::new(&config, &Outbound::default()).unwrap()
}

async fn server(answer: Answer) -> (SmtpTransport, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Seen::default());
    tokio::spawn(serve(listener, answer, Arc::clone(&seen)));
    (transport(port), seen)
}

#[tokio::test]
async fn a_carrier_address_reaches_the_server_unchanged() {
    let (transport, seen) = server(Answer::Accepts).await;
    let now = sekisho_base::Timestamp::from_seconds(1_700_000_000);
    transport.send(&mail("123456"), "<out_1@aoba.example.jp>", now).await.unwrap();
    assert_eq!(*seen.recipients.lock().unwrap(), ["RCPT TO:<taro..yamada@carrier.example.jp>"]);
    assert!(seen.mails.lock().unwrap().concat().contains("Message-ID: <out_1@aoba.example.jp>"));
}

#[tokio::test]
async fn f_09_greylisting_is_tried_again_a_refusal_is_told_apart_and_neither_names_the_address() {
    let now = sekisho_base::Timestamp::from_seconds(1_700_000_000);
    for (answer, expected) in [
        (Answer::Greylists, Failure::Later("SMTP 451".to_owned())),
        (Answer::Refuses, Failure::Refused("SMTP 550".to_owned())),
    ] {
        let (transport, _) = server(answer).await;
        let failure = transport.send(&mail("123456"), "<x@y>", now).await.unwrap_err();
        assert_eq!(failure, expected);
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let failure = transport(port).send(&mail("123456"), "<x@y>", now).await.unwrap_err();
    assert_eq!(failure, Failure::Later("SMTP: no connection".to_owned()));
}

#[tokio::test]
async fn f_09_a_server_that_hangs_after_the_data_gets_the_same_mail_again_and_no_other() {
    let house = House::new(Trial::sqlite().await.unwrap()).await;
    house.put(Lane::Mail, 24 * 3_600).await;
    let (hanging, first) = server(Answer::HangsAfterData).await;
    let claimed =
        rows::claim(&house.trial.db, Lane::Mail, &Room::default(), &mut house.cx()).await.unwrap().unwrap();
    let dying = house.worker_by(Arc::new(hanging));
    // The process dies while it waits for the server's word.
    let waited = tokio::time::timeout(Duration::from_millis(300), dying.send(&claimed)).await;
    assert!(waited.is_err());
    house.clock.advance(rows::CLAIM);
    let (open, second) = server(Answer::Accepts).await;
    let worker = Running::start(house.worker_by(Arc::new(open)));
    house.until_empty().await;
    drop(worker);
    let id = |seen: &Seen| {
        let mails = seen.mails.lock().unwrap().concat();
        mails.lines().find(|line| line.starts_with("Message-ID:")).map(str::to_owned).unwrap()
    };
    assert_eq!(id(&first), id(&second));
}

#[tokio::test]
async fn f_09_a_server_that_is_away_at_first_gets_everything_when_it_comes() {
    let house = House::new(Trial::sqlite().await.unwrap()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for _ in 0..50 {
        house.put(Lane::Mail, 24 * 3_600).await;
    }
    let worker = Running::start(house.worker_by(Arc::new(transport(address.port()))));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let seen = Arc::new(Seen::default());
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(serve(listener, Answer::Accepts, Arc::clone(&seen)));
    house.clock.advance(Duration::from_mins(1));
    house.until_empty().await;
    drop(worker);
    assert_eq!(seen.mails.lock().unwrap().len(), 50);
}

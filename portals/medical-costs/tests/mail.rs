//! From an import to a mail on the wire: the portal as it is started, against a small mail server.

#![cfg(test)]

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use sekisho_base::{Language, Timestamp};
use sekisho_medical_costs::import::{Findings, Place, Plan, import};
use sekisho_medical_costs::rows::imports;
use sekisho_medical_costs::rows::subscribers::{self, Contact, Wisher};
use sekisho_medical_costs::{Config, open_database, start};
use sekisho_portal_kit::front::open_ring;
use sekisho_site::clock::{Door, MovableClock};
use sekisho_site::db::sql;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const NOW: Timestamp = Timestamp::from_seconds(1_795_224_276);

/// Takes one mail after the other from a connection: whom it is for, and what it says.
async fn receive(stream: TcpStream, mails: mpsc::UnboundedSender<String>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await?;
    let (mut line, mut mail, mut writing) = (String::new(), String::new(), false);
    while stream.read_line(&mut line).await? > 0 {
        mail.push_str(&line);
        let answer: &[u8] = match line.trim_end() {
            "." if writing => {
                writing = false;
                let _ = mails.send(std::mem::take(&mut mail));
                b"250 taken\r\n"
            }
            _ if writing => b"",
            "DATA" => {
                writing = true;
                b"354 go on\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await?;
        line.clear();
    }
    Ok(())
}

async fn mail_server() -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, mails) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(receive(stream, sender.clone()));
        }
    });
    (port, mails)
}

fn config(folder: &Path, smtp: u16) -> Config {
    let mut config: Config = toml::from_str(include_str!("../../../config/medical-costs.toml")).unwrap();
    config.server.database = format!("sqlite:{}", folder.join("costs.db").display());
    config.server.listen = "127.0.0.1:0".parse().unwrap();
    config.server.operators = None;
    config.keys_file = Some(folder.join("keys"));
    config.notices.at_once = true;
    let mail = config.mail.as_mut().unwrap();
    mail.host = "127.0.0.1".to_owned();
    mail.port = smtp;
    config
}

/// Imports a bill of a member who wishes to hear of it.
async fn deliver(config: &Config, door: &Door) {
    let ring = open_ring(&config.sections(), door).unwrap();
    let db = open_database(config).await.unwrap();
    let wisher = Wisher { insurer: "aoba", person: "A1", said_at: door.clock.now() };
    let contact = Contact { email: "shoko@example.jp".into(), language: Language::En };
    subscribers::put(&db, &ring, wisher, (&contact, None), &mut door.cx()).await.unwrap();
    let row = "06999015,A1,202609,見本クリニック,,医科外来,1,12340,0,8638,0,3702,0,0,0,,";
    let plan = Plan::new(("aoba", "06999015"), config.calendar, Date::constant(2026, 11, 21));
    let mut findings = Findings::new(Vec::new());
    import(Place { db: &db, door }, &plan, Cursor::new(row), &mut findings, &mut |_| {}).await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn an_import_is_told_by_one_mail_that_says_nothing_about_it() {
    let folder = tempfile::tempdir().unwrap();
    let (port, mut mails) = mail_server().await;
    let config = config(folder.path(), port);
    let clock = MovableClock::at(NOW);
    deliver(&config, &Door::new(clock.clone())).await;
    let shutdown = CancellationToken::new();
    let running = start(config.clone(), Arc::new(clock), shutdown.clone()).await.unwrap();
    let mail = tokio::time::timeout(Duration::from_secs(20), mails.recv()).await.unwrap().unwrap();
    shutdown.cancel();
    running.ended().await;
    assert!(mail.contains("RCPT TO:<shoko@example.jp>") && mail.contains("/costs"), "{mail}");
    assert!(mail.contains("oshirase@aoba.example.jp"), "{mail}");
    for hidden in ["12340", "12,340", "3702", "見本クリニック", "A1 "] {
        assert!(!mail.contains(hidden), "{hidden}: {mail}");
    }
    let db = open_database(&config).await.unwrap();
    assert_eq!(imports::unannounced(&db, NOW).await.unwrap(), [], "whoever starts again tells nobody twice");
    let left = db.fetch_one(sql("select count(*) as count from outbox")).await.unwrap();
    assert_eq!(left.get::<i64>("count").unwrap(), 0);
}

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::connection::Limits;
use super::*;

struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

async fn start() -> Running {
    let router = Router::new()
        .route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()))
        .route(
            "/slow",
            get(async || {
                tokio::time::sleep(Duration::from_millis(300)).await;
                "done"
            }),
        );
    let limits = Limits { head: Duration::from_millis(200), ..Limits::default() };
    let listening = Listening::bind("127.0.0.1:0".parse().unwrap()).await.unwrap().limited(limits);
    let address = listening.address().unwrap();
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(listening.serve(router, shutdown.clone()));
    Running { address, shutdown, task }
}

/// Everything the server sends until it closes.
async fn exchange(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent).await.unwrap();
    until_closed(stream).await
}

async fn until_closed(mut stream: TcpStream) -> String {
    let mut received = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut received))
        .await
        .expect("the server closes");
    String::from_utf8_lossy(&received).into_owned()
}

#[tokio::test]
async fn a_request_is_answered_and_knows_its_peer() {
    let running = start().await;
    let answer = exchange(running.address, b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn f_18_a_head_that_never_ends_and_an_idle_connection_are_closed() {
    let running = start().await;
    let answer = exchange(running.address, b"GET / HTTP/1.1\r\nhost:").await;
    assert!(!answer.contains("200"), "{answer}");
    exchange(running.address, b"").await;
    let answer = exchange(running.address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "an answered connection is closed when idle: {answer}");
}

#[tokio::test]
async fn do_01_a_byte_now_and_then_does_not_keep_a_connection() {
    let running = start().await;
    let stream = TcpStream::connect(running.address).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let drip = tokio::spawn(async move {
        while writer.write_all(b"G").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    });
    let mut received = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), reader.read_to_end(&mut received)).await;
    assert!(closed.is_ok());
    drip.abort();
}

#[tokio::test]
async fn do_07_a_head_that_is_too_large_is_refused() {
    let running = start().await;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(64 * 1024));
    let answer = exchange(running.address, head.as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(1_000));
    let answer = exchange(running.address, many.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn f_21_what_was_begun_is_answered_and_nothing_new_is_taken() {
    let running = start().await;
    let address = running.address;
    let slow = tokio::spawn(async move { exchange(address, b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.shutdown.cancel();
    let answer = slow.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    running.task.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn operators_learn_whether_it_lives_is_ready_and_is_ending() {
    telemetry::start(telemetry::Format::Json, "off");
    let bind = async || Listening::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let (public, operators) = (bind().await, bind().await);
    let (page, ward) = (public.address().unwrap(), operators.address().unwrap());
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(500)).await;
        "done"
    };
    let router = Router::new().route("/slow", get(slow));
    let shutdown = CancellationToken::new();
    let doors = Doors { public, router, operators: Some(operators), db };
    let task = tokio::spawn(run(doors, shutdown.clone()));
    let ask = async |path: &str| {
        exchange(ward, format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes())
            .await
    };
    assert!(ask("/health/live").await.contains(" 200 "));
    assert!(ask("/health/ready").await.contains(" 200 "));
    metrics::counter!("things_total").increment(2);
    assert!(ask("/metrics").await.contains("things_total 2"));
    let busy = tokio::spawn(exchange(page, b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    shutdown.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(ask("/health/ready").await.contains(" 503 "));
    assert!(ask("/health/live").await.contains(" 200 "));
    assert!(busy.await.unwrap().ends_with("done"));
    task.await.unwrap();
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let first = Listening::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = first.address().unwrap();
    let Err(refused) = Listening::bind(address).await else { panic!("bound twice") };
    assert!(refused.to_string().starts_with(&address.to_string()), "{refused}");
}

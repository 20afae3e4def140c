mod hostile;
mod trust;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::response::Redirect;
use axum::routing::{get, post};
use url::Url;

use super::*;

async fn server() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let endless = async || {
        Body::from_stream(futures::stream::repeat_with(|| {
            Ok::<_, std::convert::Infallible>(vec![b'x'; 1024])
        }))
    };
    let slow =
        async || Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::convert::Infallible>>());
    let router = Router::new()
        .route("/echo", post(async |body: String| body))
        .route("/away", get(async || Redirect::to("/echo")))
        .route("/endless", get(endless))
        .route("/slow", get(slow));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn get_request(url: String) -> Request {
    http::Request::get(url).body(Vec::new()).unwrap()
}

#[tokio::test]
async fn a_body_goes_there_and_comes_back() {
    let address = server().await;
    let client = Client::new(Reach::Loopback);
    let request =
        http::Request::post(format!("http://localhost:{}/echo", address.port())).body(b"hello".to_vec());
    let answer = client.send(request.unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (200, &b"hello"[..]));
}

#[tokio::test]
async fn ss_02_a_redirect_is_an_answer_and_is_not_followed() {
    let address = server().await;
    let answer =
        Client::new(Reach::Configured).send(get_request(format!("http://{address}/away"))).await.unwrap();
    assert_eq!(answer.status(), 303);
}

#[tokio::test]
async fn ss_05_an_endless_or_hanging_answer_is_given_up() {
    let address = server().await;
    let limits = Limits { time: Duration::from_millis(300), size: 64 * 1024 };
    let client = Client::with_limits(Reach::Configured, limits);
    let refused = client.send(get_request(format!("http://{address}/endless"))).await.unwrap_err();
    assert_eq!(refused, Error::TooLarge);
    let refused = client.send(get_request(format!("http://{address}/slow"))).await.unwrap_err();
    assert_eq!(refused, Error::Late);
}

#[tokio::test]
async fn a_closed_port_is_no_connection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let refused =
        Client::new(Reach::Configured).send(get_request(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(refused, Error::Unreachable);
}

#[test]
fn ss_01_and_ss_04_only_public_https_on_its_own_port_is_public() {
    let refused = [
        "http://rp.example.jp/",
        "https://rp.example.jp:8443/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[2002:7f00:1::]/",
        "https://169.254.169.254/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://localhost/",
        "https://localhost./",
        "https://a.localhost/",
        "https://rp.example.jp./",
        "https://１２７.０.０.１/",
        "https://intranet/",
        "file:///etc/passwd",
        "gopher://rp.example.jp/",
        "unix:/run/x.sock",
        "https://rp.example.jp@10.0.0.1/",
        "https://us:er@rp.example.jp/",
    ];
    for url in refused {
        assert!(Reach::Public.judge(&Url::parse(url).unwrap()).is_err(), "{url}");
    }
    for url in
        ["https://rp.example.jp/jwks", "https://8.8.8.8/", "https://[2606:4700::1]/", "https://rp.jp:443/"]
    {
        assert_eq!(Reach::Public.judge(&Url::parse(url).unwrap()), Ok(()), "{url}");
    }
}

#[test]
fn under_loopback_nothing_but_this_machine_is_asked() {
    for url in
        ["https://rp.example.jp/", "http://8.8.8.8/", "http://10.0.0.1/", "http://localhost.evil.test/"]
    {
        assert!(Reach::Loopback.judge(&Url::parse(url).unwrap()).is_err(), "{url}");
    }
    for url in ["http://localhost:8081/", "http://127.0.0.1:1/", "http://[::1]/"] {
        assert_eq!(Reach::Loopback.judge(&Url::parse(url).unwrap()), Ok(()), "{url}");
    }
}

/// A resolver for addresses that somebody else registered.
fn resolver(lookup: Lookup) -> Resolver {
    Resolver { rules: Arc::new(Rules { reach: Reach::Public, hosts: Vec::new() }), lookup }
}

#[tokio::test]
async fn ss_03_a_name_that_resolves_to_this_machine_is_not_connected_to() {
    use tower::Service as _;
    let name = "localhost".parse().unwrap();
    let mut resolver = resolver(Lookup::System);
    assert_eq!(resolver.call(name).await.unwrap().count(), 0);
}

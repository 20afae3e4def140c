//! Hosts that somebody else registered, and that mean no good.

use std::net::TcpListener;

use axum::body::Bytes as Chunk;
use axum::http::header;
use axum::response::{IntoResponse as _, Response as Answer};
use tower::Service as _;

use super::super::trial;
use super::*;

/// A listener that is never answered at, and knows whether anybody came.
struct Trap(TcpListener);

impl Trap {
    fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    fn sprung(&self) -> bool {
        self.0.accept().is_ok()
    }

    /// A client for public hosts, to whom every name is this trap.
    fn client(&self) -> Client {
        let address = self.address();
        let lookup = Lookup::Told(Arc::new(move |_| vec![address]));
        let rules = Rules { reach: Reach::Public, hosts: Vec::new() };
        Client::build_over(lookup, rules, Limits::DOCUMENT, Tls::default().config(None).unwrap())
    }
}

/// An https server for `rp.sekisho.test`, and a client that trusts and reaches it.
async fn registered(router: Router) -> (Client, u16) {
    let folder = tempfile::tempdir().unwrap();
    let (outbound, port) = trial::host("rp.sekisho.test", router, folder.path()).await;
    (outbound.client_with(Reach::Public, Limits::DOCUMENT, Tls::default()).unwrap(), port)
}

fn url(port: u16, path: &str) -> Url {
    format!("https://rp.sekisho.test:{port}{path}").parse().unwrap()
}

#[tokio::test]
async fn a_listed_host_is_read_under_its_own_authority() {
    let router = Router::new().route("/jwks", get(async || "{\"keys\":[]}"));
    let (client, port) = registered(router).await;
    assert_eq!(client.document(&url(port, "/jwks")).await.unwrap(), b"{\"keys\":[]}");
    let missing = client.document(&url(port, "/other")).await.unwrap_err();
    assert!(matches!(missing, Error::Unusable(_)));
}

#[tokio::test]
async fn ss_01_and_ss_03_no_packet_reaches_what_is_private_whatever_its_name() {
    let trap = Trap::set();
    let client = trap.client();
    let port = trap.address().port();
    // Names that could be registered, and turn out to be of this machine when they are connected to.
    for name in ["rp.example.jp", "127.0.0.1.nip.example", "metadata.example.internal"] {
        let url: Url = format!("https://{name}/jwks").parse().unwrap();
        assert_eq!(client.judge(&url), Ok(()), "{name}");
        assert_eq!(client.document(&url).await, Err(Error::Unreachable), "{name}");
    }
    // Addresses that cannot be.
    for url in [
        format!("https://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://rp.example.jp:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        "https://2130706433/".to_owned(),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        let url: Url = url.parse().unwrap();
        assert!(matches!(client.judge(&url), Err(Error::Refused(_))), "{url}");
        assert!(matches!(client.document(&url).await, Err(Error::Refused(_))), "{url}");
    }
    assert!(!trap.sprung());
}

#[tokio::test]
async fn the_trap_is_sprung_where_an_operator_lists_the_name() {
    let trap = Trap::set();
    let address = trap.address();
    let lookup = Lookup::Told(Arc::new(move |_| vec![address]));
    let rules = Rules { reach: Reach::Public, hosts: vec!["rp.example.jp".parse().unwrap()] };
    let tls = Tls::default().config(None).unwrap();
    let limits = Limits { time: Duration::from_millis(500), ..Limits::DOCUMENT };
    let client = Client::build_over(lookup, rules, limits, tls);
    assert!(client.document(&"https://rp.example.jp/".parse().unwrap()).await.is_err());
    assert!(trap.sprung());
}

#[tokio::test]
async fn ss_03_of_several_addresses_the_private_ones_are_left_out_each_time() {
    let answers: [&[&str]; 4] = [
        &["[::1]:443", "8.8.8.8:443"],
        &["127.0.0.1:443"],
        &["10.0.0.1:443", "[fd00::1]:443", "[::ffff:10.0.0.1]:443", "[64:ff9b::a00:1]:443"],
        &["[2606:4700::1]:443"],
    ];
    let turn = std::sync::atomic::AtomicUsize::new(0);
    let told = move |_: &str| {
        let turn = turn.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        answers[turn].iter().map(|address| address.parse().unwrap()).collect()
    };
    let mut resolver = resolver(Lookup::Told(Arc::new(told)));
    for allowed in [vec!["8.8.8.8:443"], vec![], vec![], vec!["[2606:4700::1]:443"]] {
        let found: Vec<String> = resolver
            .call("rp.example.jp".parse().unwrap())
            .await
            .unwrap()
            .map(|address| address.to_string())
            .collect();
        assert_eq!(found, allowed);
    }
}

#[tokio::test]
async fn ss_02_a_public_host_that_sends_elsewhere_is_not_followed() {
    let trap = Trap::set();
    let inside = format!("https://127.0.0.1:{}/", trap.address().port());
    let router = Router::new().route("/jwks", get(async move || Redirect::temporary(&inside)));
    let (client, port) = registered(router).await;
    let refused = client.document(&url(port, "/jwks")).await.unwrap_err();
    assert_eq!(refused, Error::Unusable("another status than 200"));
    assert!(!trap.sprung());
}

fn bytes(chunks: impl futures::Stream<Item = Vec<u8>> + Send + 'static) -> Body {
    use futures::StreamExt as _;
    Body::from_stream(chunks.map(|chunk| Ok::<_, std::convert::Infallible>(Chunk::from(chunk))))
}

async fn hostile(axum::extract::Path(kind): axum::extract::Path<String>) -> Answer {
    let endless = || bytes(futures::stream::repeat_with(|| vec![b' '; 16 * 1024]));
    match kind.as_str() {
        "endless" => endless().into_response(),
        "huge" => ([(header::CONTENT_LENGTH, "104857600")], endless()).into_response(),
        "drip" => bytes(futures::stream::unfold((), async |()| {
            tokio::time::sleep(Duration::from_millis(250)).await;
            Some((b" ".to_vec(), ()))
        }))
        .into_response(),
        _ => ([(header::CONTENT_ENCODING, "gzip")], vec![0x1f, 0x8b, 8, 0]).into_response(),
    }
}

#[tokio::test]
async fn ss_05_what_is_endless_huge_packed_or_slow_is_given_up_within_three_seconds() {
    let (client, port) = registered(Router::new().route("/{kind}", get(hostile))).await;
    let began = tokio::time::Instant::now();
    for (kind, expected) in [
        ("/endless", Error::TooLarge),
        ("/huge", Error::TooLarge),
        ("/bomb", Error::Unusable("a packed body")),
        ("/drip", Error::Late),
    ] {
        assert_eq!(client.document(&url(port, kind)).await.unwrap_err(), expected, "{kind}");
    }
    assert!(began.elapsed() < Duration::from_millis(3_900), "only the last of them takes its time");
}

#[tokio::test]
async fn ss_05_a_head_without_end_is_given_up() {
    use tokio::io::AsyncWriteExt as _;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"x-more: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n").await.is_ok() {}
    });
    let client = Client::with_limits(Reach::Loopback, Limits::DOCUMENT);
    let url = format!("http://localhost:{port}/").parse().unwrap();
    assert_eq!(client.document(&url).await, Err(Error::Broken));
}

#[tokio::test]
async fn ss_06_open_and_closed_ports_give_the_same_answer() {
    let (open, closed) = (Trap::set(), Trap::set());
    let url: Url = "https://rp.example.jp/".parse().unwrap();
    let to_closed = closed.client();
    drop(closed);
    assert_eq!(open.client().document(&url).await, to_closed.document(&url).await);
    for port in [22, 80, 5432, 8443] {
        let url = format!("https://rp.example.jp:{port}/").parse().unwrap();
        assert_eq!(open.client().judge(&url), Err(Error::Refused("its port")));
    }
}

use std::io;
use std::sync::Mutex;

use axum::body::Body;
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::*;

fn router() -> Router {
    let pages = Router::new()
        .route("/link/{token}", get(async |arrival: Arrival| arrival.request_id.to_string()))
        .route("/panic", get(async || -> String { panic!("of {}", String::from("himitsu")) }))
        .route("/echo", post(async |body: String| body));
    Edge::new("sekisho", &"https://id.example.jp".parse().unwrap())
        .failure(|arrival, status| (status, format!("failed {}", arrival.request_id)).into_response())
        .wrap(pages)
}

async fn ask(request: http::request::Builder, body: Body) -> (Response, String) {
    let response = router().oneshot(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (Response::from_parts(parts, Body::empty()), text)
}

#[tokio::test]
async fn se_08_every_answer_carries_the_headers_even_for_what_is_not_there_or_fell_over() {
    for (path, status) in [("/link/x", 200), ("/nowhere", 404), ("/panic", 500)] {
        let (response, _) = ask(Request::get(path), Body::empty()).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.headers()[header::X_FRAME_OPTIONS], "DENY", "{path}");
        assert!(response.headers().contains_key("x-request-id"), "{path}");
    }
}

#[tokio::test]
async fn lo_05_a_panic_shows_a_number_and_nothing_of_itself() {
    let (response, text) = ask(Request::get("/panic"), Body::empty()).await;
    let id = response.headers()["x-request-id"].to_str().unwrap();
    assert_eq!(text, format!("failed {id}"));
}

#[tokio::test]
async fn xs_08_a_callers_request_number_is_ignored() {
    let (response, text) = ask(Request::get("/link/x").header("x-request-id", "evil"), Body::empty()).await;
    assert_ne!(text, "evil");
    assert_eq!(response.headers()["x-request-id"], text);
    assert_eq!(text.len(), 14, "{text}");
}

#[tokio::test]
async fn do_02_a_body_over_the_limit_is_refused_announced_or_not() {
    let large = "x".repeat(BODY_LIMIT + 1);
    let (response, _) = ask(Request::post("/echo"), Body::from(large.clone())).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let chunks = futures::stream::iter([Ok::<_, Infallible>(large)]);
    let (response, _) = ask(Request::post("/echo"), Body::from_stream(chunks)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let (response, text) = ask(Request::post("/echo"), Body::from("small")).await;
    assert_eq!((response.status(), text.as_str()), (StatusCode::OK, "small"));
}

#[tokio::test(start_paused = true)]
async fn f_18_a_body_that_never_ends_is_given_up() {
    let (response, _) = ask(
        Request::post("/echo"),
        Body::from_stream(futures::stream::pending::<Result<String, Infallible>>()),
    )
    .await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn lo_01_the_log_names_route_and_status_and_no_path_query_header_or_panic_message() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let request = Request::get("/link/himitsu?code=himitsu")
        .header(header::COOKIE, "__Host-sekisho=himitsu")
        .header(header::AUTHORIZATION, "Bearer himitsu")
        .header(header::USER_AGENT, "himitsu");
    let (response, _) = ask(request, Body::from("himitsu")).await;
    assert_eq!(response.status(), StatusCode::OK);
    ask(Request::get("/panic"), Body::empty()).await;
    ask(Request::get("/nowhere/himitsu"), Body::empty()).await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("/link/{token}") && text.contains("unmatched"), "{text}");
    assert!(text.contains("\"status\":200") && text.contains("\"status\":500"), "{text}");
    assert!(text.contains("a handler panicked"), "{text}");
    assert!(!text.contains("himitsu"), "{text}");
}

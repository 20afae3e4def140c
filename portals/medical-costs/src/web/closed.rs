//! The page that is shown while the pages rest.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use sekisho_base::era;
use sekisho_site::web::Arrival;
use url::form_urlencoded;

use super::App;
use crate::config::Closed;

/// Answers for every page while the portal rests (503), and says until when.
pub async fn rest(State(app): State<App>, arrival: Arrival, request: Request, next: Next) -> Response {
    let now = app.door.cx().now;
    let Some(closed) = app.config.closed.filter(|closed| closed.holds(now)) else {
        return next.run(request).await;
    };
    let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let named = query.into_owned().find(|(name, _)| name == "insurer").map(|(_, code)| code);
    let own = app.kit.present(request.headers()).await.ok().flatten().map(|member| member.session.insurer);
    let mut response = page(&app, &arrival, closed, named.or(own).as_deref());
    let left = closed.until.since(now).as_secs().max(1);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(left));
    response
}

fn page(app: &App, arrival: &Arrival, closed: Closed, insurer: Option<&str>) -> Response {
    let mut page = app.pages.message(arrival.language, insurer, ("costs.closed.title", "costs.closed.text"));
    let moments = [("from", closed.from), ("until", closed.until)];
    let moments = moments.map(|(name, at)| (name, era::moment(at, arrival.language)));
    page.gate = true;
    page.text = page.shell.speech.with("costs.closed.text", &moments);
    page.extra = page.shell.say("costs.closed.clinic").to_owned();
    if let Some(insurer) = app.pages.insurer(insurer) {
        let office = page.shell.fill("costs.closed.office", "phone", app.phone(insurer));
        page.extra = format!("{}\n{office}", page.extra);
    }
    page.way = None;
    app.pages.show(StatusCode::SERVICE_UNAVAILABLE, &page)
}

//! Signing out: here in any case, then at the provider, and back (RP-initiated logout).

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use openidconnect::{ClientId, CsrfToken, EndSessionUrl, LanguageTag, LogoutRequest, PostLogoutRedirectUrl};
use secrecy::ExposeSecret as _;
use sekisho_base::Language;
use sekisho_site::web::Arrival;
use serde::Deserialize;

use crate::kit::{Kit, SESSION};
use crate::protocol::SignedIdToken;
use crate::routes::{Stop, Turn};
use crate::sessions::{self, Session};

/// The purpose of the sign-out form's token. Portal pages may carry the form as well.
pub const SIGN_OUT: &str = "portal-sign-out";

/// What the provider hands back as `state` after its own sign-out, so that the front page can say so: this word, a
/// colon, and the insurer whose page it was.
pub const SIGNED_OUT: &str = "signed-out";

pub(crate) async fn ask(State(kit): State<Arc<Kit>>, arrival: Arrival, headers: HeaderMap) -> Response {
    match kit.present(&headers).await {
        Ok(Some(member)) => {
            let reader = kit.reader(&arrival, Some(member.session.insurer.clone()));
            kit.parts.look.sign_out(&reader, &kit.form_token(&member, SIGN_OUT))
        }
        Ok(None) => Redirect::to("/").into_response(),
        Err(error) => Stop::from(error).page(&kit, &kit.reader(&arrival, None)),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct SignOutForm {
    #[serde(default)]
    form: String,
}

pub(crate) async fn post(
    State(kit): State<Arc<Kit>>,
    arrival: Arrival,
    headers: HeaderMap,
    form: Result<Form<SignOutForm>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    let ended = end(&kit, &headers, &form.form, arrival.language).await;
    ended.unwrap_or_else(|stop| stop.page(&kit, &kit.reader(&arrival, None)))
}

async fn end(kit: &Kit, headers: &HeaderMap, token: &str, language: Language) -> Turn<Response> {
    let Some(member) = kit.present(headers).await? else { return Ok(Redirect::to("/").into_response()) };
    if !kit.verify(&member, SIGN_OUT, token) {
        return Ok(Redirect::to("/logout").into_response());
    }
    let mut tx = kit.parts.db.begin().await?;
    sessions::end(&mut tx, &member.cookie, kit.cx().now).await?;
    tx.commit().await?;
    let there = at_provider(kit, &member.session, language).await;
    let mut response =
        Redirect::to(&there.unwrap_or_else(|| format!("/?state={}", farewell(&member.session))))
            .into_response();
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, kit.parts.cookies.clear(SESSION));
    // Never "cookies": on localhost that would wipe the identity provider's as well (design §4, "Browsers").
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    headers.insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}

fn farewell(session: &Session) -> String {
    format!("{SIGNED_OUT}:{}", session.insurer)
}

/// Where the provider ends its own session; `None` while it is away, or when it has no such place.
async fn at_provider(kit: &Kit, session: &Session, language: Language) -> Option<String> {
    let mut cx = kit.cx();
    if !kit.provider.answers(&mut cx).await {
        return None;
    }
    let metadata = kit.provider.metadata(&mut cx).await.ok()?;
    let endpoint: EndSessionUrl = metadata.additional_metadata().end_session_endpoint.clone()?;
    let back = kit.parts.public_url.join("/").ok()?;
    let hint: SignedIdToken = session.id_token.expose_secret().parse().ok()?;
    let request = LogoutRequest::from(endpoint)
        .set_id_token_hint(&hint)
        .set_client_id(ClientId::new(kit.parts.settings.client_id.clone()))
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(back))
        .set_state(CsrfToken::new(farewell(session)))
        .add_ui_locale(LanguageTag::new(language.tag().to_owned()));
    Some(request.http_get_url().into())
}

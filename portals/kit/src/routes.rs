//! The doors of the sign-in: every path that a portal does not draw itself.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, FromRef, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use openidconnect::{ClientId, CsrfToken, EndSessionUrl, LogoutRequest, PostLogoutRedirectUrl};
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Language};
use serde::Deserialize;

use crate::arrival::{Answer, Arrival, Gate, Turned};
use crate::asking::{Asked, Question, Wish};
use crate::error::{Error, Refusal, Refused};
use crate::kit::{BROWSER, Kit, LANGUAGE, Reader, SESSION};
use crate::protocol::SignedIdToken;
use crate::sessions::{self, NewSession, Session, SessionId};
use crate::settings::WAY_THROUGH_THE_GATE;

/// `/login`, `/register`, `/callback`, `/logout` and `/initiate`, to be merged into a portal's router.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Kit>: FromRef<S>,
{
    Router::new()
        .route("/login", get(login))
        .route("/register", get(register))
        .route("/callback", get(callback))
        .route("/logout", get(ask_to_sign_out).post(sign_out))
        .route("/initiate", get(initiate).post(initiate))
}

/// What a link to `/login` or `/register` may carry.
#[derive(Debug, Default, Deserialize)]
struct Link {
    return_to: Option<String>,
    insurer: Option<String>,
}

type Turn<T> = Result<T, Stop>;

/// Why a door answers with a page instead of leading on.
enum Stop {
    Turned(Turned),
    Fault(Error),
}

impl From<Turned> for Stop {
    fn from(turned: Turned) -> Self {
        Self::Turned(turned)
    }
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

fn page(kit: &Kit, reader: &Reader, stop: &Stop) -> Response {
    let look = &kit.parts.look;
    let mut response = match stop {
        Stop::Turned(Turned::Refused(Refused { refusal, cause })) => {
            tracing::info!(?refusal, cause, "sign-in refused");
            look.refused(reader, *refusal)
        }
        Stop::Turned(Turned::Away) => look.away(reader),
        Stop::Fault(error) => {
            tracing::error!(%error, "sign-in failed");
            look.fault(reader)
        }
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn login(
    State(kit): State<Arc<Kit>>,
    headers: HeaderMap,
    link: Result<Query<Link>, QueryRejection>,
) -> Response {
    let link = link.map(|Query(link)| link).unwrap_or_default();
    leave(&kit, &headers, link, false).await
}

async fn register(
    State(kit): State<Arc<Kit>>,
    headers: HeaderMap,
    link: Result<Query<Link>, QueryRejection>,
) -> Response {
    let link = link.map(|Query(link)| link).unwrap_or_default();
    leave(&kit, &headers, link, true).await
}

async fn leave(kit: &Kit, headers: &HeaderMap, link: Link, register: bool) -> Response {
    let reader = kit.reader(headers, link.insurer);
    let wish = Wish {
        to: kit.return_to(link.return_to.as_deref()),
        register,
        insurer: reader.insurer.clone(),
        login_hint: None,
        language: reader.language,
    };
    to_provider(kit, headers, &wish).await.unwrap_or_else(|stop| page(kit, &reader, &stop))
}

/// Third-party-initiated login (OpenID Connect Core §4).
#[derive(Debug, Default, Deserialize)]
struct Initiation {
    iss: Option<String>,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
    insurer: Option<String>,
}

async fn initiate(
    State(kit): State<Arc<Kit>>,
    headers: HeaderMap,
    initiation: Result<Form<Initiation>, FormRejection>,
) -> Response {
    let initiation = initiation.map(|Form(initiation)| initiation).unwrap_or_default();
    let reader = kit.reader(&headers, initiation.insurer);
    if initiation.iss.as_deref() != Some(kit.provider.issuer()) {
        let refused = Refused::new(Refusal::Untrusted, "a sign-in was initiated for another issuer");
        return page(&kit, &reader, &Stop::Turned(Turned::Refused(refused)));
    }
    let wish = Wish {
        to: kit.return_to(initiation.target_link_uri.as_deref()),
        register: false,
        insurer: reader.insurer.clone(),
        login_hint: initiation.login_hint,
        language: reader.language,
    };
    to_provider(&kit, &headers, &wish).await.unwrap_or_else(|stop| page(&kit, &reader, &stop))
}

async fn to_provider(kit: &Kit, headers: &HeaderMap, wish: &Wish) -> Turn<Response> {
    let mut cx = kit.cx();
    let metadata = kit.provider.metadata(&mut cx).await.map_err(Turned::from)?;
    let known = kit.parts.cookies.read(headers, BROWSER);
    let browser = known.clone().unwrap_or_else(|| cx.secret());
    let question = Question {
        settings: &kit.parts.settings,
        metadata: &metadata,
        ring: &kit.parts.ring,
        callback: &kit.callback,
        browser: &browser,
    };
    let mut response = onward(question.address(wish, &mut cx)?.as_str());
    if known.is_none() {
        let cookie = kit.parts.cookies.set(BROWSER, browser.expose_secret(), Some(WAY_THROUGH_THE_GATE));
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn onward(to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn callback(
    State(kit): State<Arc<Kit>>,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    // A parameter given twice is no answer of ours.
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    let reader = kit.reader(&headers, None);
    arrive(&kit, &headers, &answer).await.unwrap_or_else(|stop| page(&kit, &reader, &stop))
}

async fn arrive(kit: &Kit, headers: &HeaderMap, answer: &Answer) -> Turn<Response> {
    let mut cx = kit.cx();
    let not_ours = |cause: &str| Turned::Refused(Refused::new(Refusal::NotOurs, cause));
    let browser = kit.parts.cookies.read(headers, BROWSER);
    let browser = browser.ok_or_else(|| not_ours("the browser has no sign-in open"))?;
    let state = answer.state.as_deref().ok_or_else(|| not_ours("the answer has no state"))?;
    let asked = Asked::open(&kit.parts.ring, state, &browser, cx.now)
        .ok_or_else(|| not_ours("the state is old or of another browser"))?;
    let gate = Gate {
        settings: &kit.parts.settings,
        provider: &kit.provider,
        callback: &kit.callback,
        insurers: &kit.parts.insurers,
    };
    let arrival = gate.admit(answer, &asked, &mut cx).await?;
    let language = arrival.language;
    let cookie = cx.secret();
    if !open_session(kit, headers, Opening { arrival, state, cookie: &cookie }, &mut cx).await? {
        return Err(not_ours("the state was used before").into());
    }
    let mut response = onward(kit.return_to(Some(&asked.to)).as_str());
    let cookies = response.headers_mut();
    cookies.append(SET_COOKIE, kit.parts.cookies.set(SESSION, cookie.expose_secret(), None));
    if let Some(language) = language {
        cookies.append(SET_COOKIE, remember(kit, language));
    }
    Ok(response)
}

fn remember(kit: &Kit, language: Language) -> HeaderValue {
    kit.parts.cookies.set(LANGUAGE, language.tag(), Some(LANGUAGE_IS_KEPT))
}

const LANGUAGE_IS_KEPT: std::time::Duration = std::time::Duration::from_hours(365 * 24);

struct Opening<'a> {
    arrival: Arrival,
    state: &'a str,
    cookie: &'a SecretString,
}

/// Stores the new session in place of the browser's former one, and sweeps out what is over.
async fn open_session(kit: &Kit, headers: &HeaderMap, opening: Opening<'_>, cx: &mut Cx) -> Turn<bool> {
    let Opening { arrival, state, cookie } = opening;
    let session = Session {
        id: SessionId::draw(cx),
        issuer: kit.parts.settings.issuer.clone(),
        subject: arrival.subject,
        insurer: arrival.claims.insurer.code.clone(),
        acr: arrival.acr,
        auth_at: arrival.auth_at,
        claims: arrival.claims,
        claims_read_at: cx.now,
        last_seen_at: cx.now,
        id_token: arrival.id_token.into(),
    };
    let lives = kit.parts.settings.absolute();
    let mut tx = kit.parts.db.begin().await?;
    let new = NewSession { cookie, state, session: &session, lives };
    let opened = sessions::insert(&mut tx, &kit.parts.ring, new, cx).await?;
    if opened {
        if let Some(former) = kit.parts.cookies.read(headers, SESSION) {
            sessions::end(&mut tx, &former, cx.now).await?;
        }
        sessions::sweep(&mut tx, cx.now - WAY_THROUGH_THE_GATE).await?;
    }
    tx.commit().await?;
    Ok(opened)
}

async fn ask_to_sign_out(State(kit): State<Arc<Kit>>, headers: HeaderMap) -> Response {
    match kit.session(&headers, &kit.cx()).await {
        Ok(Some((cookie, session))) => {
            let token = kit.form_tokens().issue(&cookie, SIGN_OUT);
            let mut response = kit.parts.look.sign_out(&kit.reader(&headers, Some(session.insurer)), &token);
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Ok(None) => onward("/"),
        Err(error) => page(&kit, &kit.reader(&headers, None), &Stop::Fault(error)),
    }
}

/// The purpose of the sign-out form's token. Portal pages may carry the form as well.
pub const SIGN_OUT: &str = "portal-sign-out";

/// What the provider hands back after its own sign-out, so that the page can say so.
pub const SIGNED_OUT: &str = "signed-out";

#[derive(Debug, Default, Deserialize)]
struct SignOutForm {
    #[serde(default)]
    form: String,
}

async fn sign_out(
    State(kit): State<Arc<Kit>>,
    headers: HeaderMap,
    form: Result<Form<SignOutForm>, FormRejection>,
) -> Response {
    let reader = kit.reader(&headers, None);
    let form = form.map(|Form(form)| form).unwrap_or_default();
    end(&kit, &headers, &form.form).await.unwrap_or_else(|stop| page(&kit, &reader, &stop))
}

/// Ends the session here, then at the provider (RP-initiated logout). Here it ends in any case.
async fn end(kit: &Kit, headers: &HeaderMap, token: &str) -> Turn<Response> {
    let mut cx = kit.cx();
    let Some((cookie, session)) = kit.session(headers, &cx).await? else { return Ok(onward("/")) };
    if !kit.form_tokens().verify(&cookie, SIGN_OUT, token) {
        return Ok(onward("/logout"));
    }
    let mut tx = kit.parts.db.begin().await?;
    sessions::end(&mut tx, &cookie, cx.now).await?;
    tx.commit().await?;
    let there = provider_logout(kit, &session, kit.language(headers), &mut cx).await;
    let mut response = onward(&there.unwrap_or_else(|| format!("/?state={SIGNED_OUT}")));
    let answered = response.headers_mut();
    answered.append(SET_COOKIE, kit.parts.cookies.clear(SESSION));
    // Never "cookies": on localhost that would wipe the identity provider's as well (design §4, "Browsers").
    answered.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

async fn provider_logout(kit: &Kit, session: &Session, language: Language, cx: &mut Cx) -> Option<String> {
    let metadata = kit.provider.metadata(cx).await.ok()?;
    let endpoint: EndSessionUrl = metadata.additional_metadata().end_session_endpoint.clone()?;
    let back = kit.parts.public_url.join("/").ok()?;
    let hint: SignedIdToken = session.id_token.expose_secret().parse().ok()?;
    let request = LogoutRequest::from(endpoint)
        .set_id_token_hint(&hint)
        .set_client_id(ClientId::new(kit.parts.settings.client_id.clone()))
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(back))
        .set_state(CsrfToken::new(SIGNED_OUT.to_owned()))
        .add_ui_locale(openidconnect::LanguageTag::new(language.tag().to_owned()));
    Some(request.http_get_url().into())
}

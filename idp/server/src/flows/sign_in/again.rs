//! Somebody signed in shows again who they are: for a client that asks for more, or before the account is changed.
//!
//! It is the sign-in of the insurer once more, for the session's own account and without anything that a remembered device
//! would skip. Until its end it gives no right that the session did not have (MF-05). What was shown recently enough is
//! not asked for twice.

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::passkey::Refused;
use sekisho_domain::ids::{ClientId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{self, Evidence, passkey, password, second_factor};
use sekisho_domain::journey::{Form, Journey, Kind, Reason, Refusal, Start, Step, To};
use sekisho_domain::oidc::authorize::Lack;
use sekisho_domain::session::{Acr, Session};
use sekisho_store::audit;
use sekisho_store::factors::{self, Reserved};
use sekisho_store::identifiers;

use super::{Outcome, reserve, set_out, succeed};
use crate::flows::account_page::fresh;
use crate::flows::visitor::Visitor;
use crate::flows::{Error, facts, passkeys};
use crate::state::State;

/// What is asked of whom, and where they go on.
pub struct Asked<'a> {
    /// Whose session it is.
    pub session: &'a Session,
    /// What it lacks.
    pub lack: Lack,
    /// The insurer whose sign-in it is.
    pub insurer: &'a Insurer,
    /// The sealed authorization request.
    pub request: Option<String>,
    /// The client that asked.
    pub client: Option<ClientId>,
    /// The page of ours to return to.
    pub to: Option<To>,
}

/// How the person can show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// By a passkey.
    pub passkey: bool,
    /// By the password, and what follows it.
    pub password: Password,
}

/// What is asked of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// It is typed.
    Asked,
    /// It was shown recently enough: what follows it is next.
    Shown {
        /// When.
        at: Timestamp,
    },
    /// It would not do, or there is none.
    Useless,
}

/// What a page of ours asks of whoever changes something there; none when it was shown a moment ago.
///
/// # Errors
/// When rows cannot be read.
pub async fn before_change(state: &State, session: &Session, now: Timestamp) -> Result<Option<Lack>, Error> {
    let needs = fresh::of_session(state, session).await?;
    let lack = Lack { since: Some(now - fresh::FRESH), wanted: needs, least: needs };
    Ok((!fresh::is_fresh(session, needs, now)).then_some(lack))
}

/// How the person can show what is asked for.
///
/// # Errors
/// When rows cannot be read.
pub async fn ways(state: &State, asked: &Asked<'_>) -> Result<Ways, Error> {
    let held: Vec<FactorKind> =
        factors::standing(&state.db, asked.session.account).await?.iter().map(|held| held.kind).collect();
    Ok(ways_of(&held, asked))
}

fn ways_of(held: &[FactorKind], asked: &Asked<'_>) -> Ways {
    let holds = |kind: FactorKind| held.contains(&kind);
    let passkey = asked.insurer.sign_in.passkeys && holds(FactorKind::Passkey);
    let has_second = passkey || holds(FactorKind::Totp) || holds(FactorKind::Sms);
    let reaches = if has_second { Acr::TwoFactor } else { Acr::OneFactor };
    let password = match shown_at(asked) {
        _ if !holds(FactorKind::Password) || reaches < asked.lack.least => Password::Useless,
        Some(at) if has_second && asked.lack.wanted > Acr::OneFactor => Password::Shown { at },
        _ => Password::Asked,
    };
    Ways { passkey, password }
}

/// When the password was shown last, where that still counts.
fn shown_at(asked: &Asked<'_>) -> Option<Timestamp> {
    let counts = |at: Timestamp| asked.lack.since.is_none_or(|since| at >= since);
    let shown = asked.session.events.iter().filter(|event| event.factor == FactorKind::Password);
    shown.map(|event| event.at).max().filter(|at| counts(*at))
}

/// Goes on from what a form says: the password, unless it was shown recently enough.
///
/// # Errors
/// When rows cannot be read or written, or more is to be hashed than can be.
pub async fn with_password(
    state: &State,
    visitor: &Visitor,
    asked: Asked<'_>,
    form: &Form,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let journey = journey(&asked)?;
    let holder = facts::holder(state, asked.insurer, &journey, asked.session.account).await?;
    let at = match (ways(state, &asked).await?.password, holder.password) {
        (Password::Shown { at }, Some(_)) => at,
        (Password::Asked, Some(factor)) => {
            match try_password(state, visitor, (&asked, factor), form, cx).await? {
                Ok(()) => cx.now,
                Err(refusal) => return Ok(Outcome::Refused(vec![refusal])),
            }
        }
        _ => return Err(Error::NotFound),
    };
    let Some(factor) = holder.password else { return Err(Error::NotFound) };
    let shown = password::Evidence { account: asked.session.account, factor, at };
    let start = start(visitor, &asked, Evidence::Password(shown));
    set_out(state, visitor, (asked.insurer, &journey), (start, holder), cx).await
}

/// Goes on from a passkey of the session's own account.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn with_passkey(
    state: &State,
    visitor: &Visitor,
    asked: Asked<'_>,
    form: &Form,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let refuse = |refused| Outcome::Refused(vec![Refusal::at("passkey", Reason::Passkey(refused))]);
    if !ways(state, &asked).await?.passkey {
        return Err(Error::NotFound);
    }
    let ceremony = match steps::read_ceremony(form) {
        Ok(ceremony) => ceremony,
        Err(refusals) => return Ok(Outcome::Refused(refusals)),
    };
    let account = asked.session.account;
    let event = |result| {
        let event =
            Event::factor_tried(asked.insurer.code.clone(), Some(account), FactorKind::Passkey, result);
        event.from_source(&visitor.source).by_agent(&visitor.agent)
    };
    let shown = match passkeys::shown(state, visitor, (Some(account), &ceremony), cx).await? {
        Ok(shown) => shown,
        Err(refused) => {
            record(state, event("refused"), cx).await?;
            return Ok(refuse(refused));
        }
    };
    let mut tx = state.db.begin().await?;
    if !passkeys::show(&mut tx, &shown, cx.now).await? {
        return Ok(refuse(Refused::Old));
    }
    audit::append(&mut tx, &state.audit_key, event("ok"), cx).await?;
    tx.commit().await?;
    let journey = journey(&asked)?;
    let holder = facts::holder(state, asked.insurer, &journey, account).await?;
    let shown = Evidence::Passkey(passkey::Evidence { account, factor: shown.factor, at: cx.now });
    set_out(state, visitor, (asked.insurer, &journey), (start(visitor, &asked, shown), holder), cx).await
}

/// Who is signed in, as they sign in: what a page says of its reader.
///
/// # Errors
/// When rows cannot be read.
pub async fn name(state: &State, session: &Session) -> Result<String, Error> {
    let names = identifiers::of_account(&state.db, session.account).await?;
    Ok(names.into_iter().next().map(|name| name.shown).unwrap_or_default())
}

fn start(visitor: &Visitor, asked: &Asked<'_>, shown: Evidence) -> Start {
    Start {
        insurer: asked.insurer.code.clone(),
        language: visitor.language,
        evidence: vec![shown],
        request: asked.request.clone(),
        client: asked.client.clone(),
        to: asked.to.filter(|_| asked.request.is_none()),
        is_step_up: true,
    }
}

/// The insurer's sign-in, with a second factor where more than one is asked for, whether the insurer asks its members for
/// two or not.
fn journey(asked: &Asked<'_>) -> Result<Journey, Error> {
    let login = asked.insurer.login();
    if asked.lack.wanted < Acr::TwoFactor || asked.insurer.asks_second_factor() {
        return Ok(login.clone());
    }
    let (first, rest) = login.steps().split_at(login.steps().len().min(1));
    let second =
        [Step::SecondFactor(second_factor::Rule { if_held: false, ..second_factor::Rule::default() })];
    let steps = [first, &second, rest].concat();
    Journey::new(Kind::Login, steps).map_err(|_| Error::NotFound)
}

/// A try is reserved before it is judged, as at any sign-in; the inner error is why it was not right.
async fn try_password(
    state: &State,
    visitor: &Visitor,
    (asked, factor): (&Asked<'_>, FactorId),
    form: &Form,
    cx: &mut Cx,
) -> Result<Result<(), Refusal>, Error> {
    let typed = SecretString::from(form.raw("password").to_owned());
    if typed.expose_secret().is_empty() {
        return Ok(Err(Refusal::at("password", Reason::Empty)));
    }
    let account = asked.session.account;
    let event = |why: fn(Option<_>, _) -> Event| {
        why(Some(asked.insurer.code.clone()), account).from_source(&visitor.source).by_agent(&visitor.agent)
    };
    if let Reserved::Blocked(until) = reserve(state, visitor, account, factor, cx).await? {
        record(state, event(Event::sign_in_throttled), cx).await?;
        return Ok(Err(Refusal::page(Reason::Wait { until })));
    }
    let hash = factors::password_hash(&state.db, factor).await?;
    if !facts::verify(state, typed, hash.as_ref()).await? {
        record(state, event(Event::sign_in_refused), cx).await?;
        return Ok(Err(Refusal::at("password", Reason::PasswordWrong)));
    }
    let mut tx = state.db.begin().await?;
    succeed(state, &mut tx, visitor, (account, factor), cx.now).await?;
    audit::append(&mut tx, &state.audit_key, event(Event::sign_in_ok), cx).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

async fn record(state: &State, event: Event, cx: &mut Cx) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}

//! What a request asks somebody signed in to show again, for the page that asks it.

use secrecy::SecretString;
use sekisho_base::Cx;
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::oidc::authorize::{Lack, Verdict};
use sekisho_domain::session::Session;

use super::sealed::AskedOf;
use super::{Decision, Failure, Next, Request, opened};
use crate::state::State;

/// What is asked for, and at which insurer's sign-in.
pub struct Asked {
    /// What the session lacks.
    pub lack: Lack,
    /// The insurer of the membership that the request goes on under.
    pub insurer: InsurerCode,
}

/// What a sealed request asks the session's owner to show; none when it asks for nothing more, or cannot be met at all:
/// then it goes on to what becomes of it.
///
/// # Errors
/// [`Failure`], to be shown here.
pub async fn asked_again(
    state: &State,
    (sealed, browser): (&str, &SecretString),
    session: &Session,
    cx: &Cx,
) -> Result<Option<Asked>, Failure> {
    let Ok(request) = opened(state, sealed, browser, cx.now).await? else { return Ok(None) };
    let judged = request.judged(state, Some(session), Decision::Open).await?;
    let membership = judged.session.and_then(|session| session.membership);
    Ok(match (judged.verdict, membership) {
        (Verdict::StepUp(lack), Some(held)) => Some(Asked { lack, insurer: held.insurer }),
        _ => None,
    })
}

/// Goes on with a request whose person shows no more than they have: without what was merely wished for, and to a
/// refusal where nothing else will do.
///
/// # Errors
/// [`Failure`], to be shown here.
pub async fn go_without(
    state: &State,
    (sealed, browser): (&str, &SecretString),
    session: &Session,
    cx: &mut Cx,
) -> Result<Next, Failure> {
    match opened(state, sealed, browser, cx.now).await? {
        Ok(request) => {
            let request = Request { asked_of: Some(AskedOf::in_vain(session)), ..request };
            request.go_on(state, Some(session), Decision::Open, cx).await
        }
        Err(answer) => Ok(Next::Callback(answer)),
    }
}

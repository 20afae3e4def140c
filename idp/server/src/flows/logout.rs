//! Sign-out: the session ends, and with it what clients were given in it.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::logout::{Onward, Verdict, Wish};
use sekisho_domain::oidc::params::Params;
use sekisho_domain::session::Session;
use sekisho_store::{audit, clients, grants, sessions};

use super::{Error, backchannel};
use crate::state::State;

/// What came of a wish to sign out.
pub enum Outcome {
    /// Nobody is signed in here any more.
    Out(Option<Onward>),
    /// The person is asked first.
    Ask {
        /// Who asks, where that is proven.
        client: Option<Box<Client>>,
        /// Where the browser goes afterwards, where that is proven.
        onward: Option<Onward>,
    },
}

/// Takes a wish as it arrived.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn ask(
    state: &State,
    params: &Params,
    session: Option<&Session>,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let (wish, client) = read(state, params, cx).await?;
    match (wish.judge(session, client.as_ref()), session) {
        (Verdict::End(onward), Some(session)) => {
            end(state, session, wish.client().cloned(), cx).await?;
            Ok(Outcome::Out(onward))
        }
        (Verdict::End(onward) | Verdict::Gone(onward), _) => Ok(Outcome::Out(onward)),
        (Verdict::Ask, _) => {
            let onward = wish.onward(client.as_ref());
            Ok(Outcome::Ask { client: client.map(Box::new), onward })
        }
    }
}

/// Signs out after the person said yes; `params` is the wish that they were asked about.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn confirmed(
    state: &State,
    params: &Params,
    session: Option<&Session>,
    cx: &mut Cx,
) -> Result<Option<Onward>, Error> {
    let (wish, client) = read(state, params, cx).await?;
    if let Some(session) = session {
        end(state, session, None, cx).await?;
    }
    Ok(wish.onward(client.as_ref()))
}

async fn read(state: &State, params: &Params, cx: &Cx) -> Result<(Wish, Option<Client>), Error> {
    let wish = Wish::read(params, &state.issuer, &state.keys.verifiers(cx.now));
    let client = match wish.client() {
        Some(id) => clients::find(&state.db, id).await?,
        None => None,
    };
    Ok((wish, client))
}

/// Ends a session and its grants in one transaction, and tells who was given something in it.
///
/// # Errors
/// When rows cannot be written.
pub async fn end(state: &State, session: &Session, by: Option<ClientId>, cx: &mut Cx) -> Result<(), Error> {
    let insurer = session.membership.as_ref().map(|membership| membership.insurer.clone());
    let event = Event::logout(insurer, session.account, session.id, by);
    let mut tx = state.db.begin().await?;
    sessions::end(&mut tx, session.id, "logout", cx.now).await?;
    let told = grants::end_of_session(&mut tx, session.id, "logout", cx.now).await?;
    backchannel::tell(state, &mut tx, told, cx).await?;
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}

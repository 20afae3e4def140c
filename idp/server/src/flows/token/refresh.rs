//! `refresh_token`: a grant goes on (RFC 6749 §6; design “Refresh tokens”).

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::oidc::access_token::Extent;
use sekisho_domain::oidc::client::{Client, GrantType};
use sekisho_domain::oidc::error::{Error as Refused, ErrorCode};
use sekisho_domain::oidc::refresh::{LABEL, RefreshToken, content};
use sekisho_domain::oidc::token::{Refreshing, Tokens, audience};
use sekisho_site::db::Tx;
use sekisho_store::audit;
use sekisho_store::grants::{self, Standing};
use sekisho_store::refresh::{self, Family, Turn};

use super::{Failure, mint};
use crate::flows::Error;
use crate::flows::effects::Sender;
use crate::flows::notices::{self, Addresses};
use crate::mail::Letter;
use crate::state::State;

const UNKNOWN: Refused = ErrorCode::InvalidGrant.because("the refresh token is unknown, used up or expired");

/// A refresh token that we made, whether or not its grant still lives.
pub(crate) struct Proven {
    /// What it says.
    pub token: RefreshToken,
    /// Whose it is.
    pub family: Family,
}

/// The refresh token of this text, if we made it. A wrong one harms nothing.
///
/// # Errors
/// When rows cannot be read.
pub(crate) async fn proven(state: &State, text: &str) -> Result<Option<Proven>, Error> {
    let Some(token) = RefreshToken::parse(text) else { return Ok(None) };
    let Some(family) = refresh::family(&state.db, token.grant).await? else { return Ok(None) };
    let said = content(&token.kid, state.epoch, (token.grant, &family.salt), token.generation);
    Ok(state.ring.verify(LABEL, &said, &token.mac).then_some(Proven { token, family }))
}

/// Lets a grant go on: the token of a public client is replaced, a confidential client keeps its own.
pub(super) async fn turn(
    state: &State,
    client: &Client,
    (refreshing, resources): (Refreshing, &[String]),
    cx: &mut Cx,
) -> Result<Tokens, Failure> {
    let proven = proven(state, &refreshing.token).await?.ok_or(UNKNOWN)?;
    if proven.family.client != client.id {
        return Err(UNKNOWN.into());
    }
    let (grant, shown) = (proven.token.grant, proven.token.generation);
    // Read before anything is held: whoever is told of an old token has addresses.
    let is_old = shown < proven.family.generation;
    let told = if is_old { Some(notices::addresses(state, proven.family.account).await?) } else { None };
    let mut tx = state.db.begin().await?;
    let turn = if client.is_confidential() {
        refresh::keep(&mut tx, grant, shown, cx.now).await?
    } else {
        refresh::rotate(&mut tx, grant, shown, cx.now).await?
    };
    let generation = match turn {
        Turn::To(generation) => generation,
        Turn::Over => return Err(UNKNOWN.into()),
        Turn::Replayed => {
            replayed(state, &mut tx, client, (&proven, told.as_ref()), cx).await?;
            tx.commit().await?;
            return Err(UNKNOWN.into());
        }
    };
    // Nothing of this is kept unless all that the grant depends on still lives, and the request asks for no more.
    let standing = grants::standing_in(&mut tx, grant, cx.now).await?;
    let served = |standing: &Standing| state.insurers.get(&standing.grant.membership.insurer).is_some();
    let standing = standing.filter(served).ok_or(UNKNOWN)?;
    let extent = extent(&standing, (&refreshing, resources))?;
    let event = Event::token_refreshed(
        standing.grant.membership.insurer.clone(),
        standing.grant.account,
        client.id.clone(),
        grant,
    );
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    let refresh = Some(mint::refresh(state, (grant, &proven.family.salt), generation));
    mint::tokens(state, &standing, mint::Order { extent, nonce: None, refresh }, cx).await
}

/// Somebody has a copy of an old token: the trail says so, and the owner hears that the client was stopped.
async fn replayed(
    state: &State,
    tx: &mut Tx,
    client: &Client,
    (proven, told): (&Proven, Option<&Addresses>),
    cx: &mut Cx,
) -> Result<(), Error> {
    let Family { account, insurer, .. } = &proven.family;
    let event = Event::refresh_replayed(insurer.clone(), *account, client.id.clone(), proven.token.grant);
    audit::append(tx, &state.audit_key, event, cx).await?;
    if let Some(told) = told {
        let sender = Sender::of(insurer.clone(), told.language);
        let letter = Letter::AccessEnded { client: client.name.clone() };
        notices::tell(state, tx, &sender, (told, &letter), cx).await?;
    }
    Ok(())
}

fn extent(standing: &Standing, (refreshing, resources): (&Refreshing, &[String])) -> Result<Extent, Refused> {
    if !standing.client.may_use(GrantType::RefreshToken) {
        return Err(UNKNOWN);
    }
    let scopes = refreshing.scopes(&standing.grant, &standing.client)?;
    Ok(Extent { scopes, audience: audience::narrowed(&standing.grant.resources, resources)? })
}

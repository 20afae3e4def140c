//! `authorization_code`: a code becomes a grant, and the grant's first tokens.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::oidc::access_token::Extent;
use sekisho_domain::oidc::client::{Client, GrantType};
use sekisho_domain::oidc::code::{self, Code, Presented, Redeemed};
use sekisho_domain::oidc::error::ErrorCode;
use sekisho_domain::oidc::refresh::SALT;
use sekisho_domain::oidc::token::{Redemption, Tokens, audience};
use sekisho_store::audit;
use sekisho_store::grants::{self, Spent};

use super::{Failure, mint};
use crate::state::State;

/// Spends a code. Whatever is wrong with the request is found before; a failed check spends nothing (AZ-03).
pub(super) async fn redeem(
    state: &State,
    client: &Client,
    (redemption, resources): (Redemption, &[String]),
    cx: &mut Cx,
) -> Result<Tokens, Failure> {
    let presented = Presented {
        client: &client.id,
        redirect_uri: redemption.redirect_uri.as_deref(),
        verifier: redemption.verifier.as_deref(),
    };
    let redeemed = open(state, &redemption.code)?.redeem(presented, state.epoch, cx)?;
    let audience = audience::narrowed(&redeemed.grant.resources, resources)?;
    let extent = Extent { scopes: redeemed.grant.scopes.clone(), audience };
    grant(state, client, (redeemed, extent), cx).await
}

fn open(state: &State, sealed: &str) -> Result<Code, Failure> {
    let unknown = ErrorCode::InvalidGrant.because("the code is not one of ours");
    state.ring.open_json_text(code::SEAL, sealed).map_err(|_| unknown.into())
}

async fn grant(
    state: &State,
    client: &Client,
    (redeemed, extent): (Redeemed, Extent),
    cx: &mut Cx,
) -> Result<Tokens, Failure> {
    let Redeemed { digest, grant, nonce } = redeemed;
    let salt: Option<[u8; SALT]> = client.may_use(GrantType::RefreshToken).then(|| cx.bytes());
    let insurer = grant.membership.insurer.clone();
    let mut tx = state.db.begin().await?;
    let salt = salt.as_ref().map(<[u8; SALT]>::as_slice);
    if let Spent::Replayed(former) = grants::insert(&mut tx, &grant, digest, salt).await? {
        let event = Event::code_replayed(insurer, client.id.clone(), former);
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
        tx.commit().await?;
        return Err(ErrorCode::InvalidGrant.because("the code was used before").into());
    }
    // Since the code was issued the person may have signed out, or been suspended.
    let standing = grants::standing_in(&mut tx, grant.id, cx.now).await?;
    let Some(standing) = standing.filter(|_| state.insurers.get(&insurer).is_some()) else {
        tx.rollback().await?;
        return Err(ErrorCode::InvalidGrant.because("the sign-in that the code is for has ended").into());
    };
    let event = Event::token_issued(insurer, grant.account, client.id.clone(), grant.id);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    let refresh = salt.map(|salt| mint::refresh(state, (grant.id, salt), 0));
    mint::tokens(state, &standing, mint::Order { extent, nonce, refresh }, cx).await
}

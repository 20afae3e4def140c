//! Tokens as they leave: signed, or sealed.

use sekisho_base::Cx;
use sekisho_domain::ids::GrantId;
use sekisho_domain::jose::{Alg, Typ, sign};
use sekisho_domain::oidc::access_token::{AccessToken, Extent, OPAQUE, SEAL};
use sekisho_domain::oidc::client::{AccessTokenForm, Client};
use sekisho_domain::oidc::id_token::IdToken;
use sekisho_domain::oidc::refresh::{LABEL, RefreshToken, content};
use sekisho_domain::oidc::scope::Scope;
use sekisho_domain::oidc::token::Tokens;
use sekisho_domain::oidc::userinfo;
use sekisho_store::grants::Standing;

use super::Failure;
use crate::flows::{Error, userinfo as about};
use crate::keys;
use crate::state::State;

/// What a grant's tokens are made of besides the grant.
pub(super) struct Order {
    /// What the access token is for.
    pub extent: Extent,
    /// What the ID token repeats of the request.
    pub nonce: Option<String>,
    /// The refresh token.
    pub refresh: Option<String>,
}

/// The tokens of a grant that lives.
pub(super) async fn tokens(
    state: &State,
    standing: &Standing,
    order: Order,
    cx: &mut Cx,
) -> Result<Tokens, Failure> {
    let (grant, client) = (&standing.grant, &standing.client);
    let sub = state.keys.name(&client.subject, grant.account);
    let token = AccessToken::new(&state.issuer, grant, sub.clone(), &order.extent, cx);
    let access = access(state, client, &token, cx)?;
    let id_token = if order.extent.scopes.has(Scope::Openid) {
        let named = if grant.claims.in_id_token().is_empty() {
            serde_json::Map::new()
        } else {
            userinfo::in_id_token(grant, &about::person(state, standing).await?)
        };
        let id = IdToken::new(&state.issuer, grant, sub, order.nonce, cx.now).about(named);
        let signer = state.keys.signer(client.id_token_alg, cx.now)?;
        Some(sign(&signer, Typ::Jwt, &id).map_err(keys::Error::from)?)
    } else {
        None
    };
    let tokens = Tokens::new(access, &order.extent.scopes);
    Ok(tokens.with_id_token(id_token).with_refresh_token(order.refresh))
}

/// An access token in the form that its client registered.
pub(super) fn access(
    state: &State,
    client: &Client,
    token: &AccessToken,
    cx: &mut Cx,
) -> Result<String, Error> {
    match client.access_token {
        AccessTokenForm::Jwt => {
            let signer = state.keys.signer(Alg::Es256, cx.now)?;
            Ok(sign(&signer, Typ::AccessToken, token).map_err(keys::Error::from)?)
        }
        AccessTokenForm::Opaque => {
            let sealed = state.ring.seal_json_text(SEAL, token, cx);
            let sealed = sealed.map_err(|_| Error::Sealed { what: "an access token" })?;
            Ok(format!("{OPAQUE}{sealed}"))
        }
    }
}

/// The refresh token of this generation, under the master key that seals now.
pub(super) fn refresh(state: &State, (grant, salt): (GrantId, &[u8]), generation: i64) -> String {
    let kid = state.ring.kid().to_owned();
    let mac = state.ring.mac(LABEL, &content(&kid, state.epoch, (grant, salt), generation));
    RefreshToken { grant, generation, kid, mac }.to_text()
}

//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0): clients are told that a session ended.
//!
//! The news is written with what ends the session, so that it is never told of a session that goes on and never lost. The
//! token is signed at the moment it is sent: however often it is tried, under one `jti`, it is two minutes old at most.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_base::{Cx, Timestamp};
use sekisho_domain::jose::{Alg, Typ, sign};
use sekisho_domain::oidc::logout_token::{LogoutToken, SignedOut};
use sekisho_site::db::Tx;
use sekisho_site::outbox::{self, Call, Intent, Lane, Outgoing, RenderError};
use sekisho_store::clients;
use sekisho_store::grants::Party;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Error;
use crate::state::State;

/// What the news is called in the outbox.
pub const KIND: &str = "backchannel_logout";
/// How long a client is tried: as long as a session lives at most, since then its own ends as well (LG-05).
const TRIED: Duration = Duration::from_hours(24);

/// The news as it lies in the outbox.
#[derive(Serialize, Deserialize)]
struct News {
    uri: Url,
    alg: Alg,
    #[serde(flatten)]
    of: SignedOut,
}

/// Tells every client among `parties` that asked to be told. Belongs into the transaction that ended what they were given.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn tell(state: &State, tx: &mut Tx, parties: Vec<Party>, cx: &mut Cx) -> Result<(), Error> {
    let distinct: std::collections::BTreeSet<Party> = parties.into_iter().collect();
    for Party { client, account, session } in distinct {
        let Some(client) = clients::find_in(tx, &client).await? else { continue };
        let Some(uri) = client.backchannel_logout_uri else { continue };
        let sub = state.keys.name(&client.subject, account);
        let jti = URL_SAFE_NO_PAD.encode(cx.bytes::<16>());
        let target = uri.host_str().unwrap_or_default().to_owned();
        let news =
            News { uri, alg: client.id_token_alg, of: SignedOut { client: client.id, sub, session, jti } };
        let intent = Intent {
            kind: KIND,
            lane: Lane::Call,
            payload: serde_json::to_value(news).unwrap_or_default(),
            due_at: None,
            expires_at: cx.now + TRIED,
            target,
        };
        outbox::put(tx, &state.ring, cx, intent).await?;
    }
    Ok(())
}

/// The call of a piece of news, signed now.
///
/// # Errors
/// [`RenderError`] when the news cannot be read, or there is no key to sign it.
pub fn render(state: &State, payload: &serde_json::Value, now: Timestamp) -> Result<Outgoing, RenderError> {
    // The parser's own message would quote what it read.
    let news: News = serde_json::from_value(payload.clone())
        .map_err(|_| RenderError::new("the news of a sign-out cannot be read"))?;
    let signer = state.keys.signer(news.alg, now).map_err(|error| RenderError::new(error.to_string()))?;
    let token = LogoutToken::new(&state.issuer, news.of, now);
    let token =
        sign(&signer, Typ::LogoutToken, &token).map_err(|error| RenderError::new(error.to_string()))?;
    Ok(Outgoing::Call(Call { url: news.uri, form: vec![("logout_token".to_owned(), token)] }))
}

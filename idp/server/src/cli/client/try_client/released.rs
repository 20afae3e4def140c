//! What userinfo tells (OpenID Connect Core §5.3), and which scope released it.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::{Context as _, bail, ensure};
use sekisho_domain::jose::{self, Typ};
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::scope::Scope;
use serde_json::{Map, Value};

use super::paper::Paper;
use super::tokens::{IdToken, Tokens, keys};
use super::wire::{Provider, Wire};
use super::{claims, refusals};

/// Asks userinfo, and says what each claim is and which scope it came with.
///
/// # Errors
/// When it is refused, or is about somebody else than the ID token: a client must refuse it then.
pub async fn tell(
    provider: &Provider<'_, impl Wire>,
    client: &Client,
    (tokens, id_token): (&Tokens, &IdToken),
    paper: &mut Paper<impl Write>,
) -> anyhow::Result<()> {
    let said = provider.get(&provider.metadata.userinfo_endpoint, Some(tokens.access())).await?;
    if said.status != 200 {
        let (error, description) = said.refusal();
        bail!(refusals::explained(&error, &description, client));
    }
    paper.title("Userinfo, with the access token")?;
    let told: Map<String, Value> = match client.userinfo_alg {
        None => said.json()?,
        Some(_) => {
            let told = jose::verify(&said.body, Typ::Jwt, &keys(provider).await?);
            paper.line("signature", "fits", "userinfo_signed_response_alg asks for it")?;
            told.context("no key of jwks_uri made the answer")?
        }
    };
    ensure!(
        told.get("sub") == id_token.get("sub"),
        "sub is another than in the ID token: a client must refuse it"
    );
    let mut spoke = BTreeSet::new();
    for (name, value) in flat(&told) {
        let (scope, meaning) = claims::of_userinfo(&name);
        spoke.insert(scope);
        paper.line(&name, &claims::shown_at(&name, &value), &format!("{scope}: {meaning}"))?;
    }
    let silent = |scope: &Scope| *scope != Scope::OfflineAccess && !spoke.contains(scope.as_str());
    for scope in tokens.scopes().iter().filter(silent) {
        paper.say(&format!("{} was granted, and nothing of it is known of this person", scope.as_str()))?;
    }
    Ok(())
}

/// Objects one level down become lines of their own.
fn flat(told: &Map<String, Value>) -> Vec<(String, Value)> {
    let mut lines = Vec::new();
    for (name, value) in told {
        match value {
            Value::Object(members) if name != "address" => {
                lines.extend(
                    members.iter().map(|(member, value)| (format!("{name}.{member}"), value.clone())),
                );
            }
            value => lines.push((name.clone(), value.clone())),
        }
    }
    lines
}

//! What the house has from its first start on: sample members and registered portals.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, bail};
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::oidc::client::{Registration, SecretDigest};
use sekisho_idp::flows::clients;
use sekisho_idp::flows::import::{self, Findings, Outcome, Place};
use sekisho_idp::state::State;
use sekisho_store::members;
use serde_json::json;

use super::settings::{self, CERTIFICATE, Secrets};
use super::{Plan, Ports};

/// The members of an insurer that this start imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The insurer.
    pub insurer: InsurerCode,
    /// How many member records it has now.
    pub records: u64,
}

/// Imports `sample/members-CODE.csv` of every insurer that has none of its members yet.
pub(super) async fn import(state: &State, config: &Path) -> anyhow::Result<Vec<Imported>> {
    let mut imported = Vec::new();
    for insurer in state.insurers.iter() {
        let extract = config.join("sample").join(format!("members-{}.csv", insurer.code));
        let today = state.cx().now.date_in_tokyo();
        let (known, _) = members::counts(&state.db, &insurer.code, today).await?;
        if known == 0 && extract.exists() {
            import_one(state, insurer, &extract).await.with_context(|| extract.display().to_string())?;
            let (records, _) = members::counts(&state.db, &insurer.code, today).await?;
            imported.push(Imported { insurer: insurer.code.clone(), records });
        }
    }
    Ok(imported)
}

async fn import_one(state: &State, insurer: &Insurer, extract: &Path) -> anyhow::Result<()> {
    let plan = import::Plan::new(insurer, state.cx().now.date_in_tokyo());
    let mut findings = Findings::new(Vec::new());
    let report =
        import::import(Place::of(state), &plan, File::open(extract)?, &mut findings, &mut |_| {}).await?;
    match report.outcome {
        Outcome::Merged => Ok(()),
        Outcome::Tried | Outcome::Held(_) => bail!("the extract was held: {:?}", report.counts),
    }
}

/// Registers the portals at the identity provider, as `clients.toml` would.
pub(super) async fn register(state: &State, plan: &Plan, secrets: &Secrets) -> anyhow::Result<()> {
    let portal = Ports::address(plan.ports.certificate);
    // What assurance each insurer's members need is the portal's to judge, so there is no `min_acr` for all.
    let served: Vec<String> = settings::certificate(plan, secrets)?.insurers.into_keys().collect();
    let certificate: Registration = serde_json::from_value(json!({
        "id": CERTIFICATE,
        "name": { "ja": "資格確認書", "en": "Eligibility certificate" },
        "insurers": served,
        "redirect_uris": [format!("{portal}/callback")],
        "post_logout_redirect_uris": [format!("{portal}/")],
        "backchannel_logout_uri": format!("{portal}/backchannel-logout"),
        "initiate_login_uri": format!("{portal}/initiate"),
        "secret_sha256": SecretDigest::of(&secrets.certificate).to_string(),
        "grant_types": ["authorization_code", "refresh_token"],
        "id_token_signed_response_alg": "ES256",
        "first_party": true,
        "scopes": ["openid", "profile", "insurance"],
    }))?;
    let mut registrations = clients::read(&plan.config.join("clients.toml"))?;
    registrations.push(certificate);
    clients::apply(state, registrations, &mut state.cx()).await?;
    Ok(())
}

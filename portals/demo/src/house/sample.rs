//! What the house has from its first start on: sample members, their claims, and registered portals.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, bail};
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::oidc::client::{Registration, SecretDigest};
use sekisho_idp::flows::clients;
use sekisho_idp::flows::import::{self, Findings, Outcome, Place};
use sekisho_idp::state::State;
use sekisho_medical_costs::import as claims;
use sekisho_medical_costs::{Config as MedicalCosts, open_database, rows};
use sekisho_store::members;
use serde_json::json;

use super::settings::{self, CERTIFICATE, MEDICAL_COSTS, Secrets};
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

/// Imports `sample/claims-CODE.csv` of every insurer of the portal of medical costs that has delivered nothing yet.
pub(super) async fn import_claims(config: &MedicalCosts, plan: &Plan) -> anyhow::Result<()> {
    let db = open_database(config).await.context("the portal of medical costs")?;
    for (code, insurer) in &config.insurers {
        let extract = plan.config.join("sample").join(format!("claims-{code}.csv"));
        if rows::imports::delivered(&db, code).await?.is_none() && extract.exists() {
            let door = plan.door();
            let today = door.clock.now().date_in_tokyo();
            let how = claims::Plan::new((code, &insurer.number), config.calendar, today);
            let place = claims::Place { db: &db, door: &door };
            let mut findings = claims::Findings::new(std::io::sink());
            let report = claims::import(place, &how, File::open(&extract)?, &mut findings, &mut |_| {}).await;
            match report.with_context(|| extract.display().to_string())?.outcome {
                claims::Outcome::Merged => {}
                other => bail!("{} was held: {other:?}", extract.display()),
            }
        }
    }
    db.close().await;
    Ok(())
}

/// Registers the portals at the identity provider, as `clients.toml` would.
pub(super) async fn register(state: &State, plan: &Plan, secrets: &Secrets) -> anyhow::Result<()> {
    // What assurance each insurer's members need is a portal's to judge, so there is no `min_acr` for all.
    let served: Vec<String> = settings::certificate(plan, secrets)?.insurers.into_keys().collect();
    let certificate = json!({
        "id": CERTIFICATE,
        "name": { "ja": "資格確認書", "en": "Eligibility certificate" },
        "insurers": served,
        "secret_sha256": SecretDigest::of(&secrets.certificate).to_string(),
        "scopes": ["openid", "profile", "insurance"],
    });
    let served: Vec<String> = settings::medical_costs(plan, secrets)?.insurers.into_keys().collect();
    let medical_costs = json!({
        "id": MEDICAL_COSTS,
        "name": { "ja": "医療費のお知らせ", "en": "Medical costs" },
        "insurers": served,
        "secret_sha256": SecretDigest::of(&secrets.medical_costs).to_string(),
        "scopes": ["openid", "profile", "email", "insurance"],
    });
    let mut registrations = clients::read(&plan.config.join("clients.toml"))?;
    registrations.push(at(plan.ports.certificate, certificate)?);
    registrations.push(at(plan.ports.medical_costs, medical_costs)?);
    clients::apply(state, registrations, &mut state.cx()).await?;
    Ok(())
}

/// The registration of a portal at a port of this machine: what differs is in `own`.
fn at(port: u16, own: serde_json::Value) -> anyhow::Result<Registration> {
    let portal = Ports::address(port);
    let mut whole = json!({
        "redirect_uris": [format!("{portal}/callback")],
        "post_logout_redirect_uris": [format!("{portal}/")],
        "backchannel_logout_uri": format!("{portal}/backchannel-logout"),
        "initiate_login_uri": format!("{portal}/initiate"),
        "grant_types": ["authorization_code", "refresh_token"],
        "id_token_signed_response_alg": "ES256",
        "first_party": true,
    });
    if let (Some(whole), serde_json::Value::Object(own)) = (whole.as_object_mut(), own) {
        whole.extend(own);
    }
    Ok(serde_json::from_value(whole)?)
}

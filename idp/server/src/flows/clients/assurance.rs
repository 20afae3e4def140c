//! What the house must be able to keep of what clients register: insurers, and the assurance of their members.

use sekisho_domain::ids::InsurerCode;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::Step;
use sekisho_domain::oidc::client::{Refusal, Registration};
use sekisho_domain::session::Acr;

use crate::state::State;

/// Whether a registration keeps every rule, and names insurers that we serve and assurance that their members can show.
///
/// # Errors
/// The rule that it breaks.
pub fn check(state: &State, registration: &Registration) -> Result<(), Refusal> {
    let known: Vec<InsurerCode> = state.insurers.iter().map(|insurer| insurer.code.clone()).collect();
    let reachable = |code: &InsurerCode| state.insurers.get(code).map(reachable);
    registration.clone().parse(state.config.server.loopback)?.check_insurers(&known, reachable)
}

/// The highest assurance that an insurer's members can show, once they have what it takes.
fn reachable(insurer: &Insurer) -> Acr {
    if insurer.sign_in.passkeys { Acr::PhishingResistant } else { highest(insurer) }
}

/// The highest assurance that signing in at an insurer leads to.
pub fn highest(insurer: &Insurer) -> Acr {
    let second = |step: &Step| matches!(step, Step::SecondFactor(_));
    if insurer.login().steps().iter().any(second) { Acr::TwoFactor } else { Acr::OneFactor }
}

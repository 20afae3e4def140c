//! The addresses of insurers' first pages as QR codes, made once (row E2).

use std::collections::BTreeMap;

use sekisho_domain::ids::InsurerCode;
use sekisho_domain::insurer::{Insurer, Insurers};
use sekisho_site::page::Qr;

use super::view::{QrCodes, QrLink};

/// The codes of the insurers that show them.
#[derive(Clone, Debug, Default)]
pub struct Codes(BTreeMap<InsurerCode, QrCodes>);

impl Codes {
    /// Draws the codes of all insurers that want them.
    pub fn new(insurers: &Insurers, issuer: &str) -> Self {
        let wanting = insurers.iter().filter(|insurer| insurer.sign_in.qr);
        Self(wanting.filter_map(|insurer| Some((insurer.code.clone(), drawn(insurer, issuer)?))).collect())
    }

    /// The codes of an insurer, when it shows them.
    pub fn of(&self, insurer: &InsurerCode) -> Option<QrCodes> {
        self.0.get(insurer).cloned()
    }
}

fn drawn(insurer: &Insurer, issuer: &str) -> Option<QrCodes> {
    let link = |path: &str| {
        let href = format!("{issuer}{path}?insurer={}", insurer.code);
        Qr::of(&href).map(|qr| QrLink { qr, href })
    };
    Some(QrCodes { login: link("/login")?, signup: link("/signup")? })
}

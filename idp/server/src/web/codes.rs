//! The addresses of insurers' first pages as QR codes (row E2), each drawn when it is first shown: of many insurers most
//! are not asked for at once, and drawing them all would hold up the start.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use sekisho_domain::ids::InsurerCode;
use sekisho_domain::insurer::Insurers;
use sekisho_site::page::Qr;

use super::view::{QrCodes, QrLink};

/// The codes of the insurers that show them.
#[derive(Debug, Default)]
pub struct Codes {
    issuer: String,
    drawn: BTreeMap<InsurerCode, OnceLock<Option<QrCodes>>>,
}

impl Codes {
    /// The codes of all insurers that want them.
    pub fn new(insurers: &Insurers, issuer: &str) -> Self {
        let wanting = insurers.iter().filter(|insurer| insurer.sign_in.qr);
        let drawn = wanting.map(|insurer| (insurer.code.clone(), OnceLock::new())).collect();
        Self { issuer: issuer.to_owned(), drawn }
    }

    /// The codes of an insurer, when it shows them.
    pub fn of(&self, insurer: &InsurerCode) -> Option<QrCodes> {
        self.drawn.get(insurer)?.get_or_init(|| self.draw(insurer)).clone()
    }

    fn draw(&self, insurer: &InsurerCode) -> Option<QrCodes> {
        let link = |path: &str| {
            let href = format!("{}{path}?insurer={insurer}", self.issuer);
            Qr::of(&href).map(|qr| QrLink { qr, href })
        };
        Some(QrCodes { login: link("/login")?, signup: link("/signup")? })
    }
}

//! What every door and task shares.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use sekisho_base::{Cx, Speech};
use sekisho_domain::account::{NewFactor, NewSecret};
use sekisho_domain::audit::MacKey;
use sekisho_domain::ids::{FactorId, InsurerCode, JourneyId};
use sekisho_domain::insurer::{Insurer, Insurers};
use sekisho_domain::journey::Progress;
use sekisho_domain::oidc::issuer::Issuer;
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_site::http::Client;
use sekisho_site::seal::Ring;
use sekisho_site::web::{Cookies, FormTokens};
use sekisho_store::accounts::SealedFactor;
use sekisho_store::fleeting::Fleeting;

use crate::client_keys::ClientKeys;
use crate::config::Config;
use crate::directory::{Directories, MemberDirectory};
use crate::flows::Error;
use crate::hashing::Hashing;
use crate::keys::Keys;
use crate::passkeys::Passkeys;
use crate::web::codes::Codes;
use crate::web::theme::Themes;
use crate::web::view;

/// The state of a running service.
pub struct State {
    /// What the operator set.
    pub config: Config,
    /// The issuer, as it stands in tokens.
    pub issuer: Issuer,
    /// Where moments and dice come from.
    pub door: Door,
    /// The rows.
    pub db: Db,
    /// The keys that seal.
    pub ring: Arc<Ring>,
    /// The key that marks audit events.
    pub audit_key: MacKey,
    /// The insurers.
    pub insurers: Insurers,
    /// Where their members' records are asked for.
    pub directories: Directories,
    /// Asks what clients' registrations name, as far as that is allowed.
    pub fetch: Client,
    /// The keys that clients publish.
    pub client_keys: ClientKeys,
    /// The hashing pool.
    pub hashing: Hashing,
    /// The signing keys.
    pub keys: Keys,
    /// The relying party of passkeys.
    pub passkeys: Passkeys,
    /// Raised by a restore: voids everything that was handed out before.
    pub epoch: i64,
    /// Counters that may be lost.
    pub fleeting: Fleeting,
    /// Our cookies' names.
    pub cookies: Cookies,
    /// The tokens that forms carry.
    pub forms: FormTokens,
    /// The insurers' colours.
    pub themes: Themes,
    /// The addresses of insurers' first pages, as QR codes.
    pub codes: Codes,
}

impl State {
    /// The context of a request that arrives now.
    pub fn cx(&self) -> Cx {
        self.door.cx()
    }

    /// What a reader is told: the insurer's own words first, then the house's.
    pub fn speech<'a>(
        &'a self,
        language: sekisho_base::Language,
        insurer: Option<&'a Insurer>,
    ) -> Speech<'a> {
        let own = insurer.map(|insurer| &insurer.texts);
        let tables = own.into_iter().chain([view::texts(), sekisho_site::page::texts()]).collect();
        Speech::new(language, tables)
    }

    /// An insurer by its code.
    ///
    /// # Errors
    /// [`Error::NotFound`] when its file was taken away.
    pub fn insurer(&self, code: &InsurerCode) -> Result<&Insurer, Error> {
        self.insurers.get(code).ok_or(Error::NotFound)
    }

    /// Where an insurer's member records are asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the insurer is not served any more.
    pub fn directory(&self, code: &InsurerCode) -> Result<&dyn MemberDirectory, Error> {
        self.directories.get(code).ok_or(Error::NotFound)
    }

    /// Seals a journey's progress for its row.
    ///
    /// # Errors
    /// Never in practice: progress is always text.
    pub fn seal_progress(&self, id: JourneyId, progress: &Progress, cx: &mut Cx) -> Result<Vec<u8>, Error> {
        self.ring
            .seal_json(&format!("journeys.state:{id}"), progress, cx)
            .map_err(|_| Error::Sealed { what: "a journey's progress" })
    }

    /// Opens a journey's progress.
    ///
    /// # Errors
    /// When it was sealed for another row, by an unknown key, or is damaged.
    pub fn open_progress(&self, id: JourneyId, sealed: &[u8]) -> Result<Progress, Error> {
        self.ring
            .open_json(&format!("journeys.state:{id}"), sealed)
            .map_err(|_| Error::Sealed { what: "a journey's progress" })
    }

    /// What new factors look like at rest: a password is a hash, everything else is sealed.
    ///
    /// # Errors
    /// Never in practice.
    pub fn seal_factors(
        &self,
        factors: &[NewFactor],
        cx: &mut Cx,
    ) -> Result<BTreeMap<FactorId, SealedFactor>, Error> {
        let mut sealed = BTreeMap::new();
        for factor in factors {
            let at_rest = match &factor.secret {
                NewSecret::Password(hash) => SealedFactor::password(hash.expose_secret()),
                NewSecret::Passkey(made) => {
                    let key = self.seal_factor(factor.id, made.key.as_bytes(), cx);
                    SealedFactor::passkey(key, made.as_ref().clone())
                }
                NewSecret::Phone(phone) => {
                    SealedFactor::phone(self.seal_factor(factor.id, phone.as_e164().as_bytes(), cx))
                }
                NewSecret::App { secret, step } => {
                    SealedFactor::app(self.seal_factor(factor.id, &secret.to_bytes(), cx), *step)
                }
            };
            sealed.insert(factor.id, at_rest);
        }
        Ok(sealed)
    }

    /// Seals a factor's secret for its row.
    pub fn seal_factor(&self, id: FactorId, plain: &[u8], cx: &mut Cx) -> Vec<u8> {
        self.ring.seal(&format!("factors.secret:{id}"), plain, cx)
    }

    /// Opens a factor's secret.
    ///
    /// # Errors
    /// When it was sealed for another row, by an unknown key, or is damaged.
    pub fn open_factor(&self, id: FactorId, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        self.ring
            .open(&format!("factors.secret:{id}"), sealed)
            .map_err(|_| Error::Sealed { what: "a factor" })
    }
}

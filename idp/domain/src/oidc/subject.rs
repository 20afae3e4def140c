//! By which name a client knows a person (OpenID Connect Core §8).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::client::Subject;
use crate::ids::AccountId;

/// The key of all pairwise names. It is made once, sealed, backed up and never rotated: another key would
/// make strangers of everybody.
#[derive(Clone)]
pub struct SubjectKey(Zeroizing<[u8; 32]>);

impl SubjectKey {
    /// The key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the key back from the store.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::new)
    }

    /// The bytes, to be sealed.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The `sub` of `account` for a client: HMAC-SHA-256 over sector and account (OpenID Connect Core §8.1).
    pub fn name(&self, subject: &Subject, account: AccountId) -> String {
        let Subject::Pairwise(sector) = subject else { return account.to_string() };
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let named = [sector.as_bytes(), &[0], account.to_string().as_bytes()].concat();
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, &named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sekisho_base::{Cx, Timestamp};

    #[test]
    fn names_are_stable_within_a_sector_and_unlinkable_between_sectors() {
        let mut cx = Cx::seeded(Timestamp::from_seconds(0), 1);
        let (one, two) = (AccountId::draw(&mut cx), AccountId::draw(&mut cx));
        let key = SubjectKey::new([7; 32]);
        let sector = |host: &str| Subject::Pairwise(host.to_owned());
        let name = key.name(&sector("a.example"), one);
        assert_eq!(name, SubjectKey::from_slice(&[7; 32]).unwrap().name(&sector("a.example"), one));
        assert_eq!(name.len(), 43);
        assert_ne!(name, key.name(&sector("b.example"), one));
        assert_ne!(name, key.name(&sector("a.example"), two));
        assert_ne!(name, SubjectKey::new([8; 32]).name(&sector("a.example"), one));
        assert_eq!(key.name(&Subject::Public, one), one.to_string());
        assert!(SubjectKey::from_slice(&[1; 31]).is_none());
    }
}

//! What an office tells of a person that no record says and no step asks for: standard claims that relying parties know
//! (OpenID Connect Core §5.1). What is told goes to relying parties under the scope `profile`, and to nobody else.

use std::collections::BTreeMap;
use std::str::FromStr;

use url::Url;

use crate::my_number;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The longest address of a page in its normal form, where each foreign letter takes nine characters.
const LONGEST_ADDRESS: usize = 500;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Particular {
    /// A name between given and family name.
    MiddleName,
    /// The address of a page about the person.
    Profile,
    /// The address of a picture of the person.
    Picture,
    /// The address of the person's own pages.
    Website,
}

/// What is told of a person.
pub type Particulars = BTreeMap<Particular, String>;

/// Why a value is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing, or nothing but spaces.
    #[error("it is empty")]
    Empty,
    /// More than anybody's name or address has.
    #[error("it is longer than {most} characters")]
    Long {
        /// How many it may have.
        most: usize,
    },
    /// Something that cannot be seen, or that turns what stands beside it around.
    #[error("it holds characters that cannot be seen")]
    Unseen,
    /// The house never keeps one.
    #[error("it holds a My Number")]
    MyNumber,
    /// Browsers would fetch it unprotected, or not at all.
    #[error("it is not an https address with a host")]
    NotHttps,
    /// An address that carries what should stay secret.
    #[error("it holds a user name or password")]
    Credentials,
}

impl Particular {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::MiddleName, Self::Profile, Self::Picture, Self::Website];

    /// Its name in rows and claims.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MiddleName => "middle_name",
            Self::Profile => "profile",
            Self::Picture => "picture",
            Self::Website => "website",
        }
    }

    /// A value as it is kept: a name without spaces around it, an address in its normal form.
    ///
    /// # Errors
    /// When it is not one.
    pub fn read(self, text: &str) -> Result<String, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        if text.chars().any(is_unseen) {
            return Err(Refusal::Unseen);
        }
        if my_number::is_contained_in(text) {
            return Err(Refusal::MyNumber);
        }
        match self {
            Self::MiddleName => within(text, LONGEST_NAME).map(str::to_owned),
            Self::Profile | Self::Picture | Self::Website => address(text),
        }
    }
}

impl FromStr for Particular {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|particular| particular.as_str() == name).ok_or(())
    }
}

/// Controls, and marks that change the direction of what follows or take no room.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn within(text: &str, most: usize) -> Result<&str, Refusal> {
    if text.chars().count() > most { Err(Refusal::Long { most }) } else { Ok(text) }
}

fn address(text: &str) -> Result<String, Refusal> {
    let url = Url::parse(text).map_err(|_| Refusal::NotHttps)?;
    if url.scheme() != "https" || url.host_str().is_none() {
        return Err(Refusal::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::Credentials);
    }
    within(url.as_str(), LONGEST_ADDRESS).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_https_addresses_are_kept_and_nothing_else() {
        let read = |particular: &str, text: &str| particular.parse::<Particular>().unwrap().read(text);
        assert_eq!(read("middle_name", " まり亜 "), Ok("まり亜".to_owned()));
        assert_eq!(
            read("picture", "HTTPS://Pictures.example.jp"),
            Ok("https://pictures.example.jp/".to_owned())
        );
        assert!(read("profile", &format!("https://example.jp/{}", "a".repeat(481))).is_ok());
        assert!(read("profile", &format!("https://example.jp/{}", "あ".repeat(53))).is_ok());
        let longest = "a".repeat(101);
        for (name, text, refusal) in [
            ("middle_name", "  ", Refusal::Empty),
            ("middle_name", longest.as_str(), Refusal::Long { most: 100 }),
            ("middle_name", "a\u{7}b", Refusal::Unseen),
            ("middle_name", "a\u{202e}b", Refusal::Unseen),
            ("middle_name", "1234 5678 9018", Refusal::MyNumber),
            ("website", "http://example.jp/", Refusal::NotHttps),
            ("website", "example.jp", Refusal::NotHttps),
            ("website", "javascript:alert(1)", Refusal::NotHttps),
            ("website", "data:text/html,x", Refusal::NotHttps),
            ("website", "https://", Refusal::NotHttps),
            ("website", "https://me:secret@example.jp/", Refusal::Credentials),
            ("profile", "https://example.jp/123456789018", Refusal::MyNumber),
            ("profile", &format!("https://example.jp/{}", "a".repeat(482)), Refusal::Long { most: 500 }),
        ] {
            assert_eq!(read(name, text), Err(refusal), "{name} {text}");
        }
        assert_eq!("name".parse::<Particular>(), Err(()));
    }
}

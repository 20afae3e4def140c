//! E-mail addresses, as people in Japan really have them (domain 2.8).
//!
//! Carriers once gave out addresses that break the RFC's rule on dots (`taro..yamada@…`, `taro.@…`). They are
//! delivered as they are, so they are accepted for those carriers, and only there.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::width::is_blank;

/// Carriers that gave out addresses with dots in a row or at the ends; `docomo.example` stands for them in samples.
const CARRIERS: [&str; 20] = [
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "au.com",
    "softbank.ne.jp",
    "i.softbank.jp",
    "d.vodafone.ne.jp",
    "h.vodafone.ne.jp",
    "t.vodafone.ne.jp",
    "c.vodafone.ne.jp",
    "r.vodafone.ne.jp",
    "k.vodafone.ne.jp",
    "n.vodafone.ne.jp",
    "s.vodafone.ne.jp",
    "q.vodafone.ne.jp",
    "ymobile.ne.jp",
    "rakumail.jp",
    "uqmobile.jp",
    "disney.ne.jp",
    "pdx.ne.jp",
    "docomo.example",
];

/// An address that mail can be sent to. Its `Debug` is masked: whole addresses do not belong into logs.
#[derive(Clone)]
pub struct Email {
    address: String,
    folded: String,
    grade: Grade,
}

/// How surely an address is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// It follows the RFC.
    Plain,
    /// A carrier's address with dots the RFC forbids: some mail systems refuse it.
    Carrier,
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Not of the form of an address, or longer than addresses may be.
    #[error("not an e-mail address")]
    Shape,
    /// Dots in a row or at an end, at a domain that is no carrier's: mail would not arrive.
    #[error("an address whose dots break the rules of e-mail")]
    Dots,
}

impl Email {
    /// Reads an address as typed: full-width letters, spaces around it and quotes about the local part are mended.
    ///
    /// # Errors
    /// See [`EmailError`].
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let trimmed = typed.trim_matches(is_blank);
        if trimmed.len() > 1_000 {
            return Err(EmailError::Shape);
        }
        let narrow: String = trimmed.nfkc().collect();
        let (local, domain) = narrow.rsplit_once('@').ok_or(EmailError::Shape)?;
        let local = local.strip_prefix('"').and_then(|local| local.strip_suffix('"')).unwrap_or(local);
        let domain = domain_name(domain).ok_or(EmailError::Shape)?;
        let grade = grade(local, &domain)?;
        let address = format!("{local}@{domain}");
        if address.len() > 254 {
            return Err(EmailError::Shape);
        }
        Ok(Self { folded: address.to_ascii_lowercase(), address, grade })
    }

    /// The address to send to: the local part as typed, the domain in lower case.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The address by which it is known: two that differ in upper case only are the same person's.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The domain, in lower case and ASCII.
    pub fn domain(&self) -> &str {
        self.folded.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// How surely it is reached.
    pub const fn grade(&self) -> Grade {
        self.grade
    }

    /// What may be shown and logged: `t•••@example.jp`.
    pub fn masked(&self) -> String {
        let first = self.address.chars().next().unwrap_or('•');
        format!("{first}•••@{}", self.domain())
    }
}

/// The local part's characters and dots.
fn grade(local: &str, domain: &str) -> Result<Grade, EmailError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&byte);
    if local.is_empty() || local.len() > 64 || !local.bytes().all(allowed) {
        return Err(EmailError::Shape);
    }
    let plain = !local.split('.').any(str::is_empty);
    match plain {
        true => Ok(Grade::Plain),
        false if CARRIERS.contains(&domain) && local.bytes().any(|byte| byte != b'.') => Ok(Grade::Carrier),
        false => Err(EmailError::Dots),
    }
}

/// A domain name with at least one dot, in lower case and ASCII; not an address in numbers.
fn domain_name(text: &str) -> Option<String> {
    let domain = match url::Host::parse(text) {
        // The URL parser decodes percent signs, which no domain of an address has.
        Ok(url::Host::Domain(domain)) if !text.contains('%') => domain,
        _ => return None,
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let sound = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label);
    sound.then_some(domain)
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Email {}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for Email {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.address)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_read_and_mended_where_nothing_is_guessed() {
        for (typed, address, folded) in [
            ("shoko@example.jp", "shoko@example.jp", "shoko@example.jp"),
            (" Shoko@Example.JP ", "Shoko@example.jp", "shoko@example.jp"),
            ("ｓｈｏｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "shoko@example.jp", "shoko@example.jp"),
            ("sho.ko+kenpo@sub.example.jp", "sho.ko+kenpo@sub.example.jp", "sho.ko+kenpo@sub.example.jp"),
            ("a@例え.example", "a@xn--r8jz45g.example", "a@xn--r8jz45g.example"),
            ("\"abc.\"@docomo.ne.jp", "abc.@docomo.ne.jp", "abc.@docomo.ne.jp"),
        ] {
            let email = Email::parse(typed).unwrap();
            assert_eq!((email.as_str(), email.folded()), (address, folded), "{typed}");
        }
        assert_eq!(Email::parse("A@example.jp"), Email::parse("a@EXAMPLE.jp"));
        assert_ne!(Email::parse("a.b@example.jp"), Email::parse("ab@example.jp"));
    }

    #[test]
    fn odd_dots_are_accepted_at_carriers_only() {
        for local in ["jun..ichi", "abc.", ".abc"] {
            let carrier = Email::parse(&format!("{local}@docomo.ne.jp")).unwrap();
            assert_eq!(carrier.grade(), Grade::Carrier);
            assert_eq!(Email::parse(&format!("{local}@example.jp")), Err(EmailError::Dots));
        }
        assert_eq!(Email::parse("...@docomo.ne.jp"), Err(EmailError::Dots));
        assert_eq!(Email::parse("a.b@docomo.ne.jp").map(|email| email.grade()), Ok(Grade::Plain));
    }

    #[test]
    fn xs_03_what_could_leave_a_header_or_an_address_is_refused() {
        for typed in [
            "",
            "@",
            "a@",
            "@example.jp",
            "a",
            "a@localhost",
            "a b@example.jp",
            "a\r\nBcc: b@example.jp",
            "a\r\n@example.jp",
            "a@example.jp\r\nBcc:b",
            "a@exa\nmple.jp",
            "<a@example.jp>",
            "Taro <a@example.jp>",
            "a@b@example.jp",
            "a,b@example.jp",
            "a;b@example.jp",
            "a\0@example.jp",
            "あ@example.jp",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@-example.jp",
            "a@example..jp",
            "a@example.jp.",
            "a@ex_ample.jp",
            "a@exam%70le.jp",
            "a@example.jp/x",
        ] {
            assert_eq!(Email::parse(typed), Err(EmailError::Shape), "{typed:?}");
        }
        assert!(Email::parse(&format!("{}@example.jp", "a".repeat(64))).is_ok());
        assert!(Email::parse(&format!("{}@example.jp", "a".repeat(65))).is_err());
        assert!(Email::parse(&format!("a@{}.jp", "a.".repeat(130))).is_err());
        assert!(Email::parse(&"a@".repeat(500_000)).is_err());
    }

    #[test]
    fn only_the_first_letter_and_the_domain_are_shown() {
        let email = Email::parse("taro.yamada@example.jp").unwrap();
        assert_eq!(email.masked(), "t•••@example.jp");
        assert_eq!(format!("{email:?}"), "t•••@example.jp");
    }

    proptest! {
        #[test]
        fn reading_twice_is_reading_once(typed in "[A-Za-z0-9.+_ａ-ｚ-]{1,12}@[a-z0-9-]{1,8}\\.(jp|example)") {
            if let Ok(once) = Email::parse(&typed) {
                let twice = Email::parse(once.as_str()).unwrap();
                prop_assert_eq!(once.as_str(), twice.as_str());
                let folded = Email::parse(once.folded()).unwrap();
                prop_assert_eq!(once.folded(), folded.as_str());
            }
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in ".{0,40}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(email.as_str().is_ascii());
            }
        }
    }
}

//! Every id and code of the identity provider, in one place.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use sekisho_base::id;
use serde::{Deserialize, Serialize};

id!(/// A person's login.
    AccountId, "acc");
id!(/// A browser's signed-in state; the `sid` of OpenID Connect.
    SessionId, "ses");
id!(/// One walk through an insurer's journey.
    JourneyId, "jny");
id!(/// The proven link between an account and a member record.
    MembershipId, "mem");
id!(/// A password, passkey, authenticator app, phone or recovery code of an account.
    FactorId, "fac");
id!(/// A browser in which somebody arrived as an account.
    DeviceId, "dev");
id!(/// What a client was given for one authorization.
    GrantId, "grt");
id!(/// An audit event.
    EventId, "evt");
id!(/// A question sent to an office.
    InquiryId, "inq");
id!(/// A mailed invitation to register.
    InvitationId, "inv");
id!(/// The replacing of a lost second factor, from the wish to the deed.
    RestorationId, "rst");
id!(/// What lets somebody register clients.
    RegistrationInvitationId, "reg");
id!(/// One import of an insurer's extract.
    ImportId, "imp");

/// A word that is none of a code's allowed forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CodeError(&'static str);

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $refusal:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = CodeError;

            fn from_str(text: &str) -> Result<Self, CodeError> {
                let accepts: fn(&str) -> bool = $accepts;
                if accepts(text) { Ok(Self(text.to_owned())) } else { Err(CodeError($refusal)) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

code!(
    /// The word that names an insurer in URLs, files and the directory of codes: `aoba`.
    InsurerCode,
    "an insurer's code is 2 to 32 lower-case letters, digits and hyphens, and begins with a letter",
    |text| {
        (2..=32).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }
);

code!(
    /// The insurer's own stable key of a person (column 7 of an extract), 1 to 64 printable ASCII characters.
    PersonKey,
    "a personal key is 1 to 64 printable characters without spaces",
    |text| (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
);

code!(
    /// A registered relying party's `client_id`, 1 to 64 characters of `A-Za-z0-9._~-`.
    ClientId,
    "a client id is 1 to 64 letters, digits, dots, underscores, tildes and hyphens",
    |text| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
    }
);

impl ClientId {
    /// The id of a client that registers itself: nothing that it could have chosen (RFC 9700 §2.6), nor a file names.
    pub fn draw(cx: &mut sekisho_base::Cx) -> Self {
        let digits = cx.bytes::<16>().iter().fold(String::from("c-"), |mut text, byte| {
            let _ = fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
            text
        });
        Self(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_refuse_what_could_leave_a_url_or_a_file_name() {
        for good in ["aoba", "a1", "kaede-2"] {
            assert!(good.parse::<InsurerCode>().is_ok(), "{good}");
        }
        for bad in ["", "a", "Aoba", "../x", "a b", "1a", "あお"] {
            assert!(bad.parse::<InsurerCode>().is_err(), "{bad}");
        }
        assert!("A0000001".parse::<PersonKey>().is_ok());
        assert!("A 1".parse::<PersonKey>().is_err());
        assert!("certificate".parse::<ClientId>().is_ok());
        assert!("a/b".parse::<ClientId>().is_err());
    }
}

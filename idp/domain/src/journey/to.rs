//! The pages of ours that somebody is led back to once they have shown again who they are.
//!
//! An address never names the page it wants: it says one of these words, and a word that is none of them is no wish
//! (RU-09). Which path a word stands for, the doors know.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A page to return to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum To {
    /// The account's overview.
    Account,
    /// Passkeys.
    Passkeys,
    /// A new passkey.
    NewPasskey,
    /// The password.
    Password,
    /// The e-mail address.
    Email,
    /// The phone that receives codes.
    Phone,
    /// The authenticator app.
    App,
    /// Recovery codes.
    Codes,
    /// Nickname, language, what the person wants to hear of.
    Profile,
    /// Portals with access.
    Portals,
    /// The sign-ins of the last 90 days.
    History,
    /// Everything that is kept of the person.
    Data,
    /// Closing the account.
    Close,
    /// Devices and sessions.
    Devices,
}

impl To {
    /// All pages.
    pub const ALL: [Self; 14] = [
        Self::Account,
        Self::Passkeys,
        Self::NewPasskey,
        Self::Password,
        Self::Email,
        Self::Phone,
        Self::App,
        Self::Codes,
        Self::Profile,
        Self::Portals,
        Self::History,
        Self::Data,
        Self::Close,
        Self::Devices,
    ];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Passkeys => "passkeys",
            Self::NewPasskey => "newpasskey",
            Self::Password => "password",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::App => "app",
            Self::Codes => "codes",
            Self::Profile => "profile",
            Self::Portals => "portals",
            Self::History => "history",
            Self::Data => "data",
            Self::Close => "close",
            Self::Devices => "devices",
        }
    }
}

impl FromStr for To {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|to| to.as_str() == word).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_read_as_it_is_said() {
        for to in To::ALL {
            assert_eq!(to.as_str().parse(), Ok(to));
            assert_eq!(serde_json::to_value(to).unwrap(), to.as_str());
        }
    }

    #[test]
    fn ru_09_an_address_of_somebody_elses_is_no_page_of_ours() {
        let wishes = [
            "",
            "//evil.test",
            "/\\evil.test",
            "/%09/evil.test",
            "/%5cevil.test",
            "https:evil.test",
            "\\/\\/evil.test",
            "/..//evil.test",
            "/account",
            "Account",
            " account",
            "account/../evil",
        ];
        for wish in wishes {
            assert_eq!(wish.parse::<To>(), Err(()), "{wish:?}");
        }
    }
}

//! Letters about what somebody signed in changes of the own account.

use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};

use super::view;

/// What such a letter says.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A code that proves who reads the address that an account changes to.
    AddressCode {
        /// The digits.
        code: String,
        /// How long they are good for.
        minutes: u64,
    },
    /// A code before a second factor is added to an account that has none.
    FactorCode {
        /// The digits.
        code: String,
        /// How long they are good for.
        minutes: u64,
    },
    /// Somebody wanted the reader's address for another account.
    Wanted,
    /// To the address before: mail goes to another one now.
    AddressChanged {
        /// The other one, masked.
        to: String,
        /// The token of the link that undoes it.
        undo: String,
        /// Until when it can be undone.
        until: Timestamp,
    },
    /// To the new address: mail comes here now.
    AddressNew,
    /// The change was undone: mail goes to the address before again.
    AddressRestored,
    /// The password was changed by who showed the one before.
    Password,
    /// A second factor was added.
    FactorAdded,
    /// A second factor took the place of one of its kind.
    FactorReplaced,
    /// A second factor was taken away.
    FactorRemoved,
    /// The account was closed by its owner, and ends at a moment.
    Closing {
        /// When.
        on: Timestamp,
    },
    /// The owner keeps the account.
    Kept,
    /// The account has ended.
    Ended,
}

impl Change {
    /// The letter as a mail; `link` makes a link's address of its token, `page` one of a path, `moment` words of a time.
    pub(super) fn mail(
        &self,
        writer: &view::Writer<'_>,
        link: impl Fn(&str) -> String,
        page: impl Fn(&str) -> String,
        moment: impl Fn(Timestamp) -> String,
    ) -> view::Mail {
        match self {
            Self::AddressCode { code, minutes } => {
                view::Mail::change_code(writer, "address_code", (code, *minutes))
            }
            Self::FactorCode { code, minutes } => {
                view::Mail::change_code(writer, "factor_code", (code, *minutes))
            }
            Self::Wanted => view::Mail::address_wanted(writer),
            Self::AddressChanged { to, undo, until } => {
                view::Mail::address_changed(writer, to, (&link(undo), &moment(*until)))
            }
            Self::AddressNew => view::Mail::changed(writer, "address_new"),
            Self::AddressRestored => view::Mail::changed(writer, "address_restored"),
            Self::Password => view::Mail::changed(writer, "password_own"),
            Self::FactorReplaced => view::Mail::changed(writer, "factor_replaced"),
            Self::FactorAdded => view::Mail::changed(writer, "factor_added"),
            Self::FactorRemoved => view::Mail::changed(writer, "factor_removed"),
            Self::Closing { on } => view::Mail::closing(writer, &moment(*on), &page("/login")),
            Self::Kept => view::Mail::changed(writer, "account_kept"),
            Self::Ended => view::Mail::ended(writer),
        }
    }
}

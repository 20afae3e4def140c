//! Why an answer was not enough, in terms a page can turn into a sentence.

use jiff::civil::Date;
use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::factor::passkey;

/// What was not right, and in which control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The control; `None` when it concerns the whole page.
    pub field: Option<String>,
    /// What was not right.
    pub reason: Reason,
}

impl Refusal {
    /// A refusal of what stands in a control.
    pub fn at(field: &str, reason: Reason) -> Self {
        Self { field: Some(field.to_owned()), reason }
    }

    /// A refusal of the whole answer.
    pub const fn page(reason: Reason) -> Self {
        Self { field: None, reason }
    }
}

/// What was not right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing was typed or chosen.
    Empty,
    /// Not the form of an e-mail address.
    EmailShape,
    /// An address whose dots break the rules of e-mail, at a domain where it cannot exist.
    EmailAtRisk,
    /// The address is the account's already.
    EmailOwn,
    /// The address was not typed the same twice.
    EmailDiffers,
    /// The password was not typed the same twice.
    PasswordDiffers,
    /// The password is not the account's.
    PasswordWrong,
    /// A login ID with characters that login IDs do not have.
    LoginIdShape,
    /// The login ID is too short.
    LoginIdShort {
        /// The least number of characters.
        least: usize,
    },
    /// The login ID is too long.
    LoginIdLong {
        /// The largest number of characters.
        most: usize,
    },
    /// The login ID reads as an address that is not the person's own.
    LoginIdAddress,
    /// Somebody has the login ID, or it is reserved.
    LoginIdTaken,
    /// The nickname is too long.
    NicknameLong {
        /// The largest number of characters.
        most: usize,
    },
    /// The password is shorter than the policy asks.
    PasswordShort {
        /// The least number of characters.
        least: usize,
    },
    /// The password is longer than anyone types.
    PasswordLong {
        /// The largest number of characters.
        most: usize,
    },
    /// The password is widely known, or made of the society's or the person's own words.
    PasswordKnown,
    /// The insurer's rule asks for letters, digits and symbols.
    PasswordKinds,
    /// Identifier and password do not fit together.
    SignIn,
    /// The code is not the one that was sent.
    CodeWrong {
        /// How many tries are left.
        left: u32,
    },
    /// The code's time has passed.
    CodeOld,
    /// The code was used before.
    CodeUsed,
    /// The code was tried too often.
    CodeSpent {
        /// How often it could be tried.
        tries: u32,
    },
    /// The recovery code is none of the account's that are left.
    RecoveryCodeWrong,
    /// The app's digits do not fit: its clock may be off.
    AppWrong,
    /// A passkey was not shown or made, and why.
    Passkey(passkey::Refused),
    /// No passkey came with the form: the page's script did not run, or nothing was chosen.
    PasskeyMissing,
    /// A code was sent moments ago.
    ResendEarly {
        /// When the next may be sent.
        seconds: u64,
    },
    /// No SMS can be sent now, whoever asks: another way is open.
    SmsRests {
        /// When the next may be sent.
        until: Timestamp,
    },
    /// Not a phone number.
    PhoneShape,
    /// A phone number that receives no SMS.
    PhoneNoSms,
    /// Not a date.
    DateShape,
    /// Not a name in kana.
    KanaShape,
    /// No insurer has this word.
    InsurerUnknown,
    /// Symbol, number and branch are not joined as the card shows.
    MarksShape,
    /// Several persons fit: the branch tells them apart.
    BranchNeeded,
    /// A pre-issued ID and its temporary password do not fit together.
    Temporary,
    /// The key is not the one that the screen showed.
    KeyWrong {
        /// How many tries are left.
        left: u32,
    },
    /// What was typed before, asked again on another device, is not the same.
    ProofWrong {
        /// How many tries are left.
        left: u32,
    },
    /// The claim fits no record.
    NoMatch,
    /// The claim fits no record, and this was the last try.
    NoMatchLast,
    /// The cover has ended.
    CoverEnded {
        /// The first day without cover.
        on: Date,
    },
    /// The cover has not begun.
    CoverAhead {
        /// Its first day.
        on: Date,
    },
    /// The person has an account already.
    Enrolled,
    /// A document was not accepted.
    NotAccepted {
        /// The document's id.
        document: String,
    },
    /// The text is longer than it may be.
    MessageLong {
        /// The largest number of characters.
        most: usize,
    },
    /// A My Number was typed.
    MyNumber,
    /// Too many tries.
    Wait {
        /// When the next may be made.
        until: Timestamp,
    },
    /// The insurer's records cannot be asked now (row D35): nothing was tried, nothing is lost.
    Unavailable,
    /// The journey cannot go on and must begin anew.
    StartAgain,
}

/// Something to tell beside a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A new code or link was sent.
    Resent,
}

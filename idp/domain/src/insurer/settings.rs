//! What an insurer's file says beside its journeys, table by table.

use std::time::Duration;

use jiff::civil::Date;
use sekisho_base::Language;
use serde::Deserialize;

use crate::account::NameKind;
use crate::phone::CallingCode;

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Both {
    /// The text in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }
}

/// The office that helps whom the pages cannot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// The phone number as people read it.
    pub phone: String,
    /// When somebody answers.
    pub hours: Both,
    /// Where inquiries are mailed.
    pub email: String,
}

/// How long things of this insurer live.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lifetimes {
    /// An unused session, in minutes.
    pub session_idle_minutes: u64,
    /// A session in all, in hours.
    pub session_hours: u64,
    /// A journey from its first answer, in minutes.
    pub journey_minutes: u64,
    /// A mailed invitation, in days.
    pub invitation_days: u64,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { session_idle_minutes: 60, session_hours: 24, journey_minutes: 60, invitation_days: 7 }
    }
}

impl Lifetimes {
    /// How long a session lives unused.
    pub const fn session_idle(&self) -> Duration {
        Duration::from_secs(self.session_idle_minutes * 60)
    }

    /// How long a session lives at most.
    pub const fn session(&self) -> Duration {
        Duration::from_secs(self.session_hours * 3_600)
    }

    /// How long a journey may be interrupted.
    pub const fn journey(&self) -> Duration {
        Duration::from_secs(self.journey_minutes * 60)
    }

    /// How long an invitation can be opened.
    pub const fn invitation(&self) -> Duration {
        Duration::from_secs(self.invitation_days * 86_400)
    }
}

/// What members sign in with, and how the page asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignInPage {
    /// Whether members may sign in by passkey, which stands for the password, the second factor and a code by mail.
    pub passkeys: bool,
    /// What members sign in with; the first names the field.
    pub names: Vec<NameKind>,
    /// One page for name and password, or two, the name first (row B5).
    pub pages: Pages,
    /// Which ways back the page offers.
    pub forgot: Forgot,
    /// Whether the first pages show their addresses as QR codes (row E2).
    pub qr: bool,
    /// For how many days a device may be remembered, on which the second factor is then not asked for; 0: it always is.
    pub remember_device_days: u64,
}

impl Default for SignInPage {
    fn default() -> Self {
        Self {
            passkeys: true,
            names: vec![NameKind::Email],
            pages: Pages::One,
            forgot: Forgot::Password,
            qr: false,
            remember_device_days: 0,
        }
    }
}

impl SignInPage {
    /// For how long a device is remembered; none where the second factor is always asked for.
    pub const fn remember_device(&self) -> Option<Duration> {
        match self.remember_device_days {
            0 => None,
            days => Some(Duration::from_secs(days * 86_400)),
        }
    }
}

/// On how many pages somebody signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub enum Pages {
    /// Name and password together.
    One,
    /// The name, then the password.
    Two,
}

impl TryFrom<u8> for Pages {
    type Error = &'static str;

    fn try_from(pages: u8) -> Result<Self, Self::Error> {
        match pages {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err("sign_in.pages is 1 or 2"),
        }
    }
}

/// Which ways back the sign-in page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Forgot {
    /// The password only: the name is one's address.
    Password,
    /// ID and password, each its own link (rows B2, E25).
    Separate,
    /// One link for both (row C40).
    Combined,
}

/// What holds of members' addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contacts {
    /// Whether each member has an address of their own (row C10).
    pub unique_email: bool,
}

/// Something a member may ask to be told of (row B23).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptIn {
    /// Its id in rows and claims.
    pub id: String,
    /// What it is called.
    pub title: Both,
}

/// A dated message on the sign-in page (row E26).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The day it carries.
    pub date: Date,
    /// The first day it is shown; none: always.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last day it is shown; none: always.
    #[serde(default)]
    pub until: Option<Date>,
    /// What it is about.
    pub title: Both,
    /// What it says.
    pub text: Both,
}

impl Notice {
    /// Whether it is shown on a day.
    pub fn is_shown(&self, today: Date) -> bool {
        self.from.is_none_or(|from| from <= today) && self.until.is_none_or(|until| today <= until)
    }
}

/// Which numbers codes are sent to by SMS (design §6.10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sms {
    /// The countries beside Japan whose numbers are taken.
    pub abroad: Vec<CallingCode>,
}

/// How a registration ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterEnrol {
    /// The person is signed in.
    #[default]
    SignedIn,
    /// The person signs in by themselves (rows C28, E24).
    SignIn,
}

/// How members find their way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recovery {
    /// How long the owner has to object before a lost second factor may be replaced, in hours.
    pub factor_delay_hours: u64,
    /// How long it may be replaced from then on, in hours.
    pub factor_open_hours: u64,
}

impl Default for Recovery {
    fn default() -> Self {
        Self { factor_delay_hours: 24, factor_open_hours: 168 }
    }
}

impl Recovery {
    /// How long the owner has to object.
    pub const fn factor_delay(&self) -> Duration {
        Duration::from_secs(self.factor_delay_hours * 3_600)
    }

    /// How long the factor may be replaced from then on.
    pub const fn factor_open(&self) -> Duration {
        Duration::from_secs(self.factor_open_hours * 3_600)
    }
}

//! Whose page it is, and what surrounds the question it asks.

/// Whose house a page belongs to. Texts are in the reader's language already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// The insurer's name, or the platform's.
    pub name: String,
    /// The one to four characters of the insurer's seal, always Japanese; not shown where `gate` is set.
    pub seal: String,
    /// What this is, in a few words: 「ログイン・登録」, 「資格確認書」.
    pub what: String,
    /// The insurer's theme file ([`super::Theme::href`]); none for the platform's own pages.
    pub theme_href: Option<String>,
    /// Whether the page belongs to no insurer: the sign of the gate stands where a seal would.
    pub gate: bool,
}

impl Brand {
    /// The class that fits the seal's characters into its square.
    pub fn seal_class(&self) -> &'static str {
        seal_class(&self.seal)
    }
}

/// The class that fits the characters of a seal into its square.
pub fn seal_class(seal: &str) -> &'static str {
    match seal.chars().count() {
        0 | 1 => "seal-1",
        2 => "seal-2",
        3 => "seal-3",
        _ => "seal-4",
    }
}

/// A link with its words in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
}

/// The four places of help, in the same order on every page (WCAG 2.2, 3.2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footer {
    /// Common questions.
    pub help: String,
    /// The inquiry form.
    pub inquiry: String,
    /// The terms of use.
    pub terms: String,
    /// How personal information is treated.
    pub privacy: String,
}

/// How the reader changes the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A submit button of the page's form `step`, so that typed text survives.
    InForm,
    /// A small form of its own that asks for the page at `action` again, with the query it was asked with.
    Own {
        /// The path of this page.
        action: String,
        /// The page's query, without `lang`.
        query: Vec<(String, String)>,
    },
    /// No switch: the page cannot be asked for again.
    None,
}

/// How far along the reader is; left out where the number of steps is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is under way, in the reader's language: 「登録」, 「申し込み」.
    pub name: String,
    /// The step at hand, from 1.
    pub at: u8,
    /// How many steps this person will see.
    pub of: u8,
}

impl Progress {
    /// One class for each stroke.
    pub fn strokes(&self) -> Vec<&'static str> {
        (1..=self.of)
            .map(|stroke| match stroke.cmp(&self.at) {
                std::cmp::Ordering::Less => "past",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "ahead",
            })
            .collect()
    }
}

/// The name of the place as it stands vertically beside the column on wide screens. Always Japanese and never read
/// aloud: it says nothing that does not stand elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name, large.
    pub name: String,
    /// A few characters beside it: 「会員の入口」.
    pub line: String,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeTone {
    /// Good to know.
    Info,
    /// To be heeded.
    Warn,
    /// Something went well.
    Ok,
    /// Beside the point for most.
    Quiet,
}

impl NoticeTone {
    /// The class of the notice's box.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Ok => "ok",
            Self::Quiet => "quiet",
        }
    }

    /// The name of the notice's icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Warn => "alert",
            Self::Ok => "check",
            Self::Info | Self::Quiet => "info",
        }
    }
}

/// A message above the title, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub tone: NoticeTone,
    /// Its first sentence, in bold; may be empty.
    pub title: String,
    /// What to do.
    pub text: String,
}

//! What a device is called: the system and the browser, as people know them, read from what a browser says of itself.
//!
//! What a browser says is a stranger's text, so none of it is passed on: a [`Name`] is made of our own words only.
//! It says nothing of places or versions, which people take for facts and which are guesses.

use std::fmt;

use sekisho_base::Language;

/// How much of a browser's text is looked at, in bytes. Real ones are shorter.
const LONGEST: usize = 1_024;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant:meta])* $word:ident = $shown:literal if $($mark:literal)|+,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant])* $word,)*
        }

        impl $name {
            /// As people know it, in every language.
            pub const fn shown(self) -> &'static str {
                match self {
                    $(Self::$word => $shown,)*
                }
            }

            /// The first whose mark stands in `agent`: who comes later leaves the marks of those before.
            fn read(agent: &str) -> Option<Self> {
                $(if $(agent.contains($mark))||+ {
                    return Some(Self::$word);
                })*
                None
            }
        }
    };
}

words! {
    /// What a device runs. An iPad that asks for desktop pages says it is a Mac, and nothing tells otherwise.
    System {
        /// A phone by Apple.
        IPhone = "iPhone" if "iPhone" | "iPod",
        /// A tablet by Apple.
        IPad = "iPad" if "iPad",
        /// A phone or tablet.
        Android = "Android" if "Android",
        /// A computer.
        Windows = "Windows" if "Windows",
        /// A computer by Apple.
        Mac = "Mac" if "Macintosh" | "Mac OS X",
        /// A computer with `ChromeOS`.
        Chromebook = "Chromebook" if "CrOS",
        /// A computer.
        Linux = "Linux" if "Linux" | "X11",
    }
}

words! {
    /// What shows the pages: a browser, or an app with a browser inside.
    Browser {
        /// A chat app.
        Line = "LINE" if " Line/" | " LIFF",
        /// A portal's app.
        Yahoo = "Yahoo! JAPAN" if "YJApp" | "jp.co.yahoo",
        /// A social network's app.
        Facebook = "Facebook" if "FBAN/" | "FBAV/" | "FB_IAB/",
        /// A social network's app.
        Instagram = "Instagram" if "Instagram",
        /// A social network's app.
        X = "X" if "Twitter for" | "TwitterAndroid",
        /// A search app.
        GoogleApp = "Google" if " GSA/",
        /// A browser.
        Edge = "Edge" if "Edg/" | "EdgA/" | "EdgiOS/" | "Edge/",
        /// A browser.
        Opera = "Opera" if "OPR/" | "OPT/" | "OPiOS/" | "Opera/" | "OPX/",
        /// A browser.
        Samsung = "Samsung Internet" if "SamsungBrowser/",
        /// A browser.
        Vivaldi = "Vivaldi" if "Vivaldi/",
        /// A browser.
        DuckDuckGo = "DuckDuckGo" if "DuckDuckGo/" | "Ddg/",
        /// A browser.
        Silk = "Silk" if "Silk/",
        /// A browser.
        Firefox = "Firefox" if "Firefox/" | "FxiOS/" | "Focus/",
        /// A browser inside some app.
        InApp = "App" if "; wv)",
        /// A browser.
        Chrome = "Chrome" if "Chrome/" | "CriOS/" | "Chromium/",
        /// A browser.
        Safari = "Safari" if "Safari/",
    }
}

/// What a device is to its owner, for the picture beside its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Held in the hand.
    Handheld,
    /// On a desk or lap.
    Computer,
}

/// What a device is called: 「iPhone・Safari」.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// What it runs, where its browser says so.
    pub system: Option<System>,
    /// What shows the pages, where it says so.
    pub browser: Option<Browser>,
}

impl Name {
    /// Reads what a browser says of itself, the `User-Agent` header (RFC 9110 §10.1.5), whatever stands in it.
    pub fn of_user_agent(agent: &str) -> Self {
        let end = (0..=LONGEST.min(agent.len())).rev().find(|end| agent.is_char_boundary(*end));
        let agent = end.and_then(|end| agent.get(..end)).unwrap_or_default();
        let system = System::read(agent);
        // A browser inside an app of Apple's systems names no browser at all.
        let is_bare = matches!(system, Some(System::IPhone | System::IPad)) && agent.contains("AppleWebKit/");
        Self { system, browser: Browser::read(agent).or(is_bare.then_some(Browser::InApp)) }
    }

    /// The name in the reader's language; words for “some device” where the browser says nothing we know.
    pub fn shown(self, language: Language) -> String {
        let browser = self.browser.map(|browser| match (browser, language) {
            (Browser::InApp, Language::Ja) => "アプリ",
            (browser, _) => browser.shown(),
        });
        let between = if language == Language::Ja { "・" } else { ", " };
        match (self.system.map(System::shown), browser) {
            (Some(system), Some(browser)) => format!("{system}{between}{browser}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) if language == Language::Ja => "名前のわからない端末".to_owned(),
            (None, None) => "Unnamed device".to_owned(),
        }
    }

    /// Whether it is held in the hand; who says nothing is taken for a computer.
    pub const fn form(self) -> Form {
        match self.system {
            Some(System::IPhone | System::IPad | System::Android) => Form::Handheld,
            _ => Form::Computer,
        }
    }
}

/// In English, for logs and files.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown(Language::En))
    }
}

#[cfg(test)]
mod tests;

//! Mailed links: sent, opened, and what is asked of who opened one.

use askama::Template;
use sekisho_base::Speech;
use sekisho_site::page::{FieldError, Form, Shell};

/// How long something lives, as people say it: 「3時間」「30分」.
pub fn lifetime(speech: &Speech<'_>, minutes: u64) -> String {
    let (key, count) = match (minutes, minutes % 60) {
        (60, _) => ("lifetime.hour", 1),
        (1, _) => ("lifetime.minute", 1),
        (hours, 0) if hours > 0 => ("lifetime.hours", minutes / 60),
        _ => ("lifetime.minutes", minutes),
    };
    speech.with(key, &[("count", count)])
}

/// The step `email_link`, waiting. No controls; buttons `do=resend`, `do=back`.
#[derive(Template)]
#[template(path = "link-sent.html")]
pub struct LinkSent<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form; nothing in it goes onward, that is the mail's part.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The masked address.
    pub to: String,
    /// How long the link can be opened: see [`lifetime`].
    pub valid: String,
    /// The address our mail comes from.
    pub sender: String,
    /// The key that the link's page will ask for (element `shown_key`).
    pub key: Option<String>,
    /// Whether another mail has just been sent.
    pub resent: bool,
    /// Whether the address can be changed (`do=back`).
    pub back: bool,
    /// Beginning anew.
    pub begin_again_href: String,
    /// The sign-in page, for who has registered already.
    pub login_href: String,
}

impl LinkSent<'_> {
    /// The key in groups of three, to be written down.
    pub fn key_in_threes(&self) -> Vec<String> {
        let letters: Vec<char> = self.key.iter().flat_map(|key| key.chars()).collect();
        letters.chunks(3).map(|three| three.iter().collect()).collect()
    }
}

/// What is asked of who opened a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// `auth_key`: the key that the screen showed.
    Key,
    /// `password`: the one chosen before.
    Password,
    /// `birth_date`: of the person who was found.
    BirthDate,
}

impl Proof {
    const fn key(self) -> &'static str {
        match self {
            Self::Key => "proof.key",
            Self::Password => "proof.password",
            Self::BirthDate => "proof.birth_date",
        }
    }
}

/// The step `email_link`, opened: what was only typed or shown before is asked again. Control: see [`Proof`].
#[derive(Template)]
#[template(path = "link-proof.html")]
pub struct LinkProof<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What is asked.
    pub ask: Proof,
    /// Whether the registration was begun in another browser.
    pub elsewhere: bool,
    /// For how many minutes this can be answered.
    pub minutes: u64,
}

impl LinkProof<'_> {
    /// The key of why it is asked.
    pub const fn why(&self) -> &'static str {
        if self.elsewhere { "proof.elsewhere" } else { "proof.here" }
    }

    /// How long this can be answered, in words.
    pub fn valid(&self) -> String {
        lifetime(&self.shell.speech, self.minutes)
    }

    /// A text of what is asked: `title`, `label`, `hint`.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.ask.key())).to_owned()
    }
}

/// What a mailed link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Going on with a registration that began with an address.
    Begin,
    /// Going on after the person was found.
    Proven,
    /// Completing a registration.
    Activate,
    /// Setting a new password.
    Reset,
    /// Objecting to the replacing of a second factor.
    Stop,
    /// Replacing a lost second factor.
    Restore,
    /// Bringing an address back.
    Undo,
    /// Beginning one by invitation.
    Invitation,
}

impl LinkPurpose {
    /// Whether nothing is registered yet.
    pub const fn registers(self) -> bool {
        matches!(self, Self::Begin | Self::Proven | Self::Activate | Self::Invitation)
    }

    /// The first part of its keys.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Begin => "link.begin",
            Self::Proven => "link.proven",
            Self::Activate => "link.activate",
            Self::Reset => "link.reset",
            Self::Stop => "link.stop",
            Self::Restore => "link.restore",
            Self::Undo => "link.undo",
            Self::Invitation => "link.invitation",
        }
    }
}

/// `/link/{token}`: says what the link is for; only its POST spends it.
#[derive(Template)]
#[template(path = "link.html")]
pub struct LinkOpen<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form; it has no controls.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// Whether another browser holds what was begun: going on here ends it there.
    pub elsewhere: bool,
}

impl LinkOpen<'_> {
    /// A text of this purpose.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.purpose.key())).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use sekisho_base::Language;

    use super::*;
    use crate::web::view::texts;

    #[test]
    fn c14_c24_b26_a_lifetime_is_said_in_hours_where_it_is_whole_hours() {
        let speech = |language| Speech::new(language, vec![texts()]);
        let cases = [
            (30, "30分", "30 minutes"),
            (60, "1時間", "1 hour"),
            (90, "90分", "90 minutes"),
            (180, "3時間", "3 hours"),
            (1440, "24時間", "24 hours"),
        ];
        for (minutes, ja, en) in cases {
            assert_eq!(lifetime(&speech(Language::Ja), minutes), ja);
            assert_eq!(lifetime(&speech(Language::En), minutes), en);
        }
    }
}

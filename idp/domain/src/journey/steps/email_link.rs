//! A link sent to the address proves who reads it (rows B25, C7, C22; design “Mailed links”).
//!
//! Opened in the browser that walks the journey, the link leads on. Opened elsewhere, the journey moves there, and
//! what was only typed before is asked again: the key that the screen showed, else the chosen password, else the
//! birth date of the person that was found. So a stranger who began with somebody's address gets nowhere, and who
//! reads the address gets nothing of the stranger's.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Timestamp, era};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{Evidence as Passed, StepKind};
use crate::journey::{
    Act, Again, Effect, Fact, Facts, Form, Known, Notice, Owner, Reason, Refusal, Subject, Want, Weighed,
    code,
};

/// How the link behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// How long it can be opened, in minutes.
    pub valid_minutes: u64,
    /// What the mail says.
    pub letter: Letter,
    /// Whether the screen shows a key that the link's page asks for (row C21), of so many digits.
    #[serde(default)]
    pub key_digits: Option<usize>,
    /// How often what is asked on the link's page may be tried.
    #[serde(default = "five")]
    pub tries: u32,
    /// How long to wait before another may be sent, in seconds.
    #[serde(default = "minute")]
    pub resend_seconds: u64,
}

const fn five() -> u32 {
    5
}

const fn minute() -> u64 {
    60
}

/// What the mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Letter {
    /// The registration begins here.
    Begin,
    /// The person was found; the rest follows.
    Proven,
    /// Opening it completes the registration.
    Activate,
    /// A new password is set.
    Reset,
}

/// A link that was sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct Challenge {
    /// When the newest was sent.
    pub sent_at: Timestamp,
    /// How many were sent before it.
    pub rounds: u32,
    /// The key that the screen shows.
    pub key: Option<String>,
    /// What is asked, once the link was opened.
    pub proof: Option<Proof>,
    /// How often that was not right.
    pub failures: u32,
}

/// What is asked of who opened the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Proof {
    /// What.
    pub of: Of,
    /// Whether the journey was begun in another browser.
    pub elsewhere: bool,
}

/// Something that was only typed, or shown, before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// The key that the screen showed.
    Key,
    /// The password that was chosen.
    Password,
    /// The birth date of the person that was found.
    BirthDate,
}

/// What the person does.
pub enum Answer {
    /// Opens the mailed link.
    Opened {
        /// In another browser than the one that walked so far.
        elsewhere: bool,
    },
    /// Types what is asked, folded.
    Typed(SecretString),
    /// Asks for another mail.
    Resend,
    /// Corrects the address.
    Back,
    /// Looks whether the page goes on by itself.
    Wait,
}

/// The address is the reader's.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// Whether the link moved the journey to another browser.
    pub elsewhere: bool,
    /// When it was opened.
    pub at: Timestamp,
}

/// How many mails one journey sends before it must begin anew.
const ROUNDS: u32 = 5;

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> Vec<Fact> {
        vec![Fact::Address]
    }

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::ProvenAddress, Fact::Reader]
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.valid_minutes < 5 || self.valid_minutes > 10_080 {
            return Err("links can be opened for 5 minutes to 7 days");
        }
        if self.key_digits.is_some_and(|digits| !(6..=8).contains(&digits)) {
            return Err("keys have 6 to 8 digits");
        }
        if self.tries == 0 || self.tries > 10 {
            return Err("1 to 10 tries");
        }
        Ok(())
    }

    fn pose(&self, known: &Known<'_>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        let key = self.key_digits.map(|digits| cx.digits(digits));
        let challenge = Challenge { sent_at: cx.now, rounds: 0, key, proof: None, failures: 0 };
        (challenge, self.send(known, cx))
    }

    fn read(&self, challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        match (form.act(), challenge.proof) {
            (Act::Resend, None) => Ok(Answer::Resend),
            (Act::Back, None) => Ok(Answer::Back),
            (_, None) => Ok(Answer::Wait),
            (_, Some(proof)) => {
                read_proof(proof.of, form).map(Answer::Typed).map_err(|refusal| vec![refusal])
            }
        }
    }

    fn wants(&self, challenge: &Challenge, answer: &Answer, known: &Known<'_>) -> Want {
        match (answer, challenge.proof, known.password_hash()) {
            (Answer::Typed(typed), Some(Proof { of: Of::Password, .. }), Some(hash)) => {
                Want::Verified { typed: typed.clone(), hash: hash.to_owned() }
            }
            _ => Want::Nothing,
        }
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (answer, facts): (Answer, Facts),
        known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        match (answer, challenge.proof) {
            // No link was mailed to an address that has an account: this one was for another, typed before.
            (Answer::Opened { .. }, _) if is_taken(known) => {
                Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new())
            }
            (Answer::Opened { elsewhere }, None) => opened(challenge, elsewhere, known, cx),
            (Answer::Opened { elsewhere: true }, Some(proof)) => {
                let proof = Some(Proof { elsewhere: true, ..proof });
                Weighed::Again(Again::moved(Challenge { proof, ..challenge }, Vec::new()))
            }
            (Answer::Typed(typed), Some(proof)) => {
                if is_right(proof.of, &typed, (&challenge, facts), known) {
                    return Weighed::Onward(Evidence { elsewhere: proof.elsewhere, at: cx.now }, Vec::new());
                }
                self.wrong(challenge, proof.of)
            }
            (Answer::Resend, None) => self.resend(challenge, known, cx),
            (Answer::Back, None) if goes_back(known) => Weighed::Back,
            _ => Weighed::Again(Again::moved(challenge, Vec::new())),
        }
    }
}

/// Whether the step before is one where the address can be corrected.
pub fn goes_back(known: &Known<'_>) -> bool {
    matches!(known.evidence.last(), Some(Passed::Credentials(_) | Passed::Confirm(_)))
}

impl Rule {
    /// A link without a key, that may be sent again after a minute.
    pub const fn new(valid_minutes: u64, letter: Letter) -> Self {
        Self { valid_minutes, letter, key_digits: None, tries: five(), resend_seconds: minute() }
    }

    /// How long the link can be opened.
    pub const fn valid(&self) -> Duration {
        Duration::from_secs(self.valid_minutes * 60)
    }

    /// A link, mailed only to an address that has no account: else its owner is told of the attempt.
    fn send(&self, known: &Known<'_>, cx: &mut Cx) -> Vec<Effect> {
        let Some(address) = known.address() else { return Vec::new() };
        let to = address.email.clone();
        let token = cx.secret();
        let person = || known.person().map(|found| Subject::Person(found.person.clone()));
        let subject = known.account().map(Subject::Account).or_else(person);
        vec![match address.owner {
            Owner::Nobody => {
                Effect::MailLink { to, token, letter: self.letter, valid: self.valid(), subject }
            }
            owner => Effect::MailKnownAddress { to, elsewhere: owner == Owner::Elsewhere },
        }]
    }

    fn wrong(&self, mut challenge: Challenge, of: Of) -> Weighed<Challenge, Evidence> {
        challenge.failures += 1;
        let left = self.tries.saturating_sub(challenge.failures);
        if left == 0 {
            return Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new());
        }
        let reason = if of == Of::Key { Reason::KeyWrong { left } } else { Reason::ProofWrong { left } };
        Weighed::Again(Again::refused(challenge, Refusal::at(of.control(), reason)))
    }

    fn resend(&self, challenge: Challenge, known: &Known<'_>, cx: &mut Cx) -> Weighed<Challenge, Evidence> {
        if challenge.rounds + 1 >= ROUNDS {
            return Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new());
        }
        let pause = Duration::from_secs(self.resend_seconds << challenge.rounds);
        let passed = cx.now.since(challenge.sent_at);
        if passed < pause {
            let seconds = pause.saturating_sub(passed).as_secs().max(1);
            let refusal = Refusal::page(Reason::ResendEarly { seconds });
            return Weighed::Again(Again::refused(challenge, refusal));
        }
        let challenge = Challenge { sent_at: cx.now, rounds: challenge.rounds + 1, ..challenge };
        Weighed::Again(Again::moved(challenge, self.send(known, cx)).telling(Notice::Resent))
    }
}

impl Of {
    /// The control's name.
    pub const fn control(self) -> &'static str {
        match self {
            Self::Key => "auth_key",
            Self::Password => "password",
            Self::BirthDate => "birth_date",
        }
    }
}

fn is_taken(known: &Known<'_>) -> bool {
    known.address().is_none_or(|address| address.owner != Owner::Nobody)
}

/// Goes on, or asks first for what was only typed or shown before.
fn opened(
    mut challenge: Challenge,
    elsewhere: bool,
    known: &Known<'_>,
    cx: &Cx,
) -> Weighed<Challenge, Evidence> {
    let of = if challenge.key.is_some() {
        Some(Of::Key)
    } else if !elsewhere {
        None
    } else if known.password_hash().is_some() {
        Some(Of::Password)
    } else {
        known.person().map(|_| Of::BirthDate)
    };
    match of {
        None => Weighed::Onward(Evidence { elsewhere, at: cx.now }, Vec::new()),
        Some(of) => {
            challenge.proof = Some(Proof { of, elsewhere });
            Weighed::Again(Again::moved(challenge, Vec::new()))
        }
    }
}

fn read_proof(of: Of, form: &Form) -> Result<SecretString, Refusal> {
    let control = of.control();
    let typed = match of {
        Of::Key => code::fold(form.raw(control)),
        // Verified exactly as received: no trimming.
        Of::Password => form.raw(control).to_owned(),
        Of::BirthDate => form.get(control).to_owned(),
    };
    if typed.is_empty() {
        return Err(Refusal::at(control, Reason::Empty));
    }
    if of == Of::BirthDate {
        era::parse_birth_date(&typed).map_err(|_| Refusal::at(control, Reason::DateShape))?;
    }
    Ok(typed.into())
}

fn is_right(
    of: Of,
    typed: &SecretString,
    (challenge, facts): (&Challenge, Facts),
    known: &Known<'_>,
) -> bool {
    let typed = typed.expose_secret();
    match of {
        Of::Key => challenge.key.as_ref().is_some_and(|key| key.as_bytes().ct_eq(typed.as_bytes()).into()),
        Of::Password => matches!(facts, Facts::Verified(true)),
        Of::BirthDate => known
            .person()
            .is_some_and(|found| era::parse_birth_date(typed).is_ok_and(|date| date == found.birth_date)),
    }
}

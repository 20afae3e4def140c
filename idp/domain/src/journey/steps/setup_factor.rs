//! A second factor is chosen, set up and tried once: a passkey, a phone for SMS, or an authenticator app
//! (guide rows A12–A15).

use sekisho_base::Cx;
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::factor::totp::{Check, Secret};
use crate::factor::{FactorKind, passkey};
use crate::journey::code::{self, Sent};
use crate::journey::{
    Act, Again, Ceremony, Effect, Fact, Facts, Form, Known, Notice, Reason, Refusal, Want, Weighed,
};
use crate::phone::{Phone, PhoneError};

/// What may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The kinds, the recommended one first.
    pub choices: Vec<FactorKind>,
    /// How codes by SMS behave.
    #[serde(default)]
    pub code: code::Rule,
    /// Whether a person may go on without; the sign-in must then let on who has none.
    #[serde(default)]
    pub postpone: bool,
}

/// Where in the setting up the person is.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Challenge {
    /// Which kind?
    Choice,
    /// Which number?
    Number,
    /// The code that was sent to the number.
    Sms {
        /// The number.
        phone: Phone,
        /// The code.
        sent: Sent,
    },
    /// A passkey to be made.
    Passkey,
    /// The digits of the app that read this secret.
    App {
        /// The secret.
        secret: Secret,
        /// Digits that did not fit.
        failures: u32,
    },
}

/// What the person does.
pub enum Answer {
    /// Chooses a kind.
    Choice(FactorKind),
    /// Made a passkey.
    Passkey(Ceremony),
    /// Gives a number.
    Number(Phone),
    /// Types digits.
    Code(String),
    /// Goes on without.
    Later,
    /// Asks for another code.
    Resend,
    /// Wants another kind, or another number.
    Other,
}

/// What was set up.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A phone that received a code.
    Phone {
        /// The number.
        phone: Phone,
        /// When the code was right.
        at: sekisho_base::Timestamp,
    },
    /// A passkey that was made.
    Passkey {
        /// The passkey.
        made: Box<passkey::New>,
        /// When.
        at: sekisho_base::Timestamp,
    },
    /// Nothing yet: the person goes on without.
    Postponed {
        /// When.
        at: sekisho_base::Timestamp,
    },
    /// An app whose digits were right.
    App {
        /// The secret.
        secret: Secret,
        /// The step whose digits were used.
        step: i64,
        /// When.
        at: sekisho_base::Timestamp,
    },
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn gives(&self) -> Vec<Fact> {
        match self.choices.as_slice() {
            // What may be postponed may be missing.
            _ if self.postpone => Vec::new(),
            // Who is to have a passkey and nothing else signs in by it alone.
            [FactorKind::Passkey] => vec![Fact::SecondFactor, Fact::Key],
            _ => vec![Fact::SecondFactor],
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.choices.is_empty() {
            return Err("there is nothing to choose from");
        }
        if self.choices.iter().any(|kind| !Self::can_be_set_up(*kind)) {
            return Err("a second factor is set up by passkey, sms or totp");
        }
        self.code.check()
    }

    /// Who joins another insurer has a second factor, or sets one up; who lost it sets one up in any case.
    fn is_moot(&self, known: &Known<'_>) -> bool {
        known.is_signed_in() && known.holder.has_second_factor()
    }

    fn pose(&self, _known: &Known<'_>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        let challenge = match self.choices.as_slice() {
            [only] => Self::begin(*only, cx),
            _ => Challenge::Choice,
        };
        (challenge, Vec::new())
    }

    fn read(&self, challenge: &Challenge, form: &Form, known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        match (form.act(), challenge) {
            (Act::Resend, Challenge::Sms { .. }) => return Ok(Answer::Resend),
            (Act::Other | Act::Back, _) => return Ok(Answer::Other),
            (Act::Later, _) if self.postpone => return Ok(Answer::Later),
            (_, Challenge::Passkey) => return super::read_ceremony(form).map(Answer::Passkey),
            _ => {}
        }
        match challenge {
            Challenge::Choice => self.read_choice(form).map(Answer::Choice),
            Challenge::Number => read_number(form, known).map(Answer::Number),
            Challenge::Passkey => Err(Refusal::at("passkey", Reason::PasskeyMissing)),
            Challenge::Sms { .. } | Challenge::App { .. } => {
                let typed = code::fold(form.raw("code"));
                if typed.is_empty() {
                    Err(Refusal::at("code", Reason::Empty))
                } else {
                    Ok(Answer::Code(typed))
                }
            }
        }
        .map_err(|refusal| vec![refusal])
    }

    fn wants(&self, challenge: &Challenge, answer: &Answer, known: &Known<'_>) -> Want {
        match (answer, challenge) {
            (Answer::Passkey(response), Challenge::Passkey) => {
                Want::NewPasskey { account: known.account(), response: response.clone() }
            }
            _ => Want::Nothing,
        }
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (answer, facts): (Answer, Facts),
        _known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        if let Facts::NewPasskey(made) = facts {
            return by_passkey(challenge, made, cx);
        }
        match (answer, challenge) {
            (Answer::Later, _) => Weighed::Onward(Evidence::Postponed { at: cx.now }, Vec::new()),
            (Answer::Choice(kind), _) => Weighed::Again(Again::moved(Self::begin(kind, cx), Vec::new())),
            (Answer::Number(phone), _) => self.send(phone, Sent::new(&self.code, cx)),
            (Answer::Other, Challenge::Sms { .. }) => {
                Weighed::Again(Again::moved(Challenge::Number, Vec::new()))
            }
            (Answer::Other, challenge) if self.choices.len() == 1 => {
                Weighed::Again(Again::moved(challenge, Vec::new()))
            }
            (Answer::Other, _) => Weighed::Again(Again::moved(Challenge::Choice, Vec::new())),
            (Answer::Resend, Challenge::Sms { phone, sent }) => match sent.again(&self.code, cx) {
                Ok(fresh) => match self.send(phone, fresh) {
                    Weighed::Again(again) => Weighed::Again(again.telling(Notice::Resent)),
                    other => other,
                },
                Err(refusal) if refusal.reason == Reason::StartAgain => Weighed::Over(refusal, Vec::new()),
                Err(refusal) => Weighed::Again(Again::refused(Challenge::Sms { phone, sent }, refusal)),
            },
            (Answer::Code(typed), Challenge::Sms { phone, sent }) => {
                let (sent, tried) = sent.attempt(&typed, &self.code, cx.now);
                match tried.refusal() {
                    None => {
                        let answered = vec![Effect::SmsAnswered(phone.clone())];
                        Weighed::Onward(Evidence::Phone { phone, at: cx.now }, answered)
                    }
                    Some(refusal) => Weighed::Again(Again::refused(Challenge::Sms { phone, sent }, refusal)),
                }
            }
            (Answer::Code(typed), Challenge::App { secret, failures }) => {
                try_app(&typed, secret, failures, cx)
            }
            (_, challenge) => Weighed::Again(Again::moved(challenge, Vec::new())),
        }
    }
}

/// How many wrong digits in a row end the journey: the secret is the person's own, so this only
/// stops a machine from trying without end.
const APP_TRIES: u32 = 20;

impl Rule {
    const fn can_be_set_up(kind: FactorKind) -> bool {
        matches!(kind, FactorKind::Passkey | FactorKind::Sms | FactorKind::Totp)
    }

    fn begin(kind: FactorKind, cx: &mut Cx) -> Challenge {
        match kind {
            FactorKind::Passkey => Challenge::Passkey,
            FactorKind::Totp => Challenge::App { secret: Secret::draw(cx), failures: 0 },
            _ => Challenge::Number,
        }
    }

    fn read_choice(&self, form: &Form) -> Result<FactorKind, Refusal> {
        let chosen = form.get("factor").parse().ok().filter(|kind| self.choices.contains(kind));
        chosen.ok_or_else(|| Refusal::at("factor", Reason::Empty))
    }

    fn send(
        &self,
        phone: Phone,
        (sent, code): (Sent, secrecy::SecretString),
    ) -> Weighed<Challenge, Evidence> {
        let effect = Effect::SmsCode { to: phone.clone(), code, valid: self.code.valid() };
        Weighed::Again(Again::moved(Challenge::Sms { phone, sent }, vec![effect]))
    }
}

fn by_passkey(
    challenge: Challenge,
    made: Result<Box<passkey::New>, passkey::Refused>,
    cx: &Cx,
) -> Weighed<Challenge, Evidence> {
    match made {
        Ok(made) => {
            let spent = vec![Effect::SpendChallenge(made.answered)];
            Weighed::Onward(Evidence::Passkey { made, at: cx.now }, spent)
        }
        Err(refused) => {
            let refusal = Refusal::at("passkey", Reason::Passkey(refused));
            Weighed::Again(Again::refused(challenge, refusal))
        }
    }
}

fn try_app(typed: &str, secret: Secret, failures: u32, cx: &Cx) -> Weighed<Challenge, Evidence> {
    match secret.check(typed, cx.now, None) {
        Ok(Check::Right { step }) => Weighed::Onward(Evidence::App { secret, step, at: cx.now }, Vec::new()),
        Ok(Check::Wrong | Check::Used) if failures + 1 < APP_TRIES => Weighed::Again(Again::refused(
            Challenge::App { secret, failures: failures + 1 },
            Refusal::at("code", Reason::AppWrong),
        )),
        _ => Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
    }
}

fn read_number(form: &Form, known: &Known<'_>) -> Result<Phone, Refusal> {
    let typed = form.get("phone");
    if typed.is_empty() {
        return Err(Refusal::at("phone", Reason::Empty));
    }
    Phone::for_sms(typed, &known.insurer.sms.abroad).map_err(|error| {
        let reason = match error {
            PhoneError::Shape => Reason::PhoneShape,
            PhoneError::Foreign | PhoneError::NoSms => Reason::PhoneNoSms,
        };
        Refusal::at("phone", reason)
    })
}

//! Somebody on a way back, who may send anything.

use secrecy::ExposeSecret as _;
use sekisho_base::{Cx, Digest, Language};
use sekisho_domain::email::Email;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::passkey::{Answered, LIFETIME, New, Refused, Shown};
use sekisho_domain::factor::recovery::RecoveryCode;
use sekisho_domain::ids::{AccountId, FactorId, RestorationId, SessionId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, change, password, restoration};
use sekisho_domain::journey::{
    Ceremony, Effect, Facts, Form, Given, Held, HeldPasskey, Holder, Journey, Kind, Means, Owner, Progress,
    Start, Step, Turn, Want, World, arrival,
};
use sekisho_domain::phone::Phone;

use super::{NOW, factors};

/// How many different acts there are.
pub const ACTS: usize = 11;

/// Somebody on a way back, who may send anything.
pub struct Walk<'a> {
    insurer: &'a Insurer,
    journey: Journey,
    holder: Holder,
    account: AccountId,
    codes: Vec<RecoveryCode>,
    pub progress: Option<Progress>,
    sent: Option<String>,
    pub arrived: Option<Vec<Evidence>>,
    /// Whose a typed address is.
    pub owner: Owner,
    /// What was truly shown: mail, second factor, password.
    shown: Vec<&'static str>,
    cx: Cx,
}

impl<'a> Walk<'a> {
    pub fn new(insurer: &'a Insurer, journey: Journey, (second, seed): (usize, u64)) -> Self {
        let mut cx = Cx::seeded(NOW, seed);
        let account = AccountId::draw(&mut cx);
        let codes = vec![RecoveryCode::draw(&mut cx)];
        let holder = holder(second, &codes, &mut cx);
        let evidence = match journey.kind() {
            Kind::Restore => {
                vec![Evidence::Restoration(restoration::Evidence {
                    account,
                    id: RestorationId::draw(&mut cx),
                })]
            }
            Kind::LostFactor => {
                let factor = FactorId::draw(&mut cx);
                vec![Evidence::Password(password::Evidence { account, factor, at: NOW })]
            }
            Kind::ChangeEmail | Kind::ChangeFactor => {
                let session = SessionId::draw(&mut cx);
                vec![Evidence::Change(change::Evidence { account, session })]
            }
            _ => Vec::new(),
        };
        let start = Start {
            insurer: insurer.code.clone(),
            language: Language::Ja,
            evidence,
            request: None,
            client: None,
            to: None,
            is_step_up: false,
        };
        let world = World { insurer, holder: &holder };
        let begun = Progress::begin(&journey, start, &world, &mut cx).ok();
        let mut walk = Self {
            insurer,
            journey,
            holder,
            account,
            codes,
            progress: None,
            sent: None,
            arrived: None,
            owner: Owner::Nobody,
            shown: Vec::new(),
            cx,
        };
        if let Some((progress, effects)) = begun {
            walk.progress = Some(progress);
            walk.note(effects);
        }
        walk
    }

    fn note(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::MailCode { code, .. } | Effect::SmsCode { code, .. } = effect {
                self.sent = Some(code.expose_secret().to_owned());
            }
        }
    }

    /// One act; true once the walk is over.
    pub fn act(&mut self, act: usize) -> bool {
        let Some(progress) = self.progress.take() else { return true };
        let recovery = self.codes.first().map(RecoveryCode::shown).unwrap_or_default();
        let code = self.sent.clone().unwrap_or_default();
        let word = progress.step(&self.journey).map(Step::word).unwrap_or_default();
        let pairs: Vec<(&str, &str)> = match act {
            0 => vec![("login_id", "a@example.jp"), ("email", "b@example.jp")],
            1 => vec![("password", "tsuki no hikari + 2"), ("password_again", "tsuki no hikari + 2")],
            2 => vec![("code", "000000")],
            3 => vec![("code", &code)],
            4 => vec![("code", &recovery)],
            5 => vec![("do", "other")],
            6 => vec![("do", "back")],
            7 => vec![("factor", "sms"), ("phone", "080-0000-2222")],
            9 => vec![("sealed", "x"), ("passkey", "mine")],
            10 => vec![("factor", "passkey"), ("sealed", "x"), ("passkey", "made")],
            _ => {
                let world = World { insurer: self.insurer, holder: &self.holder };
                if word != "email_link" {
                    self.progress = Some(progress);
                    return false;
                }
                self.shown.push("mail");
                let turn = progress.opened(&self.journey, false, &world, &mut self.cx);
                return self.went(turn, word);
            }
        };
        let form = Form::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let world = World { insurer: self.insurer, holder: &self.holder };
        let answer = match progress.read(&self.journey, &world, &form) {
            Ok(answer) => answer,
            Err(refusals) => {
                self.progress = Some(progress.unread(&form, refusals));
                return false;
            }
        };
        let known = world.known(Language::Ja, &progress.evidence);
        let want = progress.step(&self.journey).unwrap().wants(&progress.challenge, &answer, &known);
        let facts = self.facts(want);
        let turn = progress.answer(
            &self.journey,
            Given {
                answer,
                facts,
                form: &form,
                world: &World { insurer: self.insurer, holder: &self.holder },
            },
            &mut self.cx,
        );
        self.went(turn, word)
    }

    fn facts(&self, want: Want) -> Facts {
        match want {
            Want::Account(name) => {
                let email = Email::parse(&name).ok();
                Facts::Account(email.map(|email| (self.account, email)))
            }
            Want::Credentials { password, .. } => Facts::Credentials {
                owner: self.owner,
                is_taken: false,
                hash: password.map(|_| "$argon2id$".to_owned()),
            },
            Want::Attempt(_) | Want::MailAttempt(_) | Want::RecoveryAttempt(_) => Facts::Attempt,
            Want::Passkey { account, response } => Facts::Passkey(self.passkey(account, &response)),
            Want::NewPasskey { account, response } => Facts::NewPasskey(made(account, &response)),
            Want::Shown { .. } => Facts::Verified(true),
            Want::Verified { .. } => Facts::Verified(false),
            Want::Candidates(_) | Want::Given(_) => Facts::Unavailable,
            Want::Nothing => Facts::Nothing,
        }
    }

    fn passkey(&self, account: AccountId, said: &Ceremony) -> Result<Box<Shown>, Refused> {
        let held = self.holder.passkeys.iter().find(|held| held.id == said.response.as_bytes());
        let factor = held.ok_or(Refused::Unknown)?.factor;
        let shown =
            Shown { account, factor, answered: answered(), sign_count: 0, backed_up: false, sealed: None };
        Ok(Box::new(shown))
    }

    fn went(&mut self, turn: Turn, word: &'static str) -> bool {
        match turn {
            Turn::Again(progress, effects) => {
                self.progress = Some(progress);
                self.note(effects);
                false
            }
            Turn::Onward(progress, effects) => {
                self.shown.push(word);
                self.progress = Some(progress);
                self.note(effects);
                false
            }
            Turn::Arrived(evidence, _) => {
                self.shown.push(word);
                self.arrived = Some(evidence);
                true
            }
            Turn::Over(..) => true,
        }
    }

    pub fn is_earned(&self, evidence: &[Evidence]) {
        let kind = self.journey.kind();
        let by_hand = factors(evidence);
        let all = |words: &[&str]| words.iter().all(|word| self.shown.contains(word));
        match kind {
            Kind::Recover => {
                assert!(all(&["account", "mail", "email_link", "credentials"]), "{:?}", self.shown);
                assert_eq!(all(&["second_factor"]), self.holder.has_second_factor(), "{:?}", self.shown);
                assert!(by_hand.iter().all(|event| event.factor != FactorKind::Password), "none was shown");
            }
            Kind::Restore => assert!(all(&["show_password", "setup_factor"]), "{:?}", self.shown),
            Kind::ChangeEmail => assert!(all(&["credentials", "email_code"]), "{:?}", self.shown),
            // Without an identity check: the records are away here, so nobody adds a first factor.
            Kind::ChangeFactor => assert_eq!(self.shown, ["setup_factor"]),
            // The records were never asked: nobody was found, so nobody arrives.
            _ => assert!(kind == Kind::Restore, "{kind:?} arrived with {:?}", self.shown),
        }
        if let Some((_, events)) = arrival::shown(evidence) {
            assert_eq!(events, by_hand);
        }
    }
}

fn made(account: Option<AccountId>, said: &Ceremony) -> Result<Box<New>, Refused> {
    let account = account.filter(|_| said.response == "made").ok_or(Refused::Faulty)?;
    Ok(Box::new(new_passkey(account)))
}

/// A passkey that was made for an account.
pub fn new_passkey(account: AccountId) -> New {
    New {
        account,
        credential: Digest::of_content(b"made"),
        key: "{}".to_owned(),
        aaguid: "00".repeat(16),
        transports: Vec::new(),
        sign_count: 0,
        backed_up: false,
        answered: answered(),
    }
}

fn answered() -> Answered {
    Answered { challenge: Digest::of_content(b"challenge"), until: NOW + LIFETIME }
}

/// An account with nothing (0), a phone (1), that and a recovery code (2), a passkey (3), that and a code (4).
fn holder(second: usize, codes: &[RecoveryCode], cx: &mut Cx) -> Holder {
    let phone = Means::Phone(Phone::parse("090-0000-1111").unwrap());
    let held = vec![Held { id: FactorId::draw(cx), means: phone }];
    let passkey = HeldPasskey { factor: FactorId::draw(cx), id: b"mine".to_vec(), transports: Vec::new() };
    Holder {
        held: if matches!(second, 1 | 2) { held } else { Vec::new() },
        passkeys: if second > 2 { vec![passkey] } else { Vec::new() },
        email: Email::parse("a@example.jp").ok(),
        recovery: codes
            .iter()
            .take(usize::from(matches!(second, 2 | 4)))
            .map(|code| (FactorId::draw(cx), code.digest()))
            .collect(),
        password: Some(FactorId::draw(cx)),
        ..Holder::default()
    }
}

/// Walks by these acts, and gives what it came to.
pub fn walked<'a>(insurer: &'a Insurer, kind: Kind, second: usize, acts: &[usize]) -> Walk<'a> {
    let mut walk = Walk::new(insurer, insurer.journey(kind).unwrap().clone(), (second, 7));
    for act in acts {
        walk.act(*act);
    }
    walk
}

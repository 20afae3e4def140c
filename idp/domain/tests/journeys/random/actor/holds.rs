//! What must hold after each act, of whoever arrives and of whoever does not.

use sekisho_domain::account::{NameKind, NewSecret};
use sekisho_domain::email::Email;
use sekisho_domain::journey::steps::{Evidence, setup_factor};
use sekisho_domain::journey::{Challenge, Kind, Owner, Progress, Step, arrival};

use super::super::super::passkeys;
use super::super::super::turns::words;
use super::{Actor, PASSWORDS};

impl Actor {
    /// What must hold at each point.
    pub fn look(&mut self, progress: &Progress) {
        self.in_order(&progress.evidence, &progress.passed);
        assert!(progress.at < self.walker.journey.steps().len());
        if let Challenge::EmailLink(challenge) = &progress.challenge
            && challenge.key.is_some()
            && challenge.proof.is_none()
        {
            self.knows.key = true;
        }
        let text = serde_json::to_string(progress).unwrap();
        for password in PASSWORDS {
            assert!(
                !text.replace("$fake$", "\u{1}").contains(&format!("\"{password}")),
                "no password is kept"
            );
        }
        assert!(!text.contains("123456789018"), "no My Number is kept");
        let complete = has_all(&progress.evidence);
        let account = self.walker.registered(&progress.evidence);
        assert_eq!(
            account.is_some(),
            complete,
            "an account needs address, its proof, password, name and person"
        );
    }

    /// Whether a step may have had nothing to ask of the account.
    fn may_be_moot(&self, step: &Step, evidence: &[Evidence]) -> bool {
        let by_passkey = evidence.iter().any(|found| matches!(found, Evidence::Passkey(_)));
        let accepted =
            |id: &String| id == "nowhere" || self.own.accepted.iter().any(|(other, _)| other == id);
        match step {
            Step::SecondFactor(rule) => {
                let holder = &self.walker.holder;
                let has_none = holder.held.is_empty() && holder.passkeys.is_empty();
                let is_remembered = holder.is_remembered && !holder.proves_again;
                by_passkey || is_remembered || rule.if_held && has_none
            }
            Step::EmailCode(_) => by_passkey,
            Step::Terms(rule) => rule.documents.iter().all(accepted),
            Step::SetupFactor(_) => {
                let holder = &self.walker.holder;
                let has_one = !holder.held.is_empty() || !holder.passkeys.is_empty();
                self.walker.journey.kind() == Kind::Join && has_one
            }
            _ => false,
        }
    }

    /// The evidence is that of the steps at these places, and those between had nothing to ask.
    fn in_order(&self, evidence: &[Evidence], passed: &[usize]) {
        let begun = evidence.len() - self.started - passed.len();
        let steps = self.walker.journey.steps();
        let places: Vec<usize> = (0..begun).chain(passed.iter().copied()).collect();
        let expected: Vec<&str> = places.iter().map(|place| steps[*place].word()).collect();
        let given: Vec<String> = words(&evidence[self.started..])
            .into_iter()
            // It stands in the password's place.
            .map(|word| if word == "passkey" { "password".to_owned() } else { word })
            .collect();
        assert_eq!(given, expected, "the evidence is that of the steps");
        assert!(places.is_sorted_by(|one, two| one < two));
        let until = places.last().map_or(0, |last| last + 1);
        for (place, step) in steps.iter().enumerate().take(until) {
            assert!(
                places.contains(&place) || self.may_be_moot(step, evidence),
                "{} was passed over",
                step.word()
            );
        }
    }

    /// What must hold of who arrived.
    pub fn at_the_end(&mut self, evidence: &[Evidence], passed: &[usize]) {
        self.in_order(evidence, passed);
        match self.walker.journey.kind() {
            Kind::Enrol | Kind::Activate => self.registers(evidence),
            Kind::Login => {
                let (account, events) = arrival::shown(evidence).unwrap();
                assert_eq!(Some(account), evidence[0].account());
                let factors = evidence.iter().filter(|found| matches!(found, Evidence::SecondFactor(_)));
                assert_eq!(events.len(), 1 + factors.count(), "a code by mail is no factor");
            }
            Kind::Recover => {
                let named = evidence.iter().find_map(Evidence::account);
                assert!(named.is_some(), "a name that nobody has leads nowhere");
                let (account, hash, _) = arrival::recovered(evidence, self.walker.cx.now).unwrap();
                assert_eq!(Some(account), named);
                assert!(self.passwords.contains(hash));
            }
            Kind::LostFactor => assert!(evidence.iter().any(|found| matches!(found, Evidence::Identity(_)))),
            Kind::Restore => {
                let (_, account, factors) = arrival::restored(evidence, &mut self.walker.cx).unwrap();
                assert_eq!(Some(account), evidence[0].account());
                assert!(!factors.is_empty());
                for new in &factors {
                    let NewSecret::Passkey(made) = &new.secret else { continue };
                    assert_eq!(made.account, account, "a passkey is made for who sets it up");
                }
            }
            Kind::ChangeEmail => {
                let new = arrival::changed_email(evidence).unwrap();
                assert_eq!(Some(new.change.account), evidence[0].account());
                assert!(
                    !self.walker.owners.contains_key(new.email.folded()),
                    "a known address never arrives"
                );
            }
            Kind::ChangeFactor => {
                let (change, new) = arrival::changed_factor(evidence, &mut self.walker.cx).unwrap();
                assert_eq!(Some(change.account), evidence[0].account());
                match &new.secret {
                    NewSecret::Phone(_) | NewSecret::App { .. } => {}
                    NewSecret::Passkey(made) => {
                        assert_eq!(made.account, change.account, "a passkey is made for who sets it up");
                    }
                    NewSecret::Password(_) => panic!("a password is no second factor"),
                }
            }
            Kind::Join => {
                let joining = self.walker.joined(evidence).unwrap();
                let last = evidence.iter().rev().find_map(|found| match found {
                    Evidence::Identity(identity) => Some(&identity.found.person),
                    _ => None,
                });
                assert_eq!(Some(&joining.membership.person), last);
                assert!(self.walker.registered(evidence).is_none());
            }
        }
    }

    fn registers(&mut self, evidence: &[Evidence]) {
        assert!(has_all(evidence));
        let account = self.walker.registered(evidence).unwrap();
        assert!(!self.walker.owners.contains_key(account.email.folded()), "a known address never arrives");
        assert!(!account.names.is_empty());
        for name in &account.names {
            match name.kind {
                NameKind::Email => assert_eq!(name.folded, account.email.folded()),
                NameKind::Given => assert_eq!(name.folded, "sora-09120000100"),
                NameKind::Chosen => {
                    assert!(name.folded != "taken_one" && !self.walker.insurer.reserves(&name.folded));
                    if let Ok(address) = Email::parse(&name.folded) {
                        assert_eq!(address, account.email, "an ID that is an address is one's own");
                    }
                }
            }
        }
        assert!(!self.walker.bound.contains(&account.joining.membership.person));
        let has_passkey = account.joining.factors.iter().any(|new| is_passkey(&new.secret));
        match &account.joining.factors[0].secret {
            NewSecret::Password(stored) => {
                assert!(self.passwords.contains(secrecy::ExposeSecret::expose_secret(stored)));
            }
            _ => assert!(has_passkey, "there is nothing to sign in with"),
        }
        assert!(!has_passkey || account.id == passkeys::NEW_ACCOUNT, "a passkey names its account");
    }
}

fn is_passkey(secret: &NewSecret) -> bool {
    matches!(secret, NewSecret::Passkey(_))
}

/// How much of what may be tried is spent: rounds count more than failures.
fn spent(challenge: &Challenge) -> u64 {
    fn sum(value: &serde_json::Value) -> u64 {
        let serde_json::Value::Object(object) = value else { return 0 };
        let weighed = |(name, value): (&String, &serde_json::Value)| match name.as_str() {
            "rounds" => value.as_u64().unwrap_or(0) * 1_000,
            "failures" | "taken" => value.as_u64().unwrap_or(0),
            _ => sum(value),
        };
        object.iter().map(weighed).sum()
    }
    sum(&serde_json::to_value(challenge).unwrap())
}

/// Whether the evidence is all that an account needs.
fn has_all(evidence: &[Evidence]) -> bool {
    let mut proven = None;
    let (mut password, mut name, mut person) = (false, false, false);
    for found in evidence {
        match found {
            Evidence::Credentials(chosen) => {
                if chosen.email.is_some() {
                    proven = Some(false);
                }
                if chosen.owner != Owner::Nobody {
                    return false;
                }
                password |= chosen.password_hash.is_some();
                name |= chosen.name().is_some();
            }
            Evidence::EmailCode(_) | Evidence::EmailLink(_) => proven = proven.map(|_| true),
            Evidence::Identity(_) => person = true,
            Evidence::GivenId(_) => (person, name) = (true, true),
            _ => {}
        }
    }
    let passkey = evidence
        .iter()
        .any(|found| matches!(found, Evidence::SetupFactor(setup_factor::Evidence::Passkey { .. })));
    proven == Some(true) && (password || passkey) && name && person
}

/// What must hold of two points after one another: failures are not forgotten.
pub fn between(before: &Progress, after: &Progress) {
    if after.at < before.at {
        assert_eq!(Some(&after.at), before.passed.last(), "Back is one step");
        assert_eq!(after.backs, before.backs + 1, "and counted");
        return;
    }
    let is_set_up = matches!(before.challenge, Challenge::SetupFactor(_) | Challenge::SecondFactor(_));
    if after.at == before.at && !is_set_up {
        assert!(spent(&after.challenge) >= spent(&before.challenge), "a spent attempt is not forgotten");
    }
}

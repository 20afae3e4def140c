//! What must hold of a step that was passed.

use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::PersonKey;
use sekisho_domain::journey::steps::email_link::Of;
use sekisho_domain::journey::steps::{Evidence, second_factor, setup_factor};
use sekisho_domain::journey::{Challenge, Form, Kind, Owner, Progress, Step};

use super::super::super::sample::TODAY;
use super::super::super::turns::hash;
use super::super::super::walker::Sent;
use super::Actor;

impl Actor {
    /// What must hold of a step that was passed by a form.
    pub fn passed(
        &mut self,
        (step, progress, sent): (&Step, &Progress, usize),
        (form, person): (&Form, Option<PersonKey>),
        evidence: &Evidence,
    ) {
        match (step, evidence) {
            (Step::Identity(_), Evidence::Identity(found)) => {
                assert!(self.walker.blocked.is_none(), "no claim is weighed while they are blocked");
                assert_eq!(Some(&found.found.person), person.as_ref(), "found by a right proof only");
                self.may_be_bound(progress, &found.found.person);
                self.knows.person = true;
            }
            (Step::EmailCode(_), Evidence::EmailCode(_)) => {
                let (address, owner) = self.address(progress).unwrap();
                assert_eq!(owner, Owner::Nobody, "an address that is known never goes on");
                let told = self.walker.sent[..sent].iter().rev().find_map(|sent| match sent {
                    Sent::Code { to, code, .. } if *to == address => Some(code.clone()),
                    _ => None,
                });
                assert_eq!(Some(form.raw("code")), told.as_deref(), "the newest code of that address");
                assert!(self.reads(&address), "somebody read it");
            }
            (Step::EmailLink(_), Evidence::EmailLink(_)) => {
                let Challenge::EmailLink(challenge) = &progress.challenge else { panic!("no link") };
                let known = match challenge.proof.map(|proof| proof.of) {
                    Some(Of::Key) => self.knows.key,
                    Some(Of::Password) => self.knows.password.as_deref() == Some(form.raw("password")),
                    Some(Of::BirthDate) => self.knows.person,
                    None => false,
                };
                assert!(known, "who does not know what is asked gets nowhere");
            }
            (Step::Credentials(rule), Evidence::Credentials(chosen)) => {
                use sekisho_domain::journey::steps::credentials::Field;
                assert_eq!(chosen.password_hash.is_some(), rule.asks(Field::Password));
                if chosen.password_hash.is_some() {
                    assert_eq!(chosen.password_hash, Some(hash(form.raw("password"))));
                    self.knows.password = Some(form.raw("password").to_owned());
                    self.passwords.insert(hash(form.raw("password")));
                }
            }
            (Step::SecondFactor(_), Evidence::SecondFactor(shown)) => self.shows_second(shown, form),
            (Step::Terms(rule), Evidence::Terms(terms)) => {
                for id in rule.documents.iter().filter(|id| *id != "nowhere") {
                    assert!(form.has(&format!("accept_{id}")));
                    assert!(terms.accepted.iter().any(|(accepted, _)| accepted == id));
                }
            }
            (Step::Account(_), Evidence::Account(named)) => {
                let known = named.email.as_ref().map(|email| email.folded().to_owned());
                let typed = form.get("login_id").to_lowercase();
                assert_eq!(known, self.walker.accounts.contains_key(&typed).then_some(typed));
            }
            (Step::ShowPassword(_), Evidence::ShowPassword(shown)) => {
                assert_eq!(form.raw("password"), self.walker.password);
                assert_eq!(Some(shown.factor), self.walker.holder.password);
            }
            (Step::SetupFactor(rule), Evidence::SetupFactor(set_up)) => sets_up(rule, set_up, form),
            (Step::Confirm(_), Evidence::Confirm(_)) => {}
            _ => panic!("a step's evidence is its own"),
        }
    }

    fn may_be_bound(&self, progress: &Progress, person: &PersonKey) {
        if matches!(self.walker.journey.kind(), Kind::LostFactor | Kind::ChangeFactor) {
            let own = self.walker.holder.record.as_ref().map(|record| &record.person);
            return assert_eq!(Some(person), own, "the account's own person is proven again");
        }
        assert!(!self.walker.bound.contains(person), "nobody is bound twice");
        let record = self.walker.records.iter().find(|record| record.person == *person).unwrap();
        assert!(record.lost_on.is_none() && record.acquired_on <= TODAY);
        if let Some(old) = &self.walker.holder.record {
            assert!(
                old.lost_on.is_some() && old.birth_date == record.birth_date,
                "a renewal is of one person"
            );
        }
        for evidence in &progress.evidence {
            if let Evidence::Invitation(invited) = evidence {
                assert_eq!(invited.person, *person, "nobody else can register with it");
            }
        }
    }

    fn shows_second(&self, shown: &second_factor::Evidence, form: &Form) {
        assert!(self.walker.blocked.is_none(), "no factor is tried while it is blocked");
        let holder = &self.walker.holder;
        let passkey = holder.passkeys.iter().find(|held| held.factor == shown.factor);
        assert_eq!(passkey.is_some(), shown.kind == FactorKind::Passkey);
        assert!(holder.held.iter().any(|held| held.id == shown.factor) || passkey.is_some());
        assert!(passkey.is_none_or(|held| held.id == form.raw("passkey").as_bytes()));
    }
}

fn sets_up(rule: &setup_factor::Rule, set_up: &setup_factor::Evidence, form: &Form) {
    let kind = match set_up {
        setup_factor::Evidence::Postponed { .. } => {
            return assert!(rule.postpone && form.raw("do") == "later", "only who may goes on without");
        }
        setup_factor::Evidence::Phone { .. } => FactorKind::Sms,
        setup_factor::Evidence::Passkey { .. } => FactorKind::Passkey,
        setup_factor::Evidence::App { .. } => FactorKind::Totp,
    };
    assert!(rule.choices.contains(&kind), "what was not offered is not set up");
    assert!(kind != FactorKind::Passkey || form.raw("passkey") == "made");
}

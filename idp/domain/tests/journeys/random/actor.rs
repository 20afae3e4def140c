//! Somebody who walks a journey by right and wrong answers, mails that were read or not, and every button there is;
//! and what must hold after each act.

use std::collections::HashSet;

use jiff::civil::date;
use sekisho_domain::account::{NameKind, NewSecret};
use sekisho_domain::email::Email;
use sekisho_domain::factor::totp;
use sekisho_domain::ids::{FactorId, InvitationId, PersonKey};
use sekisho_domain::journey::steps::email_link::Of;
use sekisho_domain::journey::steps::{Evidence, invitation, setup_factor};
use sekisho_domain::journey::{
    Address, Challenge, Form, Held, Journey, Kind, Means, Owner, Progress, Step, Turn, World, arrival,
};
use sekisho_domain::member::Record;
use sekisho_domain::phone::Phone;

use super::super::sample::{TODAY, morning, shoko};
use super::super::walker::{Sent, Walker, hash, words};
use super::dice::Dice;
use super::people::{self, Said};

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Arrived,
    Over,
    Tired,
}

const PASSWORDS: [&str; 3] = ["nagai yoru no hoshi", "mizuumi-tooi 17", "tsubame+42+tsubame"];
/// Addresses, and whether the walker reads their mail.
const ADDRESSES: [(&str, bool); 5] = [
    ("own@example.jp", true),
    ("Own2@example.jp", true),
    ("victim@example.jp", false),
    ("member@example.jp", true),
    ("elsewhere@example.jp", true),
];
const IDS: [&str; 6] =
    ["my_own_id", "taken_one", "own@example.jp", "victim@example.jp", "sora-09120000100", "Own2@example.jp"];

/// What somebody knows of what was done before.
#[derive(Default)]
struct Knows {
    password: Option<String>,
    key: bool,
    person: bool,
}

/// What is said to a step.
struct Act {
    pairs: Vec<(String, String)>,
    /// Who is rightly described, at an identity check.
    person: Option<PersonKey>,
}

pub struct Actor {
    walker: Walker,
    dice: Dice,
    knows: Knows,
    /// Whose mail is read: the victim's, once they opened a link of theirs.
    is_victim: bool,
    /// The newest link, until it is followed.
    link: Option<(String, sekisho_base::Timestamp)>,
    passwords: HashSet<String>,
    started: usize,
}

impl Actor {
    pub fn new(journey: Journey, mut dice: Dice) -> Self {
        let house = people::house(&mut dice);
        let members = people::members(&house);
        let kind = journey.kind();
        let mut walker = Walker::on(house, journey).among(members);
        walker.bound = people::bound();
        walker.taken = vec!["taken_one".to_owned()];
        walker.owners.insert("member@example.jp".to_owned(), Owner::Member);
        walker.owners.insert("elsewhere@example.jp".to_owned(), Owner::Elsewhere);
        if matches!(kind, Kind::Login | Kind::Join) {
            walker.holder.email = Email::parse("own@example.jp").ok();
            walker.holder.held = held(&mut walker, &mut dice);
        }
        if kind == Kind::Join && dice.in_hundred(40) {
            let lost_on = dice.of(&[None, Some(date(2026, 4, 1))]);
            let old = Record { person: "P0".parse().unwrap(), lost_on, ..shoko(&walker.insurer) };
            walker.holder.record = Some(old);
        }
        let (knows, link, passwords) = (Knows::default(), None, HashSet::new());
        Self { walker, dice, knows, is_victim: false, link, passwords, started: 0 }
    }

    /// Walks until the end, but no longer than so many acts.
    pub fn walk(mut self, acts: usize) -> End {
        let start = self.start();
        self.started = start.iter().filter(|evidence| !evidence.is_of_a_step()).count();
        if self.walker.journey.steps().len() == start.len() - self.started {
            assert!(self.walker.is_there(start.clone()));
            self.at_the_end(&start);
            return End::Arrived;
        }
        let mut progress = self.walker.begin(start);
        self.note_links(0);
        self.knows.person = self.walker.journey.kind() == Kind::Activate;
        self.look(&progress);
        for _ in 0..acts {
            if self.dice.in_hundred(15) {
                let seconds = self.dice.of(&[1, 59, 61, 600, 3_600, 86_400]);
                self.walker.later(seconds);
            }
            self.walker.blocked = self.dice.in_hundred(4).then(morning);
            match self.act(&progress) {
                Turn::Again(next, _) | Turn::Onward(next, _) => {
                    self.between(&progress, &next);
                    progress = next;
                    self.look(&progress);
                }
                Turn::Arrived(evidence, _) => {
                    self.at_the_end(&evidence);
                    return End::Arrived;
                }
                Turn::Over(..) => return End::Over,
            }
        }
        End::Tired
    }

    fn start(&mut self) -> Vec<Evidence> {
        match self.walker.journey.kind() {
            Kind::Login => self.walker.password_shown(),
            Kind::Join => self.walker.signed_in(),
            Kind::Activate => self.walker.given_id("sora-09120000100", "20000121").unwrap(),
            Kind::Enrol if self.dice.in_hundred(20) => {
                let id = InvitationId::draw(&mut self.walker.cx);
                let (person, email) = ("P1".parse().unwrap(), "own@example.jp".to_owned());
                vec![Evidence::Invitation(invitation::Evidence { id, person, email })]
            }
            Kind::Enrol => vec![],
        }
    }

    /// One act, right or wrong, and what must hold of it alone.
    fn act(&mut self, progress: &Progress) -> Turn {
        let step = progress.step(&self.walker.journey).unwrap().clone();
        let now = self.walker.cx.now;
        self.link.take_if(|(_, until)| *until <= now);
        if let Some((to, _)) = self.link.take_if(|_| self.dice.in_hundred(35)) {
            return self.open(progress, &to);
        }
        let mut act = self.answer(&step, progress);
        if self.dice.in_hundred(15) {
            let word = self.dice.of(&["back", "back", "resend", "other", "nonsense"]);
            act.pairs.push(("do".to_owned(), word.to_owned()));
        }
        if self.dice.in_hundred(8) && !act.pairs.is_empty() {
            let at = self.dice.below(act.pairs.len());
            let (control, value) = &mut act.pairs[at];
            *value =
                self.dice.of(&["", "　", "12345678901234567890", "\u{0}'\"<>", "123456789018"]).to_owned();
            // Another button makes no claim wrong, and the branch may be left empty.
            let harmless = control == "do" || control == "branch" && value.trim().is_empty();
            act.person = act.person.filter(|_| harmless);
        }
        let form = Form::new(act.pairs.iter().cloned());
        let sent = self.walker.sent.len();
        let turn = self.walker.submit(progress.clone(), &form);
        self.note_links(sent);
        if matches!(turn, Turn::Onward(..) | Turn::Arrived(..)) {
            let evidence = match &turn {
                Turn::Onward(next, _) => next.evidence.last(),
                Turn::Arrived(evidence, _) => evidence.last(),
                _ => None,
            };
            self.passed((&step, progress, sent), (&form, act.person), evidence.unwrap());
        }
        turn
    }

    fn note_links(&mut self, from: usize) {
        for sent in &self.walker.sent[from..] {
            if let Sent::Link { to, minutes, .. } = sent {
                let until = self.walker.cx.now + std::time::Duration::from_secs(minutes * 60);
                self.link = Some((to.clone(), until));
            }
        }
    }

    /// The newest link is followed by whoever reads it.
    fn open(&mut self, progress: &Progress, to: &str) -> Turn {
        let reads = self.reads(to);
        let elsewhere = !reads || self.dice.in_hundred(40);
        if !reads {
            (self.is_victim, self.knows) = (true, Knows::default());
        }
        let sent = self.walker.sent.len();
        let turn = self.walker.open(progress.clone(), elsewhere);
        self.note_links(sent);
        let typed = progress.evidence.iter().any(|evidence| match evidence {
            Evidence::Credentials(chosen) => chosen.password_hash.is_some(),
            Evidence::Identity(_) | Evidence::GivenId(_) => true,
            _ => false,
        });
        if let Turn::Onward(..) | Turn::Arrived(..) = &turn {
            assert!(!elsewhere || !typed, "what was typed is proven again elsewhere");
            assert_eq!(
                self.address(progress).map(|(to, _)| to).as_deref(),
                Some(to),
                "the link was mailed there"
            );
        }
        if let (Turn::Again(next, _) | Turn::Onward(next, _), true) = (&turn, elsewhere) {
            assert!(next.request.is_none(), "the request stays in its browser");
        }
        turn
    }

    fn reads(&self, address: &str) -> bool {
        if self.is_victim {
            return address == "victim@example.jp";
        }
        ADDRESSES.iter().any(|(known, reads)| *reads && known.eq_ignore_ascii_case(address))
    }

    fn address(&self, progress: &Progress) -> Option<(String, Owner)> {
        let world = World { insurer: &self.walker.insurer, holder: &self.walker.holder };
        let known = world.known(progress.language, &progress.evidence);
        known.address().map(|Address { email, owner }| (email.as_str().to_owned(), owner))
    }

    /// What must hold of a step that was passed by a form.
    fn passed(
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
            (Step::SecondFactor(_), Evidence::SecondFactor(shown)) => {
                assert!(self.walker.blocked.is_none(), "no factor is tried while it is blocked");
                assert!(self.walker.holder.held.iter().any(|held| held.id == shown.factor));
            }
            (Step::Terms(rule), Evidence::Terms(terms)) => {
                for id in rule.documents.iter().filter(|id| *id != "nowhere") {
                    assert!(form.has(&format!("accept_{id}")));
                    assert!(terms.accepted.iter().any(|(accepted, _)| accepted == id));
                }
            }
            (Step::Confirm(_), Evidence::Confirm(_)) | (Step::SetupFactor(_), Evidence::SetupFactor(_)) => {}
            _ => panic!("a step's evidence is its own"),
        }
    }

    fn may_be_bound(&self, progress: &Progress, person: &PersonKey) {
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

    /// What must hold at each point.
    fn look(&mut self, progress: &Progress) {
        let journey = &self.walker.journey;
        self.in_order(&progress.evidence);
        assert_eq!(progress.evidence.len(), progress.at + self.started);
        assert!(progress.at < journey.steps().len());
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
        let complete = self.has_all(&progress.evidence);
        let account = self.walker.registered(&progress.evidence);
        assert_eq!(
            account.is_some(),
            complete,
            "an account needs address, its proof, password, name and person"
        );
    }

    /// The evidence is that of the steps, in their order.
    fn in_order(&self, evidence: &[Evidence]) {
        let steps = self.walker.journey.steps().iter().map(Step::word);
        for (word, step) in words(&evidence[self.started..]).into_iter().zip(steps) {
            assert_eq!(word, step);
        }
    }

    fn has_all(&self, evidence: &[Evidence]) -> bool {
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
        proven == Some(true) && password && name && person
    }

    /// What must hold of two points after one another: failures are not forgotten.
    fn between(&self, before: &Progress, after: &Progress) {
        if after.at < before.at {
            assert_eq!(
                (after.at, after.backs),
                (before.at - 1, before.backs + 1),
                "Back is one step, and counted"
            );
            return;
        }
        let is_set_up = matches!(before.challenge, Challenge::SetupFactor(_) | Challenge::SecondFactor(_));
        if after.at == before.at && !is_set_up {
            assert!(spent(&after.challenge) >= spent(&before.challenge), "a spent attempt is not forgotten");
        }
    }

    /// What must hold of who arrived.
    fn at_the_end(&mut self, evidence: &[Evidence]) {
        self.in_order(evidence);
        assert_eq!(evidence.len(), self.walker.journey.steps().len() + self.started);
        match self.walker.journey.kind() {
            Kind::Enrol | Kind::Activate => self.registers(evidence),
            Kind::Login => {
                let (account, events) = arrival::shown(evidence).unwrap();
                assert_eq!(Some(account), evidence[0].account());
                let factors = evidence.iter().filter(|found| matches!(found, Evidence::SecondFactor(_)));
                assert_eq!(events.len(), 1 + factors.count(), "a code by mail is no factor");
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
        assert!(self.has_all(evidence));
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
        let NewSecret::Password(stored) = &account.joining.factors[0].secret else { panic!("no password") };
        assert!(self.passwords.contains(secrecy::ExposeSecret::expose_secret(stored)));
    }

    /// What is said to a step: mostly what is right.
    fn answer(&mut self, step: &Step, progress: &Progress) -> Act {
        let mut person = None;
        let pairs = match step {
            Step::Credentials(_) => self.credentials(),
            Step::EmailCode(_) | Step::SecondFactor(_) => vec![("code".to_owned(), self.code(progress))],
            Step::Identity(rule) => {
                let offers =
                    matches!(&progress.challenge, Challenge::Identity(challenge) if challenge.offers_id);
                let Said { mut pairs, person: right } = if offers {
                    people::given(&self.walker.insurer, &self.walker.records, &mut self.dice)
                } else {
                    people::claim(rule, &self.walker.insurer, &self.walker.records, &mut self.dice)
                };
                if rule.given_id && self.dice.in_hundred(20) {
                    pairs.push(("do".to_owned(), "other".to_owned()));
                }
                person = right;
                pairs
            }
            Step::Terms(rule) => rule
                .documents
                .iter()
                .filter(|_| self.dice.in_hundred(90))
                .map(|id| (format!("accept_{id}"), "yes".to_owned()))
                .collect(),
            Step::SetupFactor(_) => self.set_up(progress),
            Step::EmailLink(_) => self.proof(progress),
            Step::Confirm(_) | Step::GivenId(_) | Step::Password(_) => vec![],
        };
        Act { pairs, person }
    }

    fn credentials(&mut self) -> Vec<(String, String)> {
        let addresses: Vec<&str> = if self.is_victim {
            vec!["victim@example.jp"]
        } else {
            let weighed = [0, 0, 0, 1, 1, 2, 3, 4];
            vec![ADDRESSES[self.dice.of(&weighed)].0]
        };
        let (email, password) = (self.dice.of(&addresses), self.dice.of(&PASSWORDS));
        let id = if self.dice.in_hundred(60) { "my_own_id" } else { self.dice.of(&IDS) };
        let again = if self.dice.in_hundred(95) { password } else { "another one" };
        let pairs = vec![
            ("email", email),
            ("email_again", email),
            ("login_id", id),
            ("password", password),
            ("password_again", again),
            ("nickname", "しょうちゃん"),
        ];
        let mut pairs: Vec<(String, String)> =
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        for opt_in in &self.walker.insurer.opt_ins {
            if self.dice.in_hundred(50) {
                pairs.push((format!("opt_in_{}", opt_in.id), "yes".to_owned()));
            }
        }
        pairs
    }

    /// A code that was read, an older one, the digits of an app, or a guess.
    fn code(&mut self, progress: &Progress) -> String {
        let secret = self.walker.holder.held.iter().find_map(|held| match &held.means {
            Means::App { secret, .. } => Some(secret.clone()),
            Means::Phone(_) => None,
        });
        if let (Challenge::SecondFactor(challenge), Some(secret), true) =
            (&progress.challenge, secret, self.dice.in_hundred(80))
            && serde_json::to_string(challenge).unwrap().contains("\"app\"")
        {
            return self.digits(&secret);
        }
        let read: Vec<String> = self
            .walker
            .sent
            .iter()
            .filter_map(|sent| match sent {
                Sent::Code { to, code, .. } if self.reads(to) => Some(code.clone()),
                Sent::Sms { code, .. } => Some(code.clone()),
                _ => None,
            })
            .collect();
        match read.last() {
            Some(newest) if self.dice.in_hundred(75) => newest.clone(),
            Some(_) if self.dice.in_hundred(30) => self.dice.of(&read),
            _ => "not it".to_owned(),
        }
    }

    fn digits(&self, secret: &totp::Secret) -> String {
        let app = totp_rs::Builder::new().with_secret(secret.to_bytes()).build().unwrap();
        app.generate(u64::try_from(self.walker.cx.now.seconds()).unwrap()).to_string()
    }

    fn set_up(&mut self, progress: &Progress) -> Vec<(String, String)> {
        let Challenge::SetupFactor(challenge) = &progress.challenge else { panic!("no set-up") };
        let (control, value) = match challenge {
            setup_factor::Challenge::Choice => {
                ("factor", self.dice.of(&["sms", "totp", "passkey"]).to_owned())
            }
            setup_factor::Challenge::Number => {
                ("phone", self.dice.of(&["090-0000-1111", "080-0000-2222", "03-0000-1111"]).to_owned())
            }
            setup_factor::Challenge::Sms { .. } => ("code", self.code(progress)),
            setup_factor::Challenge::App { secret, .. } if self.dice.in_hundred(80) => {
                ("code", self.digits(secret))
            }
            setup_factor::Challenge::App { .. } => ("code", "000000".to_owned()),
        };
        vec![(control.to_owned(), value)]
    }

    /// What is asked on a link's page, by who knows it; else a guess.
    fn proof(&mut self, progress: &Progress) -> Vec<(String, String)> {
        let Challenge::EmailLink(challenge) = &progress.challenge else { panic!("no link") };
        let born = progress.evidence.iter().find_map(|evidence| match evidence {
            Evidence::Identity(identity) => Some(identity.found.birth_date),
            Evidence::GivenId(given) => Some(given.found.birth_date),
            _ => None,
        });
        let says = self.dice.in_hundred(75);
        let key = challenge.key.clone().filter(|_| says && self.knows.key);
        let password = self.knows.password.clone().filter(|_| says);
        let born = born.filter(|_| says && self.knows.person).map(|date| date.to_string());
        vec![
            ("auth_key".to_owned(), key.unwrap_or_else(|| "not it".to_owned())),
            ("password".to_owned(), password.unwrap_or_else(|| "not it at all".to_owned())),
            ("birth_date".to_owned(), born.unwrap_or_else(|| "1901-01-01".to_owned())),
        ]
    }
}

/// A phone, an app, both or neither.
fn held(walker: &mut Walker, dice: &mut Dice) -> Vec<Held> {
    let phone = Means::Phone(Phone::parse("09000001111").unwrap());
    let app = Means::App { secret: totp::Secret::draw(&mut walker.cx), last_step: None };
    let held = [phone, app].map(|means| Held { id: FactorId::draw(&mut walker.cx), means });
    held.into_iter().filter(|_| dice.in_hundred(75)).collect()
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

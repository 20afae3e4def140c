//! Somebody who walks a journey by right and wrong answers, mails that were read or not, and every button there is;
//! and what must hold after each act.

mod holds;
mod passed;
mod says;

use std::collections::HashSet;

use jiff::civil::date;
use sekisho_domain::email::Email;
use sekisho_domain::factor::totp;
use sekisho_domain::ids::{AccountId, FactorId, InvitationId, PersonKey, RestorationId, SessionId};
use sekisho_domain::journey::steps::{Evidence, change, invitation, restoration};
use sekisho_domain::journey::{
    Address, Form, Held, Holder, Journey, Kind, Means, Owner, Progress, Turn, World,
};
use sekisho_domain::member::Record;
use sekisho_domain::phone::Phone;

use super::super::passkeys;
use super::super::sample::{morning, shoko};
use super::super::walker::{Sent, Walker};
use super::dice::Dice;
use super::people;

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
pub struct Act {
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
    /// What the own account has, which the flow looks up once the journey knows whose it is.
    own: Holder,
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
        if !kind.registers() {
            walker.holder.email = Email::parse("own@example.jp").ok();
            walker.holder.held = held(&mut walker, &mut dice);
            if dice.in_hundred(40) {
                walker.holder.passkeys = vec![passkeys::held("mine", &mut walker.cx)];
            }
            walker.holder.is_remembered = kind == Kind::Login && dice.in_hundred(15);
            walker.holder.proves_again = kind == Kind::Login && dice.in_hundred(30);
            walker.holder.password = Some(FactorId::draw(&mut walker.cx));
            walker.holder.accepted = accepted(&walker, &mut dice);
        }
        if kind == Kind::Join && dice.in_hundred(40) {
            let lost_on = dice.of(&[None, Some(date(2026, 4, 1))]);
            let old = Record { person: "P0".parse().unwrap(), lost_on, ..shoko(&walker.insurer) };
            walker.holder.record = Some(old);
        }
        if matches!(kind, Kind::LostFactor | Kind::ChangeFactor) {
            walker.holder.record = Some(shoko(&walker.insurer));
            walker.records.truncate(2);
            walker.holder.proves_again = true;
        }
        for (name, _) in ADDRESSES.iter().take(3) {
            let email = Email::parse(name).unwrap();
            walker.accounts.insert(email.folded().to_owned(), (AccountId::draw(&mut walker.cx), email));
        }
        let own = walker.holder.clone();
        let (knows, link, passwords) = (Knows::default(), None, HashSet::new());
        Self { walker, dice, knows, is_victim: false, link, passwords, started: 0, own }
    }

    /// Walks until the end, but no longer than so many acts.
    pub fn walk(mut self, acts: usize) -> End {
        let start = self.start();
        self.started = start.iter().filter(|evidence| !evidence.is_of_a_step()).count();
        if self.walker.is_there(start.clone()) {
            self.at_the_end(&start, &[]);
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
                    holds::between(&progress, &next);
                    progress = next;
                    self.look(&progress);
                }
                Turn::Arrived(evidence, _) => {
                    let passed: Vec<usize> = progress.passed.iter().copied().chain([progress.at]).collect();
                    self.at_the_end(&evidence, &passed);
                    return End::Arrived;
                }
                Turn::Over(..) => return End::Over,
            }
        }
        End::Tired
    }

    fn start(&mut self) -> Vec<Evidence> {
        match self.walker.journey.kind() {
            Kind::Login if self.dice.in_hundred(20) => self.walker.passkey_shown(),
            Kind::Login | Kind::LostFactor => self.walker.password_shown(),
            Kind::ChangeEmail | Kind::ChangeFactor => {
                let (account, session) =
                    (AccountId::draw(&mut self.walker.cx), SessionId::draw(&mut self.walker.cx));
                vec![Evidence::Change(change::Evidence { account, session })]
            }
            Kind::Restore => {
                let (account, id) =
                    (AccountId::draw(&mut self.walker.cx), RestorationId::draw(&mut self.walker.cx));
                vec![Evidence::Restoration(restoration::Evidence { account, id })]
            }
            Kind::Join => self.walker.signed_in(),
            Kind::Activate => self.walker.given_id("sora-09120000100", "20000121").unwrap(),
            Kind::Enrol if self.dice.in_hundred(20) => {
                let id = InvitationId::draw(&mut self.walker.cx);
                let (person, email) = ("P1".parse().unwrap(), "own@example.jp".to_owned());
                vec![Evidence::Invitation(invitation::Evidence { id, person, email })]
            }
            Kind::Enrol | Kind::Recover => vec![],
        }
    }

    /// One act, right or wrong, and what must hold of it alone.
    fn act(&mut self, progress: &Progress) -> Turn {
        let step = progress.step(&self.walker.journey).unwrap().clone();
        if self.walker.journey.kind() == Kind::Recover {
            let own = &self.walker.accounts["own@example.jp"].0;
            let is_own = progress.evidence.iter().any(|evidence| evidence.account().as_ref() == Some(own));
            self.walker.holder = if is_own { self.own.clone() } else { Holder::default() };
        }
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
            value.clear();
            value.push_str(self.dice.of(&["", "　", "12345678901234567890", "\u{0}'\"<>", "123456789018"]));
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
}

/// A phone, an app, both or neither.
fn held(walker: &mut Walker, dice: &mut Dice) -> Vec<Held> {
    let phone = Means::Phone(Phone::parse("09000001111").unwrap());
    let app = Means::App { secret: totp::Secret::draw(&mut walker.cx), last_step: None };
    let held = [phone, app].map(|means| Held { id: FactorId::draw(&mut walker.cx), means });
    held.into_iter().filter(|_| dice.in_hundred(75)).collect()
}

/// What the account accepted before: all, something, nothing.
fn accepted(walker: &Walker, dice: &mut Dice) -> Vec<(String, String)> {
    let documents = walker.insurer.documents().iter();
    let all: Vec<_> = documents.map(|document| (document.id.clone(), document.version.clone())).collect();
    dice.some_of(&all, 50)
}

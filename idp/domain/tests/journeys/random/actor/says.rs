//! What is said to a step: mostly what is right.

use sekisho_domain::factor::totp;
use sekisho_domain::journey::steps::{Evidence, second_factor, setup_factor};
use sekisho_domain::journey::{Challenge, Means, Progress, Step};

use super::super::super::walker::Sent;
use super::super::people::{self, Said};
use super::{ADDRESSES, Act, Actor, IDS, PASSWORDS};

impl Actor {
    /// What is said to a step: mostly what is right.
    pub fn answer(&mut self, step: &Step, progress: &Progress) -> Act {
        let mut person = None;
        let pairs = match step {
            Step::Credentials(_) => self.credentials(),
            Step::SecondFactor(_)
                if matches!(
                    &progress.challenge,
                    Challenge::SecondFactor(second_factor::Challenge::Passkey)
                ) =>
            {
                self.ceremony(&["mine", "mine", "theirs", ""])
            }
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
            Step::Account(_) => {
                let name = self.dice.of(&ADDRESSES).0;
                vec![("login_id".to_owned(), name.to_owned())]
            }
            Step::ShowPassword(_) => {
                let right =
                    if self.dice.in_hundred(70) { self.walker.password.clone() } else { "not it".to_owned() };
                vec![("password".to_owned(), right)]
            }
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

    /// What an authenticator says.
    fn ceremony(&mut self, responses: &[&str]) -> Vec<(String, String)> {
        let response = self.dice.of(responses);
        [("sealed", "x"), ("passkey", response)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
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
            setup_factor::Challenge::Passkey => return self.ceremony(&["made", "made", "mine", ""]),
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

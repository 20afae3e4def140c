//! Walks through the journeys of `config/insurers`, without rows, mail or pages.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what these walks are made of is not itself under test"
)]

use std::time::Duration;

use secrecy::ExposeSecret as _;
use sekisho_base::{Cx, Language, Timestamp, era};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, password};
use sekisho_domain::journey::{
    Effect, Facts, Form, Given, Held, Journey, Kind, Means, Notice, Progress, Reason, Refusal, Start, Step,
    Turn, Want, World,
};
use sekisho_domain::member::{Record, Row, RowRules, parse_row};
use sekisho_domain::phone::Phone;

const AOBA: &str = include_str!("../../../config/insurers/aoba.toml");

fn aoba() -> Insurer {
    Insurer::parse("aoba.toml", AOBA, &|_| Some("text".to_owned())).unwrap()
}

fn form(pairs: &[(&str, &str)]) -> Form {
    Form::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

/// 2026-11-21 in the morning.
fn morning() -> Timestamp {
    Timestamp::from_seconds(1_795_212_000)
}

struct Walker {
    insurer: Insurer,
    journey: Journey,
    held: Vec<Held>,
    records: Vec<Record>,
    taken: bool,
    cx: Cx,
    code: Option<String>,
    known_address_mails: u32,
}

impl Walker {
    fn new(kind: Kind) -> Self {
        let insurer = aoba();
        let journey = insurer.journey(kind).clone();
        let row = "1,06999015,0101,91,200001,00,A0000001,A0000001,1,1,01,ｹﾝﾎﾟ ｼｮｳｺ,健保　翔子,2,20000121,20220401,,,3,,1000000,架空県,見本市,例町１－２－３,,09000001111,,ja,0,0,1,,,,20261101030000";
        let cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        let rules = RowRules {
            insurer_numbers: vec![insurer.number.clone()],
            era_codes: era::Codes::default(),
            kana: insurer.kana,
            today: morning().date_in_tokyo(),
        };
        let records = match parse_row(&cells, &rules).unwrap() {
            Row::Keep { record, .. } => vec![*record],
            Row::Delete { .. } => panic!("the sample row adds a person"),
        };
        let cx = Cx::seeded(morning(), 1);
        Self { insurer, journey, held: vec![], records, taken: false, cx, code: None, known_address_mails: 0 }
    }

    fn begin(&mut self, evidence: Vec<Evidence>) -> Progress {
        let start =
            Start { insurer: self.insurer.code.clone(), language: Language::Ja, evidence, request: None };
        let world = World { insurer: &self.insurer, held: &self.held };
        let (progress, effects) = Progress::begin(&self.journey, start, &world, &mut self.cx).ok().unwrap();
        self.note(&effects);
        progress
    }

    fn note(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::MailCode { code, .. } | Effect::SmsCode { code, .. } => {
                    self.code = Some(code.expose_secret().to_owned());
                }
                Effect::MailKnownAddress { .. } => self.known_address_mails += 1,
                _ => {}
            }
        }
    }

    fn send(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Turn {
        let form = form(pairs);
        let world = World { insurer: &self.insurer, held: &self.held };
        let turn = match progress.read(&self.journey, &world, &form) {
            Err(refusals) => Turn::Again(progress.unread(&form, refusals), vec![]),
            Ok(answer) => {
                let known = world.known(progress.language, &progress.evidence);
                let want = progress.step(&self.journey).unwrap().wants(&progress.challenge, &answer, &known);
                let facts = match want {
                    Want::Nothing => Facts::Nothing,
                    Want::Credentials { .. } => {
                        Facts::Credentials { taken: self.taken, hash: "$hash".into() }
                    }
                    Want::Candidates(_) => Facts::Candidates { records: self.records.clone(), bound: vec![] },
                    Want::Attempt(_) => Facts::Attempt,
                };
                let given = Given { answer, facts, form: &form, world: &world };
                progress.answer(&self.journey, given, &mut self.cx)
            }
        };
        if let Turn::Again(_, effects) | Turn::Onward(_, effects) | Turn::Arrived(_, effects) = &turn {
            let effects: Vec<&Effect> = effects.iter().collect();
            for effect in effects {
                self.note(std::slice::from_ref(effect));
            }
        }
        turn
    }

    fn onward(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Progress {
        match self.send(progress, pairs) {
            Turn::Onward(progress, _) => progress,
            Turn::Again(progress, _) => panic!("refused: {:?}", progress.refusals),
            Turn::Arrived(..) => panic!("arrived too early"),
            Turn::Over(refusal, _) => panic!("over: {refusal:?}"),
        }
    }

    fn again(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Progress {
        match self.send(progress, pairs) {
            Turn::Again(progress, _) => progress,
            _ => panic!("the answer was taken"),
        }
    }

    fn over(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Reason {
        match self.send(progress, pairs) {
            Turn::Over(refusal, _) => refusal.reason,
            _ => panic!("the journey goes on"),
        }
    }

    fn later(&mut self, seconds: u64) {
        self.cx.now = self.cx.now + Duration::from_secs(seconds);
    }

    fn sent_code(&self) -> String {
        self.code.clone().unwrap()
    }
}

const CREDENTIALS: &[(&str, &str)] = &[("email", "shoko@example.jp"), ("password", "kumo to kaze to niwa")];
const SHOKO: &[(&str, &str)] = &[
    ("symbol", "９１"),
    ("number", "200001"),
    ("branch", ""),
    ("family_name", "けんぽ"),
    ("given_name", "ショウコ"),
    ("birth_date", "平成12年1月21日"),
];
const BOTH: &[(&str, &str)] = &[("accept_terms", "yes"), ("accept_privacy", "yes")];

fn to_identity(walker: &mut Walker) -> Progress {
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, CREDENTIALS);
    let code = walker.sent_code();
    walker.onward(progress, &[("code", &code)])
}

fn to_factor(walker: &mut Walker) -> Progress {
    let progress = to_identity(walker);
    let progress = walker.onward(progress, SHOKO);
    walker.onward(progress, BOTH)
}

#[test]
fn a_registration_arrives_by_sms_with_everything_proven() {
    let mut walker = Walker::new(Kind::Enrol);
    let progress = to_factor(&mut walker);
    let progress = walker.again(progress, &[("factor", "sms")]);
    let progress = walker.again(progress, &[("phone", "090-0000-1111")]);
    let code = walker.sent_code();
    let Turn::Arrived(evidence, _) = walker.send(progress, &[("code", &code)]) else { panic!("not arrived") };
    let words: Vec<String> = evidence
        .iter()
        .map(|evidence| serde_json::to_value(evidence).unwrap()["step"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(words, ["credentials", "email_code", "identity", "terms", "setup_factor"]);
}

#[test]
fn a_registration_arrives_by_app_and_the_way_there_can_be_changed() {
    use sekisho_domain::journey::{Challenge, steps::setup_factor};
    let mut walker = Walker::new(Kind::Enrol);
    let progress = to_factor(&mut walker);
    let progress = walker.again(progress, &[("factor", "sms")]);
    let progress = walker.again(progress, &[("do", "other")]);
    let progress = walker.again(progress, &[("factor", "totp")]);
    let Challenge::SetupFactor(setup_factor::Challenge::App { secret, .. }) = &progress.challenge else {
        panic!("no app is set up")
    };
    let digits = totp_rs::Builder::new().with_secret(secret.to_bytes()).build().unwrap();
    let digits = digits.generate(u64::try_from(walker.cx.now.seconds()).unwrap()).to_string();
    let progress = walker.again(progress, &[("code", "000000")]);
    assert_eq!(progress.refusals, [Refusal::at("code", Reason::AppWrong)]);
    assert!(matches!(walker.send(progress, &[("code", &digits)]), Turn::Arrived(..)));
}

#[test]
fn en_01_a_known_address_walks_the_same_pages_and_no_code_is_right() {
    let mut walker = Walker::new(Kind::Enrol);
    walker.taken = true;
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, CREDENTIALS);
    assert_eq!((walker.code.clone(), walker.known_address_mails), (None, 1));
    // Even the code that nobody was told opens nothing.
    let untold = serde_json::to_value(&progress.challenge).unwrap()["challenge"]["sent"]["code"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(walker.over(progress, &[("code", &untold)]), Reason::StartAgain);
}

#[test]
fn a_wrong_an_old_and_a_spent_code_are_told_apart() {
    let mut walker = Walker::new(Kind::Enrol);
    let progress = walker.begin(vec![]);
    let mut progress = walker.onward(progress, CREDENTIALS);
    for left in [4, 3, 2, 1] {
        progress = walker.again(progress, &[("code", "not it")]);
        assert_eq!(progress.refusals, [Refusal::at("code", Reason::CodeWrong { left })]);
    }
    progress = walker.again(progress, &[("code", "not it")]);
    assert_eq!(progress.refusals, [Refusal::at("code", Reason::CodeSpent { tries: 5 })]);
    walker.later(120);
    progress = walker.again(progress, &[("do", "resend")]);
    assert_eq!(progress.notice, Some(Notice::Resent));
    walker.later(600);
    let code = walker.sent_code();
    progress = walker.again(progress, &[("code", &code)]);
    assert_eq!(progress.refusals, [Refusal::at("code", Reason::CodeOld)]);
}

#[test]
fn going_back_from_the_code_keeps_the_address_and_forgets_the_password() {
    let mut walker = Walker::new(Kind::Enrol);
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, CREDENTIALS);
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!(progress.at, 0);
    assert!(progress.evidence.is_empty());
    assert_eq!(progress.draft.get("email"), "shoko@example.jp");
    assert_eq!(progress.draft.get("password"), "");
}

#[test]
fn five_claims_that_fit_nobody_lead_to_the_office() {
    let mut walker = Walker::new(Kind::Enrol);
    let mut progress = to_identity(&mut walker);
    let wrong: Vec<(&str, &str)> = SHOKO
        .iter()
        .map(|(name, value)| (*name, if *name == "number" { "200002" } else { *value }))
        .collect();
    for _ in 0..4 {
        progress = walker.again(progress, &wrong);
        assert_eq!(progress.refusals, [Refusal::page(Reason::NoMatch)]);
        assert_eq!(progress.draft.get("family_name"), "けんぽ", "what was typed stays");
    }
    assert_eq!(walker.over(progress, &wrong), Reason::NoMatchLast);
}

#[test]
fn every_part_of_a_claim_counts_and_none_is_named() {
    for (control, typed) in [("symbol", "92"), ("given_name", "ショウタ"), ("birth_date", "20000122")] {
        let mut walker = Walker::new(Kind::Enrol);
        let progress = to_identity(&mut walker);
        let wrong: Vec<(&str, &str)> = SHOKO
            .iter()
            .map(|(name, value)| (*name, if *name == control { typed } else { *value }))
            .collect();
        let progress = walker.again(progress, &wrong);
        assert_eq!(progress.refusals, [Refusal::page(Reason::NoMatch)], "{control}");
    }
}

#[test]
fn a_my_number_is_refused_before_anything_looks_at_it() {
    let mut walker = Walker::new(Kind::Enrol);
    let progress = to_identity(&mut walker);
    let progress = walker.again(progress, &[("symbol", "91"), ("number", "123456789018")]);
    assert_eq!(progress.refusals, [Refusal::at("number", Reason::MyNumber)]);
    assert!(!serde_json::to_string(&progress).unwrap().contains("123456789018"));
}

#[test]
fn both_documents_must_be_accepted_and_their_versions_are_kept() {
    let mut walker = Walker::new(Kind::Enrol);
    let progress = to_identity(&mut walker);
    let progress = walker.onward(progress, SHOKO);
    let progress = walker.again(progress, &[("accept_terms", "yes")]);
    let missing = Reason::NotAccepted { document: "privacy".into() };
    assert_eq!(progress.refusals, [Refusal::at("accept_privacy", missing)]);
    let progress = walker.onward(progress, BOTH);
    let Some(Evidence::Terms(accepted)) = progress.evidence.last() else { panic!("nothing was accepted") };
    assert_eq!(accepted.accepted[0], ("terms".to_owned(), "2026-11-01".to_owned()));
}

#[test]
fn a_phone_that_receives_no_sms_is_named_and_kept() {
    let mut walker = Walker::new(Kind::Enrol);
    let progress = to_factor(&mut walker);
    let progress = walker.again(progress, &[("factor", "sms")]);
    let progress = walker.again(progress, &[("phone", "03-0000-1111")]);
    assert_eq!(progress.refusals, [Refusal::at("phone", Reason::PhoneNoSms)]);
    assert_eq!(progress.draft.get("phone"), "03-0000-1111");
}

fn signing_in(walker: &mut Walker) -> Progress {
    let account = AccountId::draw(&mut walker.cx);
    let factor = FactorId::draw(&mut walker.cx);
    let shown = password::Evidence { account, factor, at: walker.cx.now };
    walker.begin(vec![Evidence::Password(shown)])
}

#[test]
fn a_sign_in_asks_for_the_second_factor_and_arrives() {
    let mut walker = Walker::new(Kind::Login);
    let id = FactorId::draw(&mut walker.cx);
    walker.held = vec![Held { id, means: Means::Phone(Phone::parse("09000001111").unwrap()) }];
    let progress = signing_in(&mut walker);
    assert_eq!(progress.at, 1);
    let code = walker.sent_code();
    let Turn::Arrived(evidence, effects) = walker.send(progress, &[("code", &code)]) else {
        panic!("not arrived")
    };
    assert_eq!(evidence.len(), 2);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::ClearFailures { factor } if *factor == id)));
}

#[test]
fn mf_16_another_way_never_skips_the_second_factor() {
    let mut walker = Walker::new(Kind::Login);
    let id = FactorId::draw(&mut walker.cx);
    walker.held = vec![Held { id, means: Means::Phone(Phone::parse("09000001111").unwrap()) }];
    let progress = signing_in(&mut walker);
    for act in ["other", "back", "resend"] {
        assert!(matches!(walker.send(progress.clone(), &[("do", act)]), Turn::Again(..)), "{act}");
    }
}

#[test]
fn an_account_without_a_second_factor_does_not_arrive() {
    let mut walker = Walker::new(Kind::Login);
    let progress = signing_in(&mut walker);
    assert!(matches!(walker.send(progress, &[("code", "123456")]), Turn::Again(..)));
}

#[test]
fn rules_that_cannot_be_walked_are_refused_with_file_step_and_reason() {
    let cases = [
        (
            "step = \"credentials\"\n",
            "",
            "aoba.toml: journey enrol: step 1 (email_code) needs an e-mail address",
        ),
        ("[[journeys.enrol]]\nstep = \"identity\"", "[[journeys.enrol]]\nstep = \"unknown\"", "aoba.toml:"),
        (
            "fields = [\"symbol\", ",
            "fields = [",
            "aoba.toml: journey enrol: step 3 (identity): a person is found by",
        ),
        ("documents = [\"terms\", \"privacy\"]", "documents = [\"rules\"]", "there is no document \"rules\""),
        ("digits = 6", "digits = 4", "step 2 (email_code): codes have 6 to 8 digits"),
        ("code = \"aoba\"", "code = \"aoba\"\ncolour = \"red\"", "unknown field `colour`"),
        ("06999015", "06999016", "check digit"),
    ];
    for (from, to, expected) in cases {
        let text = if to.is_empty() {
            AOBA.replacen("[[journeys.enrol]]\nstep = \"credentials\"\n", "", 1)
        } else {
            AOBA.replacen(from, to, 1)
        };
        let refused = Insurer::parse("aoba.toml", &text, &|_| Some(String::new())).unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
    }
}

#[test]
fn rules_survive_their_row() {
    let insurer = aoba();
    for kind in [Kind::Enrol, Kind::Login] {
        let journey = insurer.journey(kind);
        assert_eq!(&Journey::from_rules(kind, &journey.rules()).unwrap(), journey);
        assert!(journey.steps().iter().map(Step::word).all(|word| !word.is_empty()));
    }
}

//! The person is found in the insurer's records by numbers and birth date, and confirmed by
//! the folded kana of the name (guide rows A7, A37).
//!
//! Which part did not fit is never said: one sentence for all, few tries.

use sekisho_base::{Cx, era};
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::audit::Event;
use crate::ids::PersonKey;
use crate::journey::{Again, Effect, Fact, Facts, Form, Known, Reason, Refusal, Want, Weighed};
use crate::kana;
use crate::member::{self, Claimed, Marks, Proof};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The controls, in the order in which they are shown.
    pub fields: Vec<Field>,
    /// How often a person may try before the office has to help.
    #[serde(default = "five")]
    pub tries: u32,
}

const fn five() -> u32 {
    5
}

/// What a person can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 記号
    Symbol,
    /// 番号
    Number,
    /// 枝番; may be left empty.
    Branch,
    /// The family name in kana.
    FamilyName,
    /// The given name in kana.
    GivenName,
    /// The date of birth.
    BirthDate,
}

impl Field {
    /// The control's name.
    pub const fn control(self) -> &'static str {
        match self {
            Self::Symbol => "symbol",
            Self::Number => "number",
            Self::Branch => "branch",
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::BirthDate => "birth_date",
        }
    }
}

/// How often the person has tried.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {
    /// Claims that fitted no record.
    pub failures: u32,
}

/// A claim that could be read.
pub struct Answer {
    claimed: Claimed,
}

/// The record that was found.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// Its key.
    pub person: PersonKey,
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> &'static [Fact] {
        &[]
    }

    fn gives(&self) -> &'static [Fact] {
        &[Fact::Person]
    }

    fn check(&self) -> Result<(), &'static str> {
        let asks = |field| self.fields.contains(&field);
        if !asks(Field::Symbol) || !asks(Field::Number) {
            return Err("a person is found by symbol and number: both must be among the fields");
        }
        if !asks(Field::FamilyName) || !asks(Field::GivenName) {
            return Err(
                "a person is confirmed by the kana of family and given name: both must be among the fields",
            );
        }
        if self.tries == 0 || self.tries > 10 {
            return Err("1 to 10 tries");
        }
        Ok(())
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge::default(), Vec::new())
    }

    fn read(&self, _challenge: &Challenge, form: &Form, known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        let mut refusals: Vec<Refusal> = self
            .fields
            .iter()
            .filter(|field| **field != Field::Branch && form.get(field.control()).is_empty())
            .map(|field| Refusal::at(field.control(), Reason::Empty))
            .collect();
        let birth_date = match form.get("birth_date") {
            "" => None,
            typed => era::parse_birth_date(typed)
                .map_err(|_| refusals.push(Refusal::at("birth_date", Reason::DateShape)))
                .ok(),
        };
        for control in ["family_name", "given_name"] {
            let typed = form.get(control);
            if !typed.is_empty() && kana::fold(typed, known.insurer.kana).is_err() {
                refusals.push(Refusal::at(control, Reason::KanaShape));
            }
        }
        let name = format!("{}{}", form.get("family_name"), form.get("given_name"));
        match (refusals.is_empty(), kana::fold(&name, known.insurer.kana)) {
            (true, Ok(kana)) => Ok(Answer {
                claimed: Claimed {
                    symbol: Marks::new(form.get("symbol")),
                    number: Marks::new(form.get("number")),
                    branch: Some(form.get("branch")).filter(|branch| !branch.is_empty()).map(Marks::new),
                    kana,
                    birth_date,
                },
            }),
            (true, Err(_)) => Err(vec![Refusal::at("family_name", Reason::KanaShape)]),
            (false, _) => Err(refusals),
        }
    }

    fn wants(&self, _challenge: &Challenge, answer: &Answer, _known: &Known<'_>) -> Want {
        Want::Candidates(answer.claimed.clone())
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (answer, facts): (Answer, Facts),
        known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        let (records, bound) = match facts {
            Facts::Candidates { records, bound } => (records, bound),
            Facts::Blocked(until) => {
                return Weighed::Again(Again::refused(challenge, Refusal::page(Reason::Wait { until })));
            }
            _ => return Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
        };
        let insurer = known.insurer;
        let today = cx.now.date_in_tokyo();
        let proof = member::proof(&answer.claimed, &records, &insurer.proofing, today);
        let tried = |result| vec![Effect::Record(Event::proofing(insurer.code.clone(), result))];
        match proof {
            Proof::Found(person) if known.invitation().is_some_and(|invited| invited.person != person) => {
                self.fail(challenge, tried("other_person_than_invited"))
            }
            Proof::Found(person) if bound.contains(&person) => {
                Weighed::Over(Refusal::page(Reason::Enrolled), tried("enrolled_already"))
            }
            Proof::Found(person) => {
                let mut effects = tried("found");
                effects.push(Effect::ForgetClaims(answer.claimed));
                Weighed::Onward(Evidence { person }, effects)
            }
            Proof::CoverEnded(on) => {
                Weighed::Over(Refusal::page(Reason::CoverEnded { on }), tried("cover_ended"))
            }
            Proof::NotYet(on) => {
                Weighed::Over(Refusal::page(Reason::CoverAhead { on }), tried("cover_ahead"))
            }
            Proof::NoMatch => self.fail(challenge, tried("no_match")),
            Proof::Ambiguous => self.fail(challenge, tried("ambiguous")),
        }
    }
}

impl Rule {
    fn fail(&self, mut challenge: Challenge, effects: Vec<Effect>) -> Weighed<Challenge, Evidence> {
        challenge.failures += 1;
        if challenge.failures >= self.tries {
            return Weighed::Over(Refusal::page(Reason::NoMatchLast), effects);
        }
        Weighed::Again(Again {
            challenge,
            refusals: vec![Refusal::page(Reason::NoMatch)],
            notice: None,
            effects,
        })
    }
}

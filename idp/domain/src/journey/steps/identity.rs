//! The person is found in the insurer's records by numbers and birth date, and confirmed by
//! the folded kana of the name (guide rows A7, A37, B30, C18, E3).
//!
//! Which part did not fit is never said: one sentence for all, few tries. Where an insurer gave out IDs, the page
//! may offer them first (row C16).

mod judged;
mod read;

use jiff::civil::Date;
use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};

use self::judged::{Judged, proof_of};
use super::StepKind;
use crate::email::Email;
use crate::ids::PersonKey;
use crate::journey::{Act, Again, Effect, Fact, Facts, Form, Known, Reason, Refusal, Want, Weighed};
use crate::member::{Claimed, Proof, Record};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The controls, in the order in which they are shown.
    pub fields: Vec<Field>,
    /// How often a person may try before the office has to help.
    #[serde(default = "five")]
    pub tries: u32,
    /// Whether a pre-issued ID and its temporary password are offered first.
    #[serde(default)]
    pub given_id: bool,
    /// The id of the document that pressing the button accepts (row B28).
    #[serde(default)]
    pub consent: Option<String>,
    /// The documents that are drawn beside the fields, the first one open (row B29).
    #[serde(default = "plastic")]
    pub cards: Vec<Card>,
}

const fn five() -> u32 {
    5
}

fn plastic() -> Vec<Card> {
    vec![Card::Plastic]
}

/// A document that shows the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Card {
    /// A plastic card.
    Plastic,
    /// A sheet of paper.
    Paper,
}

/// What a person can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 保険者指定コード: the insurer's word.
    InsurerCode,
    /// 記号
    Symbol,
    /// 番号
    Number,
    /// 枝番; may be left empty.
    Branch,
    /// 記号番号枝番 in one, joined by hyphens (row C18).
    SymbolNumberBranch,
    /// 保険者番号
    InsurerNumber,
    /// The family name in kana.
    FamilyName,
    /// The given name in kana.
    GivenName,
    /// The whole name in kana.
    KanaName,
    /// The date of birth.
    BirthDate,
}

impl Field {
    /// The control's name.
    pub const fn control(self) -> &'static str {
        match self {
            Self::InsurerCode => "insurer_code",
            Self::Symbol => "symbol",
            Self::Number => "number",
            Self::Branch => "branch",
            Self::SymbolNumberBranch => "symbol_number_branch",
            Self::InsurerNumber => "insurer_number",
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::KanaName => "kana_name",
            Self::BirthDate => "birth_date",
        }
    }
}

/// Where in the step the person is.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {
    /// Claims that fitted no record.
    pub failures: u32,
    /// Whether the page of ID and temporary password is shown.
    pub offers_id: bool,
    /// Whether the branch is asked as well, because several persons fit (row E34).
    pub asks_branch: bool,
}

/// What the person says.
pub enum Answer {
    /// Who they are.
    Claim {
        /// What records are compared with.
        claimed: Claimed,
        /// Whether the insurer number is this insurer's, where it was asked.
        of_this_insurer: bool,
    },
    /// An ID and its temporary password.
    GivenId {
        /// The ID, folded.
        id: String,
        /// The password.
        password: secrecy::SecretString,
    },
    /// The other way: without an ID, or back to it.
    Other,
}

/// The record that was found, as far as later steps show or use it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Found {
    /// Its key.
    pub person: PersonKey,
    /// The name in kana, as sent.
    pub kana: String,
    /// The birth date.
    pub birth_date: Date,
    /// The address, where the record has one.
    pub email: Option<Email>,
}

impl Found {
    /// What is kept of a record.
    pub fn of(record: &Record) -> Self {
        Self {
            person: record.person.clone(),
            kana: record.kana.clone(),
            birth_date: record.birth_date,
            email: record.email.clone(),
        }
    }

    /// The name as people read it: full width.
    pub fn kana_shown(&self) -> String {
        use unicode_normalization::UnicodeNormalization as _;
        self.kana.nfkc().collect()
    }
}

/// Who was found, and what the button accepted.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The record.
    pub found: Found,
    /// The document that the button accepted, and its version.
    pub consented: Option<(String, String)>,
    /// When.
    pub at: Timestamp,
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::Person]
    }

    fn check(&self) -> Result<(), &'static str> {
        let asks = |field| self.fields.contains(&field);
        if !(asks(Field::SymbolNumberBranch) || asks(Field::Symbol) && asks(Field::Number)) {
            return Err("a person is found by symbol and number: both must be among the fields");
        }
        if !(asks(Field::KanaName) || asks(Field::FamilyName) && asks(Field::GivenName)) {
            return Err("a person is confirmed by the kana of the name: it must be among the fields");
        }
        if asks(Field::SymbolNumberBranch)
            && (asks(Field::Symbol) || asks(Field::Number) || asks(Field::Branch))
        {
            return Err("symbol, number and branch are asked in one field or in several, not both");
        }
        if self.tries == 0 || self.tries > 10 {
            return Err("1 to 10 tries");
        }
        Ok(())
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge { offers_id: self.given_id, ..Challenge::default() }, Vec::new())
    }

    fn read(&self, challenge: &Challenge, form: &Form, known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        if self.given_id && form.act() == Act::Other {
            Ok(Answer::Other)
        } else if challenge.offers_id && !self.is_claim(form) {
            read::given_id(form)
        } else {
            read::claim(self, challenge, form, known)
        }
    }

    fn wants(&self, _challenge: &Challenge, answer: &Answer, _known: &Known<'_>) -> Want {
        match answer {
            Answer::Claim { claimed, .. } => Want::Candidates(claimed.clone()),
            Answer::GivenId { id, .. } => Want::Given(id.clone()),
            Answer::Other => Want::Nothing,
        }
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (answer, facts): (Answer, Facts),
        known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        if matches!(answer, Answer::Other) {
            let challenge = Challenge { offers_id: !challenge.offers_id, ..challenge };
            return Weighed::Again(Again::moved(challenge, Vec::new()));
        }
        let (records, bound) = match facts {
            Facts::Candidates { records, bound } => (records, bound),
            Facts::Blocked(until) => {
                return Weighed::Again(Again::refused(challenge, Refusal::page(Reason::Wait { until })));
            }
            // No try of the person's: they stay where they are, on the page they were on.
            Facts::Unavailable => {
                let challenge =
                    Challenge { offers_id: matches!(answer, Answer::GivenId { .. }), ..challenge };
                return Weighed::Again(Again::refused(challenge, Refusal::page(Reason::Unavailable)));
            }
            _ => return Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
        };
        let today = cx.now.date_in_tokyo();
        let proof = proof_of(&answer, &records, known, today);
        let offers_id = matches!(answer, Answer::GivenId { .. });
        let judged = Judged { rule: self, challenge: Challenge { offers_id, ..challenge }, answer, known };
        match proof {
            Proof::Found(person) => match records.iter().find(|record| record.person == person) {
                Some(record) => judged.found(record, &bound, cx),
                None => judged.fail("no_match"),
            },
            Proof::CoverEnded(on) => judged.over(Reason::CoverEnded { on }, "cover_ended"),
            Proof::NotYet(on) => judged.over(Reason::CoverAhead { on }, "cover_ahead"),
            Proof::NoMatch => judged.fail("no_match"),
            Proof::Ambiguous => judged.fail("ambiguous"),
        }
    }
}

impl Rule {
    /// Whether a form is that of the fields. A first page keeps no challenge: what was sent tells which page it was.
    pub fn is_claim(&self, form: &Form) -> bool {
        self.fields.iter().any(|field| form.has(field.control()))
    }
}

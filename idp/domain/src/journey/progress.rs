//! How far someone has walked, and what an answer makes of it.

use sekisho_base::{Cx, Language};
use serde::{Deserialize, Serialize};

use super::steps::email_link;
use super::{
    Answer, Challenge, Effect, Evidence, Facts, Form, Journey, Notice, Reason, Refusal, Step, To, World,
};
use crate::ids::{ClientId, InsurerCode};

/// How far someone has walked: the content of a journey's sealed row.
#[derive(Clone, Serialize, Deserialize)]
pub struct Progress {
    /// Whose journey it is.
    pub insurer: InsurerCode,
    /// The reader's language.
    pub language: Language,
    /// The step at hand, counted from 0.
    pub at: usize,
    /// What the step at hand waits for.
    pub challenge: Challenge,
    /// What the steps before gave.
    pub evidence: Vec<Evidence>,
    /// What was typed and is worth keeping.
    pub draft: Form,
    /// Why the last answer was not enough.
    pub refusals: Vec<Refusal>,
    /// Something to tell beside the question.
    pub notice: Option<Notice>,
    /// The authorization request that brought the person here, sealed for the browser it began in.
    pub request: Option<String>,
    /// The client that asked; it is known still when the journey moved to another browser.
    pub client: Option<ClientId>,
    /// How often the person went back. A step that is posed anew has new tries, so this has an end.
    #[serde(default)]
    pub backs: u32,
    /// The places of the steps that were passed by an answer, in their order: where Back leads.
    #[serde(default)]
    pub passed: Vec<usize>,
    /// The page of ours to return to at the end, where no request is to be gone on with.
    #[serde(default)]
    pub to: Option<To>,
    /// Whether somebody signed in shows again who they are: nothing is skipped that they could show.
    #[serde(default)]
    pub is_step_up: bool,
}

/// How often one journey may go back.
const BACKS: u32 = 10;

/// What became of an answer.
pub enum Turn {
    /// The person stays at the step.
    Again(Progress, Vec<Effect>),
    /// The person is at the next step.
    Onward(Progress, Vec<Effect>),
    /// The last step is passed.
    Arrived(Vec<Evidence>, Vec<Effect>),
    /// The journey ends here and cannot be taken up again.
    Over(Refusal, Vec<Effect>),
}

/// What a step decides about an answer.
pub enum Weighed<C, E> {
    /// Not yet: the challenge as it now stands.
    Again(Again<C>),
    /// Passed.
    Onward(E, Vec<Effect>),
    /// No further attempt is possible.
    Over(Refusal, Vec<Effect>),
    /// The person wants to correct the step before.
    Back,
}

/// A step that goes on waiting.
pub struct Again<C> {
    /// What it waits for now.
    pub challenge: C,
    /// What was not right.
    pub refusals: Vec<Refusal>,
    /// Something to tell.
    pub notice: Option<Notice>,
    /// What must happen.
    pub effects: Vec<Effect>,
}

impl<C> Again<C> {
    /// The step moved to another question of its own.
    pub fn moved(challenge: C, effects: Vec<Effect>) -> Self {
        Self { challenge, refusals: Vec::new(), notice: None, effects }
    }

    /// The answer was refused.
    pub fn refused(challenge: C, refusal: Refusal) -> Self {
        Self { challenge, refusals: vec![refusal], notice: None, effects: Vec::new() }
    }

    /// Tells something beside the question.
    #[must_use]
    pub fn telling(mut self, notice: Notice) -> Self {
        self.notice = Some(notice);
        self
    }
}

/// Who sets out, and from where.
pub struct Start {
    /// Whose journey it is.
    pub insurer: InsurerCode,
    /// The reader's language.
    pub language: Language,
    /// What is known before the first step: an invitation, or the password of a sign-in.
    pub evidence: Vec<Evidence>,
    /// The sealed authorization request.
    pub request: Option<String>,
    /// The client that asked.
    pub client: Option<ClientId>,
    /// The page of ours to return to at the end, where no request is to be gone on with.
    pub to: Option<To>,
    /// Whether somebody signed in shows again who they are.
    pub is_step_up: bool,
}

impl Progress {
    /// Sets out at the first step of `journey` that the start has not passed already.
    /// With all of them passed, nobody needs to walk: the evidence comes back.
    ///
    /// # Errors
    /// The evidence itself, when there is no step to take.
    pub fn begin(
        journey: &Journey,
        start: Start,
        world: &World<'_>,
        cx: &mut Cx,
    ) -> Result<(Self, Vec<Effect>), Vec<Evidence>> {
        let Start { insurer, language, evidence, request, client, to, is_step_up } = start;
        let passed = evidence.iter().filter(|evidence| evidence.is_of_a_step()).count();
        let known = world.known(language, &evidence);
        let Some((at, step)) = journey.next(passed, &known) else { return Err(evidence) };
        let (challenge, effects) = step.pose(&known, cx);
        let progress = Self {
            insurer,
            language,
            at,
            challenge,
            evidence,
            draft: Form::default(),
            refusals: vec![],
            notice: None,
            request,
            client,
            backs: 0,
            passed: Vec::new(),
            to,
            is_step_up,
        };
        Ok((progress, effects))
    }

    /// Whether a mailed link moved the journey away from the browser it was begun in.
    pub fn is_moved(&self) -> bool {
        let asked = match &self.challenge {
            Challenge::EmailLink(challenge) => challenge.proof.is_some_and(|proof| proof.elsewhere),
            _ => false,
        };
        let passed = |found: &Evidence| matches!(found, Evidence::EmailLink(link) if link.elsewhere);
        asked || self.evidence.iter().any(passed)
    }

    /// The step at hand.
    pub fn step<'j>(&self, journey: &'j Journey) -> Option<&'j Step> {
        journey.steps.get(self.at)
    }

    /// Reads a form against the step at hand.
    ///
    /// # Errors
    /// What is missing or misshapen, field by field.
    pub fn read(&self, journey: &Journey, world: &World<'_>, form: &Form) -> Result<Answer, Vec<Refusal>> {
        let secret_numbers = form.my_numbers();
        if !secret_numbers.is_empty() {
            return Err(secret_numbers);
        }
        let Some(step) = self.step(journey) else { return Err(vec![Refusal::page(Reason::StartAgain)]) };
        step.read(&self.challenge, form, &world.known(self.language, &self.evidence))
    }

    /// The progress of somebody whose form could not be read: nothing typed is lost.
    #[must_use]
    pub fn unread(mut self, form: &Form, refusals: Vec<Refusal>) -> Self {
        self.draft = form.worth_keeping();
        self.refusals = refusals;
        self.notice = None;
        self
    }

    /// Weighs an answer, given what was looked up for it.
    pub fn answer(self, journey: &Journey, given: Given<'_>, cx: &mut Cx) -> Turn {
        let Given { answer, facts, form, world } = given;
        let Some(step) = journey.steps.get(self.at) else {
            return Turn::Over(Refusal::page(Reason::StartAgain), Vec::new());
        };
        let Self { insurer, language, at, challenge, mut evidence, request, client, backs, passed, .. } =
            self;
        let Self { to, is_step_up, .. } = self;
        let weighed = step.weigh(challenge, (answer, facts), &world.known(language, &evidence), cx);
        let stay = |challenge, evidence, at| Self {
            insurer,
            language,
            at,
            challenge,
            evidence,
            draft: form.worth_keeping(),
            refusals: Vec::new(),
            notice: None,
            request,
            client,
            backs,
            passed: Vec::new(),
            to,
            is_step_up,
        };
        match weighed {
            Weighed::Over(refusal, effects) => Turn::Over(refusal, effects),
            Weighed::Again(again) => {
                let Again { challenge, refusals, notice, effects } = again;
                let mut progress = Self { notice, passed, ..stay(challenge, evidence, at) };
                if refusals.is_empty() {
                    progress.draft = Form::default();
                }
                Turn::Again(Self { refusals, ..progress }, effects)
            }
            Weighed::Back => {
                // What the start brought, an invitation, a session or a password, is not answered here and stays.
                let mut passed = passed;
                let before = passed.pop_if(|_| backs < BACKS);
                let Some((before, step)) = before.and_then(|at| Some((at, journey.steps.get(at)?))) else {
                    return Turn::Over(Refusal::page(Reason::StartAgain), Vec::new());
                };
                let draft = evidence.pop().map(Evidence::into_draft).unwrap_or_default();
                let (challenge, effects) = step.pose(&world.known(language, &evidence), cx);
                let backs = backs + 1;
                let progress = Self { draft, backs, passed, ..stay(challenge, evidence, before) };
                Turn::Again(progress, effects)
            }
            Weighed::Onward(mut given, mut effects) => {
                given.note(form);
                evidence.push(given);
                let passed = passed.into_iter().chain([at]).collect();
                let known = world.known(language, &evidence);
                let Some((at, next)) = journey.next(at + 1, &known) else {
                    return Turn::Arrived(evidence, effects);
                };
                let (challenge, more) = next.pose(&known, cx);
                effects.extend(more);
                let progress = Self { draft: Form::default(), passed, ..stay(challenge, evidence, at) };
                Turn::Onward(progress, effects)
            }
        }
    }

    /// The link of the step at hand was opened, in the browser that walks the journey or elsewhere.
    pub fn opened(mut self, journey: &Journey, elsewhere: bool, world: &World<'_>, cx: &mut Cx) -> Turn {
        if elsewhere {
            // The request is sealed for the other browser, which is never signed in by what this one does.
            self.request = None;
        }
        let form = Form::default();
        let answer = Answer::EmailLink(email_link::Answer::Opened { elsewhere });
        self.answer(journey, Given { answer, facts: Facts::Nothing, form: &form, world }, cx)
    }
}

/// An answer with everything that weighing it takes.
pub struct Given<'a> {
    /// What was read from the form.
    pub answer: Answer,
    /// What was looked up.
    pub facts: Facts,
    /// The form itself, for what is worth keeping.
    pub form: &'a Form,
    /// What does not depend on the journey.
    pub world: &'a World<'a>,
}

//! Who one is, in the insurer's records.

mod sample;

use std::collections::BTreeMap;

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

use super::{Document, QrCodes};
pub use sample::{Card, Sample};

/// What a person can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityField {
    /// `insurer_code`: the word that the insurer told its members.
    InsurerCode,
    /// `symbol`
    Symbol,
    /// `number`
    Number,
    /// `branch`, which may stay empty.
    Branch,
    /// `symbol_number_branch`: all three in one, such as `999-123456-00`.
    Joined,
    /// `insurer_number`
    InsurerNumber,
    /// `family_name`, in kana.
    FamilyName,
    /// `given_name`, in kana.
    GivenName,
    /// `kana_name`: both, with a space or without.
    KanaName,
    /// `birth_date`
    BirthDate,
}

impl IdentityField {
    /// Whether it stands on the document that is drawn.
    const fn is_drawn(self) -> bool {
        matches!(self, Self::Symbol | Self::Number | Self::Branch | Self::Joined | Self::InsurerNumber)
    }

    const fn is_name(self) -> bool {
        matches!(self, Self::FamilyName | Self::GivenName | Self::KanaName)
    }

    const fn is_mark(self) -> bool {
        matches!(self, Self::Symbol | Self::Joined)
    }
}

/// What was typed, by control.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(BTreeMap<String, String>);

impl Typed {
    /// What was typed into a control; empty where nothing was.
    pub fn get(&self, control: &str) -> &str {
        self.0.get(control).map_or("", String::as_str)
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Typed {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// What stands beside each other on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Symbol and number.
    Numbers,
    /// Family and given name.
    Names,
    /// A field alone.
    One(IdentityField),
}

/// The step `identity`, and `/signup` where it is the first. Controls: see [`IdentityField`].
#[derive(Template)]
#[template(path = "identity.html")]
pub struct Identity<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong; that nothing matched belongs to no control.
    pub errors: Vec<FieldError>,
    /// The fields, in the order of the insurer's file.
    pub fields: Vec<IdentityField>,
    /// As typed.
    pub typed: Typed,
    /// Whether the birth date is the insured person's, whoever registers (row E7).
    pub birth_of_insured: bool,
    /// The documents drawn; the second behind a fold. None: the plastic card.
    pub cards: Vec<Card>,
    /// What the button accepts (row B28).
    pub consent: Option<Document>,
    /// The common questions, where one says where to find the numbers.
    pub help_href: String,
    /// Signing in instead, carrying the request along; on a first page.
    pub login_href: Option<String>,
    /// The addresses as QR codes; on a first page.
    pub codes: Option<QrCodes>,
    /// Whether an ID that the insurer gave out leads on as well (`do=other`).
    pub other: bool,
}

impl Identity<'_> {
    /// The key of the title.
    pub fn title(&self) -> &'static str {
        let marked = self.fields.iter().any(|field| field.is_mark());
        match (self.has_names(), marked) {
            (true, true) => "identity.title",
            (true, false) => "identity.title_number",
            (false, _) => "identity.title_bare",
        }
    }

    /// Whether a name is asked for.
    pub fn has_names(&self) -> bool {
        self.fields.iter().any(|field| field.is_name())
    }

    /// What was typed into a control.
    pub fn typed(&self, control: &str) -> &str {
        self.typed.get(control)
    }

    /// Beside the branch: that it may stay empty, unless it was asked for because several persons fit.
    pub fn branch_aside(&self) -> &str {
        let asked = self.shell.wrong(&self.errors, "branch").is_some() || !self.typed("branch").is_empty();
        if asked { "" } else { self.shell.say("identity.optional") }
    }

    /// The fields as they stand on the page: symbol and number beside each other, and so the two names.
    pub fn rows(&self) -> Vec<Row> {
        use IdentityField::{FamilyName, GivenName, Number, Symbol};
        let mut rows = Vec::new();
        let mut fields = self.fields.iter().copied().peekable();
        while let Some(field) = fields.next() {
            rows.push(match field {
                Symbol if fields.next_if_eq(&Number).is_some() => Row::Numbers,
                FamilyName if fields.next_if_eq(&GivenName).is_some() => Row::Names,
                field => Row::One(field),
            });
        }
        rows
    }

    /// The number that ties a field to the drawing; empty for what is not drawn.
    pub fn mark(&self, field: IdentityField) -> String {
        let place = self.drawn().position(|drawn| drawn == field);
        place.map(|before| (before + 1).to_string()).unwrap_or_default()
    }

    fn drawn(&self) -> impl Iterator<Item = IdentityField> {
        self.fields.iter().copied().filter(|field| field.is_drawn())
    }

    /// The document drawn above the fields.
    pub fn first_sample(&self) -> Sample {
        Sample::of(self.cards.first().copied().unwrap_or(Card::Plastic), &self.fields)
    }

    /// The other one.
    pub fn second_sample(&self) -> Option<Sample> {
        self.cards.get(1).map(|card| Sample::of(*card, &self.fields))
    }

    /// A drawing in words: what it is, and which mark stands on what.
    pub fn in_words(&self, sample: &Sample) -> String {
        let speech = &self.shell.speech;
        let marks: Vec<String> = self
            .drawn()
            .zip(1..)
            .map(|(field, mark)| format!("{mark} {}", speech.say(label_of(field))))
            .collect();
        let marks = marks.join(speech.pick("、", ", "));
        self.shell.fill(sample.card.words(), "marks", marks)
    }

    /// The key of the birth date's label: whose it is.
    pub const fn birth_label(&self) -> &'static str {
        if self.birth_of_insured { "item.insured_birth_date" } else { "item.birth_date" }
    }

    /// Beside the birth date.
    pub fn birth_hint(&self) -> String {
        let whose = self.birth_of_insured.then(|| self.shell.say("identity.birth_insured"));
        whose.into_iter().chain([self.shell.say("identity.birth_hint")]).collect::<Vec<_>>().join("\n")
    }

    /// Beside the name in one field.
    pub fn kana_hint(&self) -> String {
        let whose = self.birth_of_insured.then(|| self.shell.say("identity.kana_whose"));
        whose.into_iter().chain([self.shell.say("identity.kana_name_hint")]).collect::<Vec<_>>().join("\n")
    }
}

/// The key of a drawn field's label.
const fn label_of(field: IdentityField) -> &'static str {
    match field {
        IdentityField::Symbol => "item.symbol",
        IdentityField::Branch => "item.branch",
        IdentityField::Joined => "item.symbol_number_branch",
        IdentityField::InsurerNumber => "item.insurer_number",
        _ => "item.number",
    }
}

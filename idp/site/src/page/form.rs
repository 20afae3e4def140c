//! The form of a page and what is wrong with what was typed.

/// What every form carries besides its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it is posted.
    pub action: String,
    /// The form token of this browser: the hidden control `form`.
    pub token: String,
    /// The turn of a journey that it answers: the hidden control `turn`.
    pub turn: Option<String>,
    /// The sealed request it carries along: the hidden control `request`, sent even when empty.
    pub request: Option<String>,
}

impl Form {
    /// A form that carries nothing but its token.
    pub fn plain(action: impl Into<String>, token: impl Into<String>) -> Self {
        Self { action: action.into(), token: token.into(), turn: None, request: None }
    }

    /// The hidden controls by name and value.
    pub fn hidden(&self) -> Vec<(&'static str, &str)> {
        let turn = self.turn.as_deref().map(|turn| ("turn", turn));
        let request = self.request.as_deref().map(|request| ("request", request));
        std::iter::once(("form", self.token.as_str())).chain(turn).chain(request).collect()
    }
}

/// Something to put right, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the control it belongs to; empty when it belongs to none, and then it stands in the summary only.
    pub field: String,
    /// What happened and what to do, as a sentence.
    pub message: String,
}

impl FieldError {
    /// An error beside the control `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

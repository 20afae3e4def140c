//! Who one is, in the insurer's records.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

/// Which fields the insurer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one field stands on the page")]
pub struct Asked {
    /// `symbol`.
    pub symbol: bool,
    /// `branch`, which may stay empty.
    pub branch: bool,
    /// `family_name` and `given_name`, in kana.
    pub names: bool,
    /// `birth_date`.
    pub birth_date: bool,
}

/// The step `identity`. Controls: `symbol`, `number`, `branch`, `family_name`, `given_name`, `birth_date`.
#[derive(Template)]
#[template(path = "identity.html")]
pub struct Identity<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong; that nothing matched belongs to no control.
    pub errors: Vec<FieldError>,
    /// Which fields stand on the page; the number always does.
    pub asked: Asked,
    /// As typed.
    pub symbol: String,
    /// As typed.
    pub number: String,
    /// As typed.
    pub branch: String,
    /// As typed.
    pub family_name: String,
    /// As typed.
    pub given_name: String,
    /// As typed.
    pub birth_date: String,
    /// The common questions, where one says where to find the numbers.
    pub help_href: String,
}

/// Where a value stands in the drawn document: its left edge, its width, its label, what it looks like.
type Spot = (u32, u32, &'static str, &'static str);

impl Identity<'_> {
    /// The key of the title.
    pub const fn title(&self) -> &'static str {
        match (self.asked.names, self.asked.symbol) {
            (true, true) => "identity.title",
            (true, false) => "identity.title_number",
            (false, _) => "identity.title_bare",
        }
    }

    /// The values marked in the drawn document, in the order of their marks.
    pub fn sample(&self) -> Vec<Spot> {
        let symbol = self.asked.symbol.then_some((30, 84, "記号", "91"));
        let branch = self.asked.branch.then_some((275, 67, "枝番", "00"));
        symbol.into_iter().chain([(134, 122, "番号", "200001")]).chain(branch).collect()
    }

    /// The mark of the number.
    pub const fn number_mark(&self) -> &'static str {
        if self.asked.symbol { "2" } else { "1" }
    }

    /// The mark of the branch.
    pub const fn branch_mark(&self) -> &'static str {
        if self.asked.symbol { "3" } else { "2" }
    }
}

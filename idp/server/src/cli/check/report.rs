//! What is said of one insurer.

use sekisho_base::accent;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::oidc::client::Registration;

use super::{assurance, documents, ends, texts, words};

/// What is said of one insurer: how it works in words, what it should know, what it should reconsider, and why it is
/// refused.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The journeys and rules, for a clerk to read.
    pub words: Vec<String>,
    /// What the house makes of the file's wishes.
    pub notes: Vec<String>,
    /// What works, and is doubtful.
    pub warnings: Vec<String>,
    /// What cannot be served.
    pub faults: Vec<String>,
}

impl Report {
    /// The report of an insurer whose file could be read, with the clients that its members may meet.
    pub fn of(insurer: &Insurer, clients: &[Registration]) -> Self {
        let mut report = Self { words: words::of(insurer), ..Self::default() };
        match accent::guard(&insurer.accent) {
            Ok(accent) => report.notes.extend(accent.notice),
            Err(error) => report.fault(format!("accent: {error}")),
        }
        assurance::look(insurer, clients, &mut report);
        documents::look(insurer, &mut report);
        ends::look(insurer, &mut report);
        texts::look(insurer, &mut report);
        report
    }

    /// Says what should be reconsidered.
    pub fn warn(&mut self, sentence: impl Into<String>) {
        self.warnings.push(sentence.into());
    }

    /// Says what cannot be served.
    pub fn fault(&mut self, sentence: impl Into<String>) {
        self.faults.push(sentence.into());
    }
}

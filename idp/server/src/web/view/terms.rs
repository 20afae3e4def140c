//! Terms: to agree to, and to read.

use askama::Template;
use sekisho_site::page::{Block, FieldError, Form, Shell};

/// A document as it is put before a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The control that agrees to it: `accept_terms` or `accept_privacy`.
    pub control: String,
    /// Its name in the reader's language.
    pub name: String,
    /// Its version as people read it: 「2026年11月版」.
    pub version: String,
    /// The language it is written in where that is not the reader's: `ja`; empty otherwise.
    pub written_in: String,
    /// Its text.
    pub blocks: Vec<Block>,
    /// Whether the reader had ticked it.
    pub agreed: bool,
    /// Whether it is to be read to its end before it is ticked (row B17): a script tells who does not.
    pub gated: bool,
}

/// The step `terms`. Controls: one checkbox for each document, its value is `yes`.
#[derive(Template)]
#[template(path = "terms.html")]
pub struct Terms<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What is to be agreed to, in order.
    pub documents: Vec<Document>,
}

impl Terms<'_> {
    /// The versions of the documents, each once.
    pub fn versions(&self) -> String {
        let mut versions: Vec<&str> = Vec::new();
        for document in &self.documents {
            if !versions.contains(&document.version.as_str()) {
                versions.push(&document.version);
            }
        }
        versions.join(self.shell.speech.pick("、", ", "))
    }
}

/// `/terms/{id}`: a document alone.
#[derive(Template)]
#[template(path = "document.html")]
pub struct TermsDocument<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The document.
    pub document: Document,
}

//! Documents: where they can be read, and in which languages.

use sekisho_base::Language;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Journey, Step};
use sekisho_domain::terms::Document;
use sekisho_site::page::read_prose;

use super::report::Report;

/// The documents that the foot of every page leads to.
const FOOT: [&str; 2] = ["terms", "privacy"];

/// Looks at every document.
pub fn look(insurer: &Insurer, report: &mut Report) {
    for id in FOOT.into_iter().filter(|id| insurer.document(id).is_none()) {
        report
            .fault(format!("documents: every page leads to /terms/{id}, and there is no document \"{id}\""));
    }
    let mut seen: Vec<&str> = Vec::new();
    for document in insurer.documents() {
        let id = document.id.as_str();
        if seen.contains(&id) {
            report.fault(format!("document {id}: stands in the file twice"));
        }
        seen.push(id);
        for language in [Language::Ja, Language::En] {
            look_at_text(document, language, report);
        }
        if !FOOT.contains(&id) && !accepted(insurer).any(|accepted| accepted == id) {
            report.warn(format!("document {id}: no step asks for it and no page leads to it"));
        }
    }
}

fn look_at_text(document: &Document, language: Language, report: &mut Report) {
    let (id, tag) = (&document.id, language.tag());
    if document.title.get(language).trim().is_empty() {
        report.fault(format!("document {id}: its title has no text ({tag})"));
    }
    let text = document.text.get(language);
    if read_prose(text).is_empty() {
        report.fault(format!("document {id}: its file has no text ({tag})"));
    } else if is_japanese(text) != (language == Language::Ja) {
        report.fault(format!("document {id}: its file seems to be in another language ({tag})"));
    }
}

/// Whether a text is mostly Japanese: an English one may name a Japanese word, and the other way about.
fn is_japanese(text: &str) -> bool {
    let kana = text.chars().filter(|c| matches!(c, '\u{3041}'..='\u{30ff}')).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    kana > letters
}

/// The ids of the documents that some journey asks for.
fn accepted(insurer: &Insurer) -> impl Iterator<Item = &str> {
    insurer.journeys().flat_map(Journey::steps).flat_map(|step| match step {
        Step::Terms(rule) => rule.documents.iter().map(String::as_str).collect(),
        Step::Identity(rule) => rule.consent.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn faults(file: &str, changes: &[(&str, &str)]) -> Vec<String> {
        let mut report = Report::default();
        look(&sample::altered(file, changes), &mut report);
        report.faults
    }

    #[test]
    fn a_page_never_leads_to_a_document_that_is_not_there() {
        let changes =
            [("id = \"privacy\"", "id = \"policy\""), ("\"terms\", \"privacy\"", "\"terms\", \"policy\"")];
        assert_eq!(
            faults("aoba", &changes),
            ["documents: every page leads to /terms/privacy, and there is no document \"privacy\""]
        );
    }

    #[test]
    fn files_that_were_mixed_up_are_noticed() {
        let mixed = [(
            "{ ja = \"aoba-terms.ja.md\", en = \"aoba-terms.en.md\" }",
            "{ ja = \"aoba-terms.en.md\", en = \"aoba-terms.ja.md\" }",
        )];
        assert_eq!(
            faults("aoba", &mixed),
            [
                "document terms: its file seems to be in another language (ja)",
                "document terms: its file seems to be in another language (en)"
            ]
        );
    }

    #[test]
    fn a_document_stands_once_and_has_a_title() {
        let twice = [
            ("id = \"privacy\"", "id = \"terms\""),
            ("\"terms\", \"privacy\"", "\"terms\""),
            ("en = \"Privacy policy\"", "en = \" \""),
        ];
        let found = faults("aoba", &twice);
        assert!(found.contains(&"document terms: stands in the file twice".to_owned()), "{found:?}");
        assert!(found.contains(&"document terms: its title has no text (en)".to_owned()), "{found:?}");
    }

    #[test]
    fn a_document_that_nobody_meets_is_doubtful() {
        let mut report = Report::default();
        let changes = [("consent = \"inquiry\"\n", "")];
        look(&sample::altered("kaede", &changes), &mut report);
        assert_eq!(report.warnings, ["document inquiry: no step asks for it and no page leads to it"]);
    }
}

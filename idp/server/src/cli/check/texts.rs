//! An insurer's own words: each must be known to some page, and say something in both languages.

use std::collections::BTreeSet;

use sekisho_base::{Language, Table};
use sekisho_domain::insurer::{Both, Insurer};
use sekisho_site::page;

use super::report::Report;
use crate::web::view;

const LANGUAGES: [Language; 2] = [Language::Ja, Language::En];

/// Looks at every text of the file.
pub fn look(insurer: &Insurer, report: &mut Report) {
    for key in insurer.texts.keys() {
        match [view::texts(), page::texts()].into_iter().find(|table| table.get(Language::Ja, key).is_some())
        {
            None => report.fault(format!("texts.\"{key}\": no page says this")),
            Some(house) => look_at_override(key, &insurer.texts, house, report),
        }
    }
    let mut said = |what: String, text: &Both| {
        for language in LANGUAGES.into_iter().filter(|language| text.get(*language).trim().is_empty()) {
            report.fault(format!("{what}: there is no text ({})", language.tag()));
        }
    };
    said("name".to_owned(), &insurer.name);
    said("office.hours".to_owned(), &insurer.office.hours);
    for opt_in in &insurer.opt_ins {
        said(format!("opt_in {}", opt_in.id), &opt_in.title);
    }
    for notice in insurer.all_notices() {
        said(format!("notice of {}: title", notice.date), &notice.title);
        said(format!("notice of {}: text", notice.date), &notice.text);
    }
}

fn look_at_override(key: &str, own: &Table, house: &Table, report: &mut Report) {
    let values: BTreeSet<&str> =
        LANGUAGES.iter().filter_map(|language| house.get(*language, key)).flat_map(values).collect();
    for language in LANGUAGES {
        let text = own.get(language, key).unwrap_or_default();
        if text.trim().is_empty() {
            report.fault(format!("texts.\"{key}\": there is no text ({})", language.tag()));
        }
        for unknown in self::values(text).into_iter().filter(|value| !values.contains(value)) {
            report.fault(format!("texts.\"{key}\": {{{unknown}}} is not filled in there"));
        }
    }
}

/// The names of the values that a text is filled with: `{name}`.
fn values(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn faults(texts: &str) -> Vec<String> {
        let mut report = Report::default();
        let texts = format!("{texts}\n\n[name]");
        look(&sample::altered("aoba", &[("[name]", &texts)]), &mut report);
        report.faults
    }

    #[test]
    fn an_override_that_no_page_says_is_refused() {
        assert_eq!(
            faults("[texts]\n\"signin.titel\" = { ja = \"入口\", en = \"Entrance\" }"),
            ["texts.\"signin.titel\": no page says this"]
        );
        assert!(faults("[texts]\n\"signin.title\" = { ja = \"入口\", en = \"Entrance\" }").is_empty());
    }

    #[test]
    fn an_override_says_something_in_both_languages() {
        assert_eq!(
            faults("[texts]\n\"signin.title\" = { ja = \"入口\", en = \" \" }"),
            ["texts.\"signin.title\": there is no text (en)"]
        );
    }

    #[test]
    fn an_override_uses_the_values_of_the_text_it_stands_for() {
        let own = |text: &str| format!("[texts]\n\"mail.code.text\" = {{ ja = \"{text}\", en = \"soon\" }}");
        assert!(faults(&own("{minutes}分以内に入れてください。")).is_empty());
        assert_eq!(
            faults(&own("{hours}時間以内に。")),
            ["texts.\"mail.code.text\": {hours} is not filled in there"]
        );
    }

    #[test]
    fn names_and_hours_are_given_in_both_languages() {
        let mut report = Report::default();
        let changes = [("en = \"Aoba Health Insurance Society\"", "en = \"\"")];
        look(&sample::altered("aoba", &changes), &mut report);
        assert_eq!(report.faults, ["name: there is no text (en)"]);
    }
}

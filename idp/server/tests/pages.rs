//! Every page, in both languages, keeps the promises that all pages make.

#![expect(clippy::unwrap_used, reason = "what shared helpers cannot do fails the test that asked")]

#[path = "pages/guides.rs"]
mod guides;
#[path = "../examples/gallery/samples.rs"]
mod samples;

use std::collections::BTreeSet;

use samples::Sheet;
use sekisho_base::{Language, Table};
use sekisho_idp::web::view;
use sekisho_site::page;

const LANGUAGES: [Language; 2] = [Language::Ja, Language::En];

fn every_page(mut check: impl FnMut(&Sheet, Language)) {
    for language in LANGUAGES {
        let theme = samples::theme().unwrap();
        let sheets = samples::pages(language).unwrap();
        assert!(sheets.iter().any(|sheet| sheet.html.contains(&theme.href)));
        assert!(sheets.len() > 90);
        for sheet in sheets {
            check(&sheet, language);
        }
    }
}

/// The tags of a page, without their angle brackets.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|piece| piece.split('>').next())
}

fn tags_of<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
    tags(html).filter(|tag| tag.split_whitespace().next() == Some(name)).collect()
}

fn attribute<'h>(tag: &'h str, name: &str) -> Option<&'h str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

#[test]
fn nothing_on_a_page_is_inline() {
    every_page(|sheet, _| {
        for tag in tags(&sheet.html) {
            assert!(!tag.contains(" style="), "{}: {tag}", sheet.name);
            // An attribute such as `onclick`, and not the word "on" in a value.
            let handles = |rest: &str| {
                rest.split_once("=\"")
                    .is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_lowercase()))
            };
            assert!(!tag.split(" on").skip(1).any(handles), "{}: {tag}", sheet.name);
            assert!(!tag.contains("javascript:"), "{}: {tag}", sheet.name);
            assert_ne!(tag, "style", "{}", sheet.name);
        }
        for script in tags_of(&sheet.html, "script") {
            assert!(attribute(script, "src").is_some(), "{}: {script}", sheet.name);
        }
    });
}

#[test]
fn nothing_on_a_page_is_loaded_from_elsewhere() {
    every_page(|sheet, _| {
        for tag in tags(&sheet.html) {
            let loaded = ["link", "script", "img", "form"].contains(&tag.split(' ').next().unwrap());
            for name in ["href", "src", "action"] {
                if let (true, Some(address)) = (loaded, attribute(tag, name)) {
                    assert!(address.starts_with('/') && !address.starts_with("//"), "{}: {tag}", sheet.name);
                }
            }
        }
    });
}

#[test]
fn every_key_of_a_page_has_words() {
    let keys: BTreeSet<&str> = view::texts().keys().chain(page::texts().keys()).collect();
    let families: BTreeSet<&str> = keys.iter().filter_map(|key| key.split('.').next()).collect();
    every_page(|sheet, language| {
        let texts: Vec<&str> = sheet.html.split('>').filter_map(|piece| piece.split('<').next()).collect();
        let text = texts.join(" ");
        for word in text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "._".contains(letter))) {
            let family = word.split_once('.').map(|(family, _)| family);
            let known = family.is_some_and(|family| families.contains(family));
            let prose = word.ends_with('.') || word.ends_with("example.jp");
            assert!(!known || prose, "{} {}: {word}", sheet.name, language.tag());
        }
        assert!(!text.contains('{') && !text.contains("**") && !text.contains("[["), "{}", sheet.name);
    });
}

#[test]
fn both_languages_have_the_same_keys_and_values() {
    let ja = include_str!("../locales/ja.toml");
    let en = include_str!("../locales/en.toml");
    let table = Table::parse(ja, en).unwrap();
    for key in table.keys() {
        let values = |language| -> BTreeSet<String> {
            let text = table.get(language, key).unwrap();
            text.split('{').skip(1).filter_map(|piece| piece.split('}').next()).map(str::to_owned).collect()
        };
        assert_eq!(values(Language::Ja), values(Language::En), "{key}");
        assert!(!table.get(Language::Ja, key).unwrap().is_empty(), "{key}");
    }
}

#[test]
fn every_control_has_a_label() {
    every_page(|sheet, _| {
        let labelled: BTreeSet<&str> =
            tags_of(&sheet.html, "label").into_iter().filter_map(|tag| attribute(tag, "for")).collect();
        let controls = tags_of(&sheet.html, "input").into_iter().chain(tags_of(&sheet.html, "textarea"));
        for control in controls {
            let kind = attribute(control, "type").unwrap_or("text");
            // Radios and checkboxes stand inside their labels; a hidden name is there for password managers.
            if ["hidden", "radio", "checkbox"].contains(&kind) || control.ends_with(" hidden") {
                continue;
            }
            assert!(labelled.contains(attribute(control, "id").unwrap()), "{}: {control}", sheet.name);
            assert_eq!(attribute(control, "placeholder"), None, "{}", sheet.name);
        }
        assert!(!sheet.html.contains(" disabled") && !sheet.html.contains(" readonly"), "{}", sheet.name);
    });
}

#[test]
fn what_describes_a_control_is_on_the_page_and_ids_are_unique() {
    every_page(|sheet, _| {
        let ids: Vec<&str> = tags(&sheet.html).filter_map(|tag| attribute(tag, "id")).collect();
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{}: {ids:?}", sheet.name);
        for tag in tags(&sheet.html) {
            for name in ["aria-describedby", "aria-labelledby", "aria-controls", "for"] {
                for id in attribute(tag, name).unwrap_or_default().split(' ').filter(|id| !id.is_empty()) {
                    assert!(known.contains(id), "{}: {tag}", sheet.name);
                }
            }
        }
    });
}

#[test]
fn the_first_button_of_a_step_goes_onward_and_every_other_belongs_to_it() {
    every_page(|sheet, _| {
        let Some((_, form)) = sheet.html.split_once("<form id=\"step\"") else { return };
        let (inside, after) = form.split_once("</form>").unwrap();
        let submits = |html| -> Vec<&str> {
            tags_of(html, "button")
                .into_iter()
                .filter(|tag| attribute(tag, "type") == Some("submit"))
                .collect()
        };
        let inside = submits(inside);
        // Where a mail was sent, nothing on the page goes onward: the mail's link does; nor where nothing is offered.
        let waits = ["link-sent", "reset-sent", "change-app-not-offered"]
            .iter()
            .any(|name| sheet.name.starts_with(name));
        assert_eq!(inside.is_empty(), waits, "{}", sheet.name);
        let Some(onward) = inside.first() else { return };
        // A page that asks before something ends goes onward by ending it.
        assert!(matches!(attribute(onward, "class"), Some("go" | "stop")), "{}", sheet.name);
        assert!(matches!(attribute(onward, "name"), None | Some("decision")), "{}", sheet.name);
        for button in submits(after) {
            assert_eq!(attribute(button, "form"), Some("step"), "{}: {button}", sheet.name);
        }
        // What is shown this once is not lost by a change of language.
        if sheet.name == "recovery-codes-made" {
            return;
        }
        let switch = submits(after).into_iter().find(|button| attribute(button, "name") == Some("lang"));
        assert!(switch.is_some(), "{}: the language switch is a button of the form", sheet.name);
    });
}

#[test]
fn every_form_carries_its_token() {
    every_page(|sheet, _| {
        for form in sheet.html.split("<form ").skip(1) {
            let (form, _) = form.split_once("</form>").unwrap();
            let posts = form.split('>').next().unwrap().contains("method=\"post\"");
            assert_eq!(posts, form.contains("name=\"form\" value=\"sample-token\""), "{}", sheet.name);
        }
    });
}

#[test]
fn a_page_with_errors_says_so_in_its_title_and_ties_each_to_its_control() {
    let mut failed = 0;
    every_page(|sheet, language| {
        // The place where a script will speak of a passkey is no error yet.
        let wrong = sheet.html.replace("id=\"passkey-told\" role=\"alert\"", "").contains("role=\"alert\"");
        let (_, title) = sheet.html.split_once("<title>").unwrap();
        let prefix = match language {
            Language::Ja => "エラー：",
            Language::En => "Error: ",
        };
        assert_eq!(title.starts_with(prefix), wrong, "{}", sheet.name);
        assert_eq!(wrong, sheet.name.ends_with("-error"), "{}", sheet.name);
        failed += usize::from(wrong);
        for link in tags_of(&sheet.html, "a").into_iter().filter_map(|tag| attribute(tag, "href")) {
            if let Some(field) = link.strip_prefix('#') {
                assert!(sheet.html.contains(&format!(" id=\"{field}\"")), "{}: {field}", sheet.name);
                assert!(sheet.html.contains(&format!("id=\"{field}-wrong\"")), "{}: {field}", sheet.name);
            }
        }
    });
    assert!(failed >= 44, "{failed}");
}

#[test]
fn what_was_typed_survives_except_secrets() {
    every_page(|sheet, _| {
        for input in tags_of(&sheet.html, "input") {
            let secret = attribute(input, "type") == Some("password")
                || matches!(attribute(input, "name"), Some("code" | "auth_key"));
            let value = attribute(input, "value").unwrap_or_default();
            assert!(!secret || value.is_empty(), "{}: {input}", sheet.name);
        }
        if sheet.name == "identity-error" {
            for typed in ["91", "200001", "00", "ケンポ", "ショウコ", "20000121"] {
                assert!(sheet.html.contains(&format!("value=\"{typed}\"")), "{typed}");
            }
        }
    });
}

#[test]
fn every_page_names_its_language_and_offers_help_in_the_same_order() {
    every_page(|sheet, language| {
        assert!(sheet.html.contains(&format!("<html lang=\"{}\">", language.tag())), "{}", sheet.name);
        let (_, footer) = sheet.html.split_once("<footer").unwrap();
        let links: Vec<&str> =
            tags_of(footer, "a").into_iter().filter_map(|tag| attribute(tag, "href")).collect();
        let starts = ["/help", "/inquiry", "/terms/terms", "/terms/privacy"];
        assert_eq!(links.len(), starts.len(), "{}", sheet.name);
        assert!(links.iter().zip(starts).all(|(link, start)| link.starts_with(start)), "{}", sheet.name);
        assert_eq!(tags_of(&sheet.html, "h1").len(), 1, "{}", sheet.name);
    });
}

#[test]
fn a_page_with_its_stylesheet_weighs_little() {
    let css = page::HOUSE.iter().find(|asset| asset.name == "house.css").unwrap().bytes.len();
    every_page(|sheet, _| {
        assert!(sheet.html.len() + css < 40 * 1024, "{}: {}", sheet.name, sheet.html.len());
    });
}

#[test]
fn mails_show_no_pictures_and_exist_in_both_languages() {
    for language in LANGUAGES {
        let mails = samples::mails(language).unwrap();
        assert_eq!(mails.len(), 34);
        for mail in mails {
            assert!(mail.html.contains(&format!("<html lang=\"{}\">", language.tag())), "{}", mail.name);
            assert!(!mail.html.contains("<img") && !mail.html.contains("<link"), "{}", mail.name);
        }
    }
}

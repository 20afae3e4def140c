//! What every mail promises.

use sekisho_base::Language;
use sekisho_site::page;

use super::*;
use crate::web::view::texts;

fn writer(language: Language) -> Writer<'static> {
    let speech = Speech::new(language, vec![texts(), page::texts()]);
    Writer {
        society: speech.pick("青葉健康保険組合", "Aoba Health Insurance Society").into(),
        phone: "03-0000-0150".into(),
        hours: speech.pick("平日 9:00〜17:00", "Weekdays 9:00 to 17:00").into(),
        speech,
    }
}

fn every_mail(language: Language) -> [Mail; 23] {
    let writer = writer(language);
    [
        Mail::code(&writer, "482915", 10),
        Mail::sign_in_code(&writer, "482915", 10),
        Mail::link(&writer, LinkKind::Begin, "shoko@example.jp", ("https://id.example.jp/link/abc", 180)),
        Mail::link(&writer, LinkKind::Proven, "shoko@example.jp", ("https://id.example.jp/link/abc", 30)),
        Mail::link(&writer, LinkKind::Activate, "shoko@example.jp", ("https://id.example.jp/link/abc", 1440)),
        Mail::known_address(&writer, "https://id.example.jp/login"),
        Mail::known_elsewhere(&writer, "https://id.example.jp/signup?insurer=aoba"),
        Mail::joined(&writer, "https://id.example.jp/login"),
        Mail::registered(&writer, "https://id.example.jp/login"),
        Mail::invitation(&writer, "https://id.example.jp/link/abc", 7),
        Mail::new_device(&writer, "iPhone (Safari)", "2026-11-21 10:24"),
        Mail::change_code(&writer, "address_code", ("482915", 10)),
        Mail::change_code(&writer, "factor_code", ("482915", 10)),
        Mail::address_wanted(&writer),
        Mail::address_changed(
            &writer,
            "n•••@example.jp",
            ("https://id.example.jp/link/abc", "11月28日 10:24"),
        ),
        Mail::changed(&writer, "address_new"),
        Mail::changed(&writer, "address_restored"),
        Mail::changed(&writer, "password_own"),
        Mail::changed(&writer, "factor_replaced"),
        Mail::changed(&writer, "factor_removed"),
        Mail::closing(&writer, "12月21日 10:24", "https://id.example.jp/login"),
        Mail::ended(&writer),
        Mail::inquiry(&writer, "4821", "shoko@example.jp", "<b>届きません</b>\n12"),
    ]
}

fn first_digits(text: &str) -> String {
    text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
}

#[test]
fn a_code_stands_alone_on_its_line_and_is_the_first_run_of_digits() {
    for language in [Language::Ja, Language::En] {
        let writer = writer(language);
        let code = "482915";
        for mail in [
            Mail::code(&writer, code, 10),
            Mail::sign_in_code(&writer, code, 10),
            Mail::owner_code(&writer, code, 10),
            Mail::change_code(&writer, "address_code", (code, 10)),
            Mail::change_code(&writer, "factor_code", (code, 10)),
        ] {
            let text = mail.text().unwrap();
            assert!(text.lines().any(|line| line == "482915"), "{text}");
            assert_eq!(first_digits(&text), "482915");
        }
        let sms = sms_code(&writer.speech, "青葉健康保険組合", "482915", "id.example.jp");
        assert!(sms.lines().any(|line| line == "482915"), "{sms}");
        assert_eq!(first_digits(&sms), "482915");
        assert_eq!(sms.lines().last(), Some("@id.example.jp #482915"));
    }
}

#[test]
fn text_and_html_say_the_same_and_nothing_is_left_to_fill_in() {
    for language in [Language::Ja, Language::En] {
        for mail in every_mail(language) {
            let (text, html) = (mail.text().unwrap(), mail.html().unwrap());
            assert!(!mail.subject.contains('\n') && !mail.subject.starts_with("mail."), "{}", mail.subject);
            let more = [&mail.heading, &mail.addressee, &mail.no_reply].into_iter().flatten();
            let said = [&mail.lead, &mail.foot, &mail.phone, &mail.hours].into_iter().chain(&mail.lines);
            for said in said.chain(more) {
                assert!(text.contains(said.as_str()), "{said}");
                assert!(html.contains(said.as_str()), "{said}");
                assert!(!said.starts_with("mail."), "{said}");
            }
            assert!(!text.contains('{'), "{text}");
            assert!(!html.contains("<img") && !html.contains("url("), "{html}");
        }
    }
}

#[test]
fn c12_to_c15_c24_a_link_says_to_whom_from_whom_how_long_and_what_then() {
    let link = "https://id.example.jp/link/abc";
    for (kind, minutes, valid) in [
        (LinkKind::Begin, 180, "3時間"),
        (LinkKind::Proven, 30, "30分"),
        (LinkKind::Activate, 1440, "24時間"),
    ] {
        let mail = Mail::link(&writer(Language::Ja), kind, "shoko@example.jp", (link, minutes));
        let text = mail.text().unwrap();
        for said in [
            "shoko@example.jp",
            "青葉健康保険組合です",
            link,
            valid,
            "やり直してください",
            "このメールを消してください",
            "返信できません",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}

#[test]
fn xs_02_a_question_cannot_write_html_into_the_mail() {
    let mail = Mail::inquiry(&writer(Language::Ja), "4821", "shoko@example.jp", "<b>届きません</b>");
    assert!(!mail.html().unwrap().contains("<b>"));
    assert!(mail.text().unwrap().contains("<b>届きません</b>"));
}

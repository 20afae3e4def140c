//! Documents as their readers get them: the text is taken out again by `pdftotext` (poppler-utils).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use sekisho_base::{Language, Timestamp};
use sekisho_portal_kit::front::pdf::{
    About, Align, Column, FontError, Fonts, Ink, Paper, Settings, Style, Table,
};
use sekisho_site::page::Qr;

/// 2026-11-21 10:24:36 in Japan.
const NOW: Timestamp = Timestamp::from_seconds(1_795_224_276);

fn fonts() -> Fonts {
    Fonts::read(&Settings::default()).unwrap()
}

fn about() -> About {
    About {
        title: "資格確認書の写し".into(),
        author: "青葉健康保険組合".into(),
        language: Language::Ja,
        foot: "画面の提示が必要です".into(),
    }
}

fn read(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut child =
        Command::new(tool).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(pdf).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

fn text(pdf: &[u8]) -> String {
    read("pdftotext", &["-layout", "-", "-"], pdf)
}

fn costs(rows: usize) -> Table {
    let columns = vec![
        Column::new("診療年月", 2.0),
        Column::new("医療機関", 4.0),
        Column::amounts("窓口で払った額", 2.0),
    ];
    let row = |at: usize| {
        vec![format!("2026年{}月", at % 12 + 1), "架空総合病院".to_owned(), format!("{},230円", at + 1)]
    };
    Table { rows: (0..rows).map(row).collect(), ..Table::new(columns) }
}

#[test]
fn rare_characters_of_names_are_set_and_can_be_copied_out_again() {
    let fonts = fonts();
    let mut paper = Paper::new(&fonts, about());
    paper.text("資格確認書の写し", Style::TITLE);
    paper.text("髙橋 﨑山 𠮷田 葛\u{e0100}城 ﾊﾝｶｸ", Style::BODY);
    paper.pairs(&[("記号・番号", "91-200001".into()), ("氏名", "髙﨑 𠮷子".into())]);
    let pdf = paper.finish(NOW).unwrap();
    let text = text(&pdf);
    for shown in [
        "資格確認書の写し",
        "髙橋 﨑山 𠮷田",
        "葛\u{e0100}城",
        "ﾊﾝｶｸ",
        "91-200001",
        "髙﨑 𠮷子",
        "画面の提示が必要です",
        "1/1",
    ] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
    assert!(pdf.len() < 60_000, "{} bytes: only what is used is embedded", pdf.len());
}

#[test]
fn a_character_that_no_font_has_becomes_a_geta_and_nothing_is_lost() {
    let fonts = fonts();
    let mut paper = Paper::new(&fonts, about());
    // A character for private use, as old member records have them, and control characters.
    paper.text("渡\u{e000}\u{0}\u{1b}さん", Style::BODY);
    assert!(text(&paper.finish(NOW).unwrap()).contains("渡〓さん"));
}

#[test]
fn a_long_table_turns_the_page_by_whole_rows_and_repeats_its_head() {
    let fonts = fonts();
    let mut paper = Paper::new(&fonts, about());
    paper.text("医療費のお知らせ", Style::TITLE);
    paper.table(&costs(90));
    let sheets = paper.sheets();
    let pdf = paper.finish(NOW).unwrap();
    let text = text(&pdf);
    assert!(sheets > 1, "{sheets}");
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert_eq!(pages.len(), sheets);
    for (at, page) in pages.iter().enumerate() {
        assert_eq!(page.matches("診療年月").count(), 1, "{page}");
        assert!(page.contains(&format!("{}/{sheets}", at + 1)), "{page}");
    }
    for at in 0..90 {
        assert_eq!(text.matches(&format!(" {},230円", at + 1)).count(), 1, "{at}");
    }
}

#[test]
fn what_is_read_aloud_is_a_heading_a_table_with_its_head_once_and_a_figure() {
    let fonts = fonts();
    let mut paper = Paper::new(&fonts, about());
    paper.text("医療費のお知らせ", Style::TITLE);
    paper.qr(&Qr::of("https://certificate.example.jp/c/7K2M-94QX").unwrap(), 60.0, "確かめるページ");
    paper.table(&costs(90));
    let pdf = paper.finish(NOW).unwrap();
    let about = read("pdfinfo", &["-"], &pdf);
    for line in [
        "Title:           資格確認書の写し",
        "Author:          青葉健康保険組合",
        "Tagged:          yes",
        "A4",
    ] {
        assert!(about.contains(line), "{line} is not in {about}");
    }
    let structure = read("pdfinfo", &["-struct-text", "-"], &pdf);
    assert_eq!(structure.matches("診療年月").count(), 1, "{structure}");
    assert_eq!(structure.matches("TR (").count() + structure.matches("TR\n").count(), 91, "{structure}");
    for part in ["H1", "Table", "TH", "TD", "Figure"] {
        assert!(structure.contains(part), "{part} is not in {structure}");
    }
}

#[test]
fn long_texts_are_broken_and_stay_within_the_margins() {
    let fonts = fonts();
    let mut paper = Paper::new(&fonts, about());
    paper.text(&"とても長い文章が続きます。".repeat(40), Style::BODY.ink(Ink::Soft));
    paper.text(&"x".repeat(400), Style::BODY.size(14.0).align(Align::Right));
    let boxes = read("pdftotext", &["-bbox", "-", "-"], &paper.finish(NOW).unwrap());
    for place in boxes.split("xMax=\"").skip(1) {
        let right: f32 = place.split('"').next().unwrap().parse().unwrap();
        assert!(right <= 595.28 - 56.0, "{right}");
    }
}

#[test]
fn the_same_content_at_the_same_moment_is_the_same_file() {
    let fonts = fonts();
    let file = || {
        let mut paper = Paper::new(&fonts, about());
        paper.text("資格確認書", Style::TITLE);
        paper.table(&costs(3));
        paper.finish(NOW).unwrap()
    };
    assert_eq!(file(), file());
}

#[test]
fn a_font_that_is_missing_or_none_is_named() {
    let missing = Settings { font: "/nowhere/font.ttc".into(), ..Settings::default() };
    let none = Settings { font: "Cargo.toml".into(), ..Settings::default() };
    let errors = [missing, none].map(|settings| Fonts::read(&settings).unwrap_err());
    assert!(
        matches!(&errors[0], FontError::File { .. }) && errors[0].to_string().contains("/nowhere/font.ttc")
    );
    assert!(matches!(&errors[1], FontError::Shape(_)) && errors[1].to_string().contains("Cargo.toml"));
    let unknown: Result<Settings, _> = serde_json::from_str(r#"{"face":"x"}"#);
    assert!(unknown.is_err());
}

//! A year as CSV (RFC 4180), for spreadsheets.

use encoding_rs::SHIFT_JIS;

use super::document::{Document, Line};

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// With a byte order mark, as spreadsheets of today like it.
    Utf8,
    /// For older ones. What it lacks becomes 〓.
    Cp932,
}

const HEAD: [&str; 18] = [
    "被保険者の氏名",
    "療養を受けた年月",
    "療養を受けた人の氏名",
    "病院・診療所・薬局などの名称",
    "支払った医療費の額",
    "保険者の名称",
    "区分",
    "日数・回数",
    "医療費の総額",
    "食事の総額",
    "保険者が負担した額",
    "国・自治体が負担した額",
    "窓口で支払った額",
    "食事に支払った額",
    "高額療養費",
    "付加給付",
    "支給日",
    "訂正",
];

/// The year as a CSV file: the treatments, then what the file is and what is not in it.
pub fn csv(document: &Document, encoding: Encoding) -> Vec<u8> {
    let mut text = String::new();
    row(&mut text, HEAD.iter().map(|name| quoted(name)));
    for line in &document.lines {
        row(&mut text, cells(document, line));
    }
    text.push_str("\r\n");
    let about = [
        ("年", document.title_year()),
        ("収載期間", document.covers()),
        ("作成日時", document.made()),
        ("改訂", document.coverage.revision.to_string()),
        ("含まれないもの", document.not_included().concat()),
        ("使いみち", "確定申告の原本ではありません。e-Taxの認証を受けた形でもありません。".to_owned()),
    ];
    for (name, value) in about {
        row(&mut text, [quoted(name), quoted(&value)].into_iter());
    }
    match encoding {
        Encoding::Utf8 => format!("\u{feff}{text}").into_bytes(),
        Encoding::Cp932 => cp932(&text),
    }
}

fn row(text: &mut String, cells: impl Iterator<Item = String>) {
    text.push_str(&cells.collect::<Vec<_>>().join(","));
    text.push_str("\r\n");
}

fn cells(document: &Document, line: &Line) -> impl Iterator<Item = String> {
    let amounts = &line.amounts;
    let paid_on = line.paid_on.map(|day| day.to_string()).unwrap_or_default();
    [
        quoted(&document.insured),
        quoted(&line.month.to_string()),
        quoted(&line.patient),
        quoted(&line.institution),
        line.paid.get().to_string(),
        quoted(&document.insurer),
        quoted(line.kind.word()),
        line.days.to_string(),
        amounts.total.get().to_string(),
        amounts.meal_total.get().to_string(),
        amounts.insurer.get().to_string(),
        amounts.public.get().to_string(),
        amounts.patient.get().to_string(),
        amounts.meal_copay.get().to_string(),
        amounts.refund.get().to_string(),
        amounts.additional.get().to_string(),
        quoted(&paid_on),
        quoted(if line.corrected { "あり" } else { "" }),
    ]
    .into_iter()
}

/// A text cell. One that a spreadsheet would take for a formula begins with an apostrophe: whatever an extract says about
/// an institution, opening the file runs nothing.
fn quoted(text: &str) -> String {
    let first = text.trim_start().chars().next();
    let formula = first.is_some_and(|first| "=+-@|\t\r＝＋－＠｜\u{2212}".contains(first));
    let mark = if formula { "'" } else { "" };
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{mark}{}\"", plain.replace('"', "\"\""))
}

/// The bytes of Windows' `Shift_JIS`.
fn cp932(text: &str) -> Vec<u8> {
    let known = |c: char| {
        let c = if c == '\u{301c}' { '\u{ff5e}' } else { c };
        let (.., lacks) = SHIFT_JIS.encode(c.encode_utf8(&mut [0; 4]));
        if lacks { '〓' } else { c }
    };
    let text: String = text.chars().map(known).collect();
    SHIFT_JIS.encode(&text).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::document::tests::document;
    use super::*;

    fn text(document: &Document) -> String {
        String::from_utf8(csv(document, Encoding::Utf8)).unwrap()
    }

    #[test]
    fn the_six_legal_items_come_first_and_every_row_has_them() {
        let text = text(&document());
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let head = lines.next().unwrap();
        assert!(head.starts_with(
            "\"被保険者の氏名\",\"療養を受けた年月\",\"療養を受けた人の氏名\",\"病院・診療所・薬局などの名称\",\
             \"支払った医療費の額\",\"保険者の名称\","
        ));
        assert_eq!(
            lines.next().unwrap(),
            "\"健保 翔子\",\"2026-02\",\"健保 A2\",\"例町病院\",1500,\"青葉健康保険組合\",\"歯科外来\",2,5000,0,3500,0,1500,0,0,0,\
             \"\",\"\""
        );
        assert_eq!(text.lines().filter(|line| line.contains("例町病院")).count(), 3);
        assert!(text.contains("\"収載期間\",\"2026年1月～2026年9月\""));
        assert!(!text.contains("200001"), "neither symbol nor number stands in it");
    }

    #[test]
    fn xs_01_no_cell_is_a_formula() {
        for hostile in ["=1+1", "+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "−1", "＠x"]
        {
            let mut document = document();
            document.lines[0].institution = hostile.to_owned();
            let text = text(&document);
            assert!(text.contains("\"'"), "{hostile}: {text}");
        }
        let mut document = document();
        document.lines[0].institution = "a\",=1\r\n=2".to_owned();
        assert!(text(&document).contains("\"a\"\",=1  =2\""), "a cell ends where it should");
    }

    #[test]
    fn older_spreadsheets_get_their_bytes_and_a_mark_for_what_they_lack() {
        let mut document = document();
        document.lines[0].institution = "𠮷田〜髙橋医院".to_owned();
        let bytes = csv(&document, Encoding::Cp932);
        let (text, .., broken) = SHIFT_JIS.decode(&bytes);
        assert!(!broken && text.contains("\"〓田～髙橋医院\""), "{text}");
        assert!(!bytes.starts_with(b"\xef\xbb\xbf"));
    }
}

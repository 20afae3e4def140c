//! A year, and the notice of eligibility information, as PDF files. Like all papers of an insurer they are in Japanese.

use jiff::civil::Date;
use sekisho_base::{Language, Timestamp, era};
use sekisho_portal_kit::front::pdf::{About, Align, Column, Fonts, Ink, Paper, PaperError, Style, Table};

use super::document::{Document, Line};
use crate::rules::eligibility::Eligibility;

/// For whom a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// For the member: with 記号・番号, and with who paid what.
    Own,
    /// For the tax office (税務署に出す形): the six legal items, without 記号・番号.
    Tax,
}

const NAMELESS: &str = "（名称の知らせなし）";

/// The paper of a year.
///
/// # Errors
/// When a font cannot be embedded.
pub fn year_paper(fonts: &Fonts, document: &Document, layout: Layout) -> Result<Vec<u8>, PaperError> {
    let title = match layout {
        Layout::Own => format!("{}　医療費のお知らせ", document.title_year()),
        Layout::Tax => format!("{}　医療費のお知らせ（医療費控除用）", document.title_year()),
    };
    let mut paper = Paper::new(
        fonts,
        About {
            title: title.clone(),
            author: document.insurer.clone(),
            language: Language::Ja,
            foot: format!(
                "{}　第{}版　{}作成",
                document.insurer,
                document.coverage.revision,
                document.made()
            ),
        },
    );
    paper.text(&title, Style::TITLE.size(16.0));
    paper.space(8.0);
    paper.rule();
    paper.pairs(&head(document, layout));
    paper.space(14.0);
    paper.text("受診の明細", Style::HEADING);
    if document.lines.is_empty() {
        paper.text("この期間の受診の知らせはありません。", Style::BODY);
    } else {
        paper.table(&treatments(document, layout));
    }
    sums(&mut paper, document);
    remarks(&mut paper, document, layout);
    paper.finish(document.made_at)
}

fn head(document: &Document, layout: Layout) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("被保険者の氏名", document.insured.clone())];
    if layout == Layout::Own {
        pairs.push(("記号・番号", format!("{}・{}", document.symbol, document.number)));
    }
    pairs.push(("保険者の名称", document.insurer.clone()));
    pairs.push(("支払った医療費の額", format!("{}円", document.total.paid)));
    pairs.push(("記載している期間", document.covers()));
    pairs
}

fn treatments(document: &Document, layout: Layout) -> Table {
    let columns = match layout {
        Layout::Tax => vec![
            Column::new("被保険者の氏名", 2.3),
            Column::new("療養を受けた年月", 2.2),
            Column::new("療養を受けた人", 2.3),
            Column::new("病院・薬局などの名称", 3.3),
            Column::amounts("支払った額（円）", 2.1),
            Column::new("保険者の名称", 3.0),
        ],
        Layout::Own => vec![
            Column::new("年月", 1.95),
            Column::new("受診した人", 2.2),
            Column::new("医療機関など", 3.1),
            Column::amounts("支払った額", 1.6),
            Column::new("区分", 1.7),
            Column::amounts("日数", 0.9),
            Column::amounts("総額", 1.6),
            Column::amounts("組合の負担", 1.7),
            Column::amounts("国・自治体", 1.6),
        ],
    };
    let rows = document.lines.iter().map(|line| match layout {
        Layout::Tax => legal_items(document, line),
        Layout::Own => own_items(line),
    });
    Table { rows: rows.collect(), size: 8.5, ..Table::new(columns) }
}

fn legal_items(document: &Document, line: &Line) -> Vec<String> {
    vec![
        document.insured.clone(),
        month(line),
        line.patient.clone(),
        institution(line),
        line.paid.to_string(),
        document.insurer.clone(),
    ]
}

fn own_items(line: &Line) -> Vec<String> {
    let split = line.amounts.split();
    let unit = if line.kind.counts_times() { "回" } else { "日" };
    let kind = if line.corrected {
        format!("{}（訂正）", line.kind.word())
    } else {
        line.kind.word().to_owned()
    };
    vec![
        month(line),
        line.patient.clone(),
        institution(line),
        line.paid.to_string(),
        kind,
        format!("{}{unit}", line.days),
        split.total.to_string(),
        split.insurer.to_string(),
        split.public.to_string(),
    ]
}

fn month(line: &Line) -> String {
    format!("{}年{}月", line.month.year(), line.month.month())
}

fn institution(line: &Line) -> String {
    if line.institution.is_empty() { NAMELESS.to_owned() } else { line.institution.clone() }
}

fn sums(paper: &mut Paper<'_>, document: &Document) {
    let total = document.total;
    paper.space(6.0);
    paper.text(
        &format!("支払った医療費の額の合計　{}円", total.paid),
        Style::BODY.size(12.0).align(Align::Right),
    );
    let others = format!(
        "医療費の総額　{}円　　組合の負担　{}円　　国・自治体の負担　{}円",
        total.total, total.insurer, total.public
    );
    paper.text(&others, Style::SMALL.align(Align::Right));
    if document.refunds.sum().get() != 0 {
        paper.space(10.0);
        paper.text("あとから支給された額（給付金）", Style::HEADING);
        paper.pairs(&[
            ("高額療養費", format!("{}円", document.refunds.high_cost)),
            ("付加給付", format!("{}円", document.refunds.additional)),
        ]);
        paper.space(4.0);
        paper.text("医療費控除では、支払った額からこの額を差し引きます。", Style::SMALL.ink(Ink::Soft));
    }
}

fn remarks(paper: &mut Paper<'_>, document: &Document, layout: Layout) {
    paper.space(14.0);
    paper.text("ここに入っていないもの", Style::HEADING);
    for sentence in document.not_included() {
        paper.text(&format!("・{sentence}"), Style::SMALL);
    }
    paper.space(8.0);
    let mut remarks = vec![
        "支払った額には、入院中の食事の負担を含みます。窓口では10円未満を四捨五入するため、領収書の額と違うことがあります。",
    ];
    if layout == Layout::Tax {
        remarks.push(
            "この書面には記号・番号と保険者番号を入れていません。添付書類として使えるかどうかは、税務署か組合の窓口にお確かめください。",
        );
    }
    for remark in remarks {
        paper.text(remark, Style::SMALL.ink(Ink::Soft));
    }
}

/// The paper of 資格情報のお知らせ, made at `now`.
///
/// # Errors
/// When a font cannot be embedded.
pub fn eligibility_paper(fonts: &Fonts, notice: &Eligibility, now: Timestamp) -> Result<Vec<u8>, PaperError> {
    let made = era::moment(now, Language::Ja);
    let mut paper = Paper::new(
        fonts,
        About {
            title: "資格情報のお知らせ".to_owned(),
            author: notice.insurer.clone(),
            language: Language::Ja,
            foot: format!("{}　{made}作成", notice.insurer),
        },
    );
    paper.text("資格情報のお知らせ", Style::TITLE);
    paper.text(&format!("{}に登録されている内容です（{made}）。", notice.insurer), Style::BODY);
    paper.space(12.0);
    paper.rule();
    paper.pairs(&eligibility(notice));
    paper.space(16.0);
    paper.text("このお知らせだけでは受診できません", Style::HEADING.ink(Ink::Seal));
    paper.text(
        "医療機関では、マイナ保険証をお使いください。カードを読み取れないときは、マイナ保険証と一緒にお見せください。",
        Style::BODY,
    );
    paper.finish(now)
}

fn eligibility(notice: &Eligibility) -> Vec<(&'static str, String)> {
    let day = |date: Date| era::dual(date, Language::Ja);
    let mut pairs = vec![("記号", notice.symbol.clone()), ("番号", notice.number.clone())];
    pairs.extend(notice.branch.clone().map(|branch| ("枝番", branch)));
    pairs.extend([("フリガナ", notice.name_kana.clone()), ("氏名", notice.name.clone())]);
    pairs.push(("生年月日", day(notice.birth_date)));
    pairs.extend(notice.insured_name.clone().map(|insured| ("被保険者の氏名", insured)));
    pairs.push(("資格取得年月日", day(notice.acquired_on)));
    pairs.extend(notice.lost_on.map(|date| ("資格喪失年月日", day(date))));
    pairs.extend(notice.burden.map(|tenths| ("負担割合", share(tenths, notice.burden_from))));
    pairs.extend([("保険者", notice.insurer.clone()), ("保険者番号", notice.insurer_number.clone())]);
    pairs
}

fn share(tenths: u8, from: Option<Date>) -> String {
    match from {
        Some(from) => format!("{tenths}割（{}から）", era::dual(from, Language::Ja)),
        None => format!("{tenths}割"),
    }
}

//! The certificate on paper. Like the card it is always in Japanese; it says itself that it does not stand for the screen.

use sekisho_base::{Language, Timestamp, era};
use sekisho_portal_kit::front::pdf::{About, Fonts, Ink, Paper, PaperError, Style};

use super::Card;

/// The side of the QR code in points.
const QR: f32 = 76.0;

/// A copy of a valid certificate; `check` is the address of its check page.
///
/// # Errors
/// When a font cannot be embedded.
pub fn copy(fonts: &Fonts, card: &Card, check: &str, now: Timestamp) -> Result<Vec<u8>, PaperError> {
    let made = era::moment(now, Language::Ja);
    let mut paper = Paper::new(
        fonts,
        About {
            title: "健康保険 資格確認書（写し）".to_owned(),
            author: card.insurer.clone(),
            language: Language::Ja,
            foot: format!("画面の提示が必要です　発行番号 {}　{made}に作成", card.serial),
        },
    );
    if let Some(qr) = &card.qr {
        paper.qr(qr, QR, "この資格確認書を確かめるページ");
    }
    paper.text("健康保険 資格確認書（写し）", Style::TITLE);
    paper.text(&format!("{}　{}", card.insurer, card.who), Style::BODY);
    paper.space(8.0);
    paper.text("画面の提示が必要です", Style::HEADING.ink(Ink::Seal));
    paper.text(
        "この写しだけでは使えません。\n受付では、スマートフォンなどの画面をお見せください。",
        Style::BODY,
    );
    paper.space(20.0);
    paper.text(&card.kana, Style::BODY.ink(Ink::Soft));
    paper.text(&card.name, Style::TITLE.as_text().size(22.0));
    paper.space(12.0);
    paper.pairs(&pairs(card));
    paper.space(16.0);
    paper.text("有効かどうかは、QRコードか次のアドレスで確かめられます。", Style::SMALL.ink(Ink::Soft));
    paper.text(check, Style::SMALL.ink(Ink::Soft));
    paper.finish(now)
}

fn pairs(card: &Card) -> Vec<(&'static str, String)> {
    let ends = Timestamp::from_micros(card.until_millis.saturating_mul(1_000));
    let ends = era::moment(ends, Language::Ja);
    let mut pairs = vec![("記号", card.symbol.clone()), ("番号", card.number.clone())];
    pairs.extend(card.branch.clone().map(|branch| ("枝番", branch)));
    pairs.push(("生年月日", format!("{}（{}年）", card.birth_date, card.birth_year)));
    pairs.extend(card.sex.map(|sex| ("性別", sex.to_owned())));
    pairs.push(("本人・家族", card.who.to_owned()));
    pairs.extend(card.insured_name.clone().map(|insured| ("被保険者", insured)));
    pairs.extend([("保険者", card.insurer.clone()), ("保険者番号", card.insurer_number.clone())]);
    pairs.push(("資格取得日", card.acquired_on.clone()));
    pairs.extend(card.burden.clone().map(|burden| ("負担割合", burden)));
    pairs.extend([("発行", card.issued.clone()), ("有効期限", ends)]);
    pairs.push(("発行番号", card.serial.clone()));
    pairs
}

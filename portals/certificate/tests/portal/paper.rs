//! The PDF file of a certificate; its text is taken out again by `pdftotext` (poppler-utils).

use std::io::Write as _;
use std::process::{Command, Stdio};

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use serde_json::json;
use tower::ServiceExt as _;

use crate::browser::Browser;
use crate::house::{HOUR, Portal, portal, portal_with, serial};

async fn file(portal: &Portal, browser: &Browser, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let cookies: Vec<String> = browser.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::get(path).header("cookie", cookies.join("; ")).body(Body::empty()).unwrap();
    let (parts, body) = portal.router.clone().oneshot(request).await.unwrap().into_parts();
    (parts.status, parts.headers, to_bytes(body, 1_000_000).await.unwrap().to_vec())
}

fn text(pdf: &[u8]) -> String {
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(pdf).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[tokio::test]
async fn the_pdf_says_what_the_card_says_and_that_the_screen_has_to_be_shown() {
    let portal = portal().await;
    portal.issuer.set().insurance["membership"]["name"] = json!("髙﨑　𠮷子");
    let (browser, path, card) = portal.applied().await;
    assert!(card.body.contains("PDFで保存する") && card.body.contains(&format!("href=\"{path}.pdf\"")));
    let (status, headers, pdf) = file(&portal, &browser, &format!("{path}.pdf")).await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (StatusCode::OK, "application/pdf"));
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["content-disposition"], "attachment; filename=\"shikaku-kakuninsho.pdf\"");
    let text = text(&pdf);
    let number = serial(&card);
    for shown in [
        "健康保険 資格確認書（写し）",
        "画面の提示が必要です",
        "この写しだけでは使えません",
        "青葉健康保険組合",
        "91",
        "200001",
        "00",
        "ケンポ ショウコ",
        "髙﨑 𠮷子",
        "平成12年1月21日（2000年）",
        "女",
        "本人",
        "06999015",
        "令和4年4月1日",
        "2026年11月21日（土）10:24",
        "2026年11月23日（月）10:24",
        &number,
        &format!("/c/{number}"),
    ] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
    assert!(!text.contains("負担割合"), "only from 70");
}

#[tokio::test]
async fn there_is_a_pdf_of_a_valid_certificate_only() {
    let portal = portal().await;
    let (_, path, _) = portal.applied().await;
    portal.clock.advance(48 * HOUR);
    let (mut browser, _, _) = portal.signed_in().await;
    let (status, headers, _) = file(&portal, &browser, &format!("{path}.pdf")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(headers["location"], path.trim_end_matches("/card"));
    assert!(!browser.get(&path).await.body.contains("PDF"));
}

#[tokio::test]
async fn rp_08_another_members_pdf_is_not_found_and_none_is_handed_out_after_signing_out() {
    let portal = portal().await;
    let (_, path, _) = portal.applied().await;
    portal.issuer.set().subject = "subject-2".into();
    portal.issuer.set().insurance["membership"]["person_key"] = json!("A0000099");
    let (other, _, _) = portal.signed_in().await;
    let (status, _, body) = file(&portal, &other, &format!("{path}.pdf")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(!body.starts_with(b"%PDF"));
    let (status, headers, _) = file(&portal, &portal.browser(), &format!("{path}.pdf")).await;
    assert!(status.is_redirection() && headers["location"].to_str().unwrap().starts_with("/login"));
}

#[tokio::test]
async fn f_25_no_pdf_is_made_of_claims_that_cannot_be_read_again() {
    let portal = portal().await;
    let (browser, path, _) = portal.applied().await;
    portal.clock.advance(HOUR / 2);
    portal.issuer.set().away = true;
    let (status, _, body) = file(&portal, &browser, &format!("{path}.pdf")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!body.starts_with(b"%PDF"));
}

#[tokio::test]
async fn without_a_font_everything_else_works_and_no_pdf_is_offered() {
    let portal = portal_with(|config| config.pdf.font = "/nowhere/font.ttc".into()).await;
    let said = sekisho_certificate::office::checked(&portal.config);
    assert!(said.contains("pdf.font") && said.contains("/nowhere/font.ttc"), "{said}");
    let (browser, path, card) = portal.applied().await;
    assert!(card.body.contains("有効") && !card.body.contains("PDF"));
    let (status, _, _) = file(&portal, &browser, &format!("{path}.pdf")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

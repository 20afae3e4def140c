//! The files of a year, as they are handed out.

use http::StatusCode;

use crate::house::{Portal, Row, VISIT, links};

const FILES: [(&str, &str, &str); 5] = [
    ("notice.pdf", "application/pdf", "iryouhi-no-oshirase.pdf"),
    ("notice-tax.pdf", "application/pdf", "iryouhi-koujo.pdf"),
    ("costs.csv", "text/csv; charset=utf-8", "iryouhi-no-oshirase.csv"),
    ("costs-sjis.csv", "text/csv; charset=shift_jis", "iryouhi-no-oshirase.csv"),
    ("costs.xml", "application/xml; charset=utf-8", "iryouhi-no-oshirase.xml"),
];

#[tokio::test]
async fn a_year_is_saved_in_every_form_under_a_name_that_says_nothing_and_kept_nowhere() {
    let portal = Portal::with(&[VISIT]).await;
    let (mut browser, page) = portal.signed_in().await;
    for (file, kind, name) in FILES {
        let path = format!("/costs/2026/{file}");
        assert_eq!(links(&page, file), [path.as_str()]);
        let answer = browser.get(&path).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, kind), "{file}");
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{name}\""));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.body.len() > 300, "{file}");
    }
    let csv = browser.get("/costs/2026/costs.csv").await;
    assert!(csv.body.starts_with('\u{feff}') && csv.body.contains("見本クリニック"), "{}", csv.body);
    let xml = browser.get("/costs/2026/costs.xml").await;
    assert!(
        xml.body.contains("not-certified") && xml.body.contains("<ds:SignatureValue")
            || xml.body.contains("<SignatureValue")
    );
    assert!(browser.get("/eligibility.pdf").await.body.starts_with("%PDF-"));
    assert!(portal.browser().get("/signing-key.pem").await.body.starts_with("-----BEGIN PUBLIC KEY-----"));
    assert!(
        portal
            .browser()
            .get("/medical-cost-notice.xsd")
            .await
            .body
            .contains("urn:sekisho:medical-cost-notice:1")
    );
    for path in
        ["/costs/2026/other.pdf", "/costs/2024/costs.csv", "/costs/2025/costs.csv", "/costs/x/costs.csv"]
    {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn rp_08_nobody_elses_year_is_handed_out() {
    let secret = Row { person: "A0000002", institution: "秘密の医院", ..VISIT };
    let portal = Portal::with(&[VISIT, secret]).await;
    portal.household(&[("A0000002", "健保　純一", &["medical_costs"])]);
    portal.issuer.set().subject = "subject-2".into();
    let (mut allowed, page) = portal.signed_in().await;
    let child = links(&page, "?person=").remove(0);
    let mark = child.split_once("person=").unwrap().1;
    let path = format!("/costs/2026/costs.csv?person={mark}");
    let theirs = allowed.get(&path).await;
    assert!(theirs.body.contains("秘密の医院") && !theirs.body.contains("見本クリニック"), "{}", theirs.body);
    let both = allowed.get("/costs/2026/costs.csv?person=all").await;
    assert!(both.body.contains("秘密の医院") && both.body.contains("見本クリニック"));

    portal.household(&[]);
    portal.issuer.set().subject = "subject-1".into();
    let (mut browser, _) = portal.signed_in().await;
    for (file, ..) in FILES {
        for person in [mark, "A0000002", "0123456789abcdef"] {
            let refused = browser.get(&format!("/costs/2026/{file}?person={person}")).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{file} {person}");
        }
        let own = browser.get(&format!("/costs/2026/{file}?person=all")).await;
        assert!(own.status == StatusCode::OK && !own.body.contains("秘密の医院"), "{file}");
        // Without a session there is no file, whoever once had the address.
        let away = portal.browser().get(&format!("/costs/2026/{file}")).await;
        assert!(away.location().starts_with("/login?"), "{file}");
    }
    // A session that ended takes its addresses with it.
    let form = browser.get("/costs").await.hidden("form");
    browser.post("/logout", &[("form", form.as_str())]).await;
    assert!(browser.get("/costs/2026/notice.pdf").await.location().starts_with("/login?"));
}

#[tokio::test]
async fn rp_12_no_file_is_made_of_claims_that_could_not_be_read_again() {
    let portal = Portal::with(&[VISIT]).await;
    let (mut browser, _) = portal.signed_in().await;
    portal.issuer.set().away = true;
    portal.clock.advance(std::time::Duration::from_mins(6));
    let page = browser.get("/costs").await;
    assert_eq!(page.status, StatusCode::OK, "pages of a live session keep working");
    assert!(page.body.contains("記録を確かめられていません"), "{}", page.body);
    for path in ["/costs/2026/notice.pdf", "/costs/2026/costs.csv", "/eligibility.pdf"] {
        assert_eq!(browser.get(path).await.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
}

#[tokio::test]
async fn xs_02_no_cell_of_a_file_is_a_formula_or_markup() {
    let rows: Vec<Row<'_>> = ["=HYPERLINK(\"http://x.example\")", "+1", "-1", "@SUM(A1)", "<b>&\"x\"</b>"]
        .into_iter()
        .map(|institution| Row { institution, ..VISIT })
        .collect();
    let portal = Portal::with(&rows).await;
    let (mut browser, _) = portal.signed_in().await;
    let csv = browser.get("/costs/2026/costs.csv").await.body;
    for line in csv.lines().skip(1) {
        for cell in line.split(',') {
            let inner = cell.trim_start_matches('\u{feff}').trim_matches('"');
            let number = inner.parse::<i64>().is_ok();
            assert!(number || !inner.starts_with(['=', '+', '-', '@']), "{cell} in {line}");
        }
    }
    let xml = browser.get("/costs/2026/costs.xml").await.body;
    assert!(xml.contains("&lt;b&gt;&amp;") && !xml.contains("<b>"), "{xml}");
}

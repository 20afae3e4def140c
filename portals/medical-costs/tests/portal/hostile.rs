//! What institutions, names and addresses may hold without harm.

use http::StatusCode;

use crate::house::{Portal, Row, VISIT, links};

#[tokio::test]
async fn xs_02_names_of_institutions_and_people_are_text_whatever_they_hold() {
    let nasty = "<script>alert(1)</script>\"'&**太字**[[x]]{amount}";
    let portal = Portal::with(&[
        Row { institution: nasty, refund: 500, ..VISIT },
        Row { person: "A0000002", institution: "</title></svg><img src=x onerror=alert(1)>", ..VISIT },
    ])
    .await;
    portal.household(&[("A0000002", "<b>純一</b>", &["medical_costs"])]);
    let (mut browser, page) = portal.signed_in().await;
    let bill = links(&page, "/bills/").remove(0);
    for path in ["/costs/2026", "/costs/2026?person=all", bill.as_str(), "/eligibility"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for markup in ["<script>alert", "<img src=x", "<b>純一", "onerror=alert(1)>"] {
            assert!(!page.body.contains(markup), "{markup} on {path}");
        }
    }
    let page = browser.get("/costs/2026").await;
    assert!(page.body.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{}", page.body);
    assert!(page.body.contains("**太字**[[x]]{amount}"), "nothing in a name is markup of ours");
}

#[tokio::test]
async fn xs_06_what_an_address_asks_for_is_compared_and_never_run() {
    let portal = Portal::with(&[VISIT]).await;
    let (mut browser, _) = portal.signed_in().await;
    for path in [
        "/costs/2026?person=%27%20or%201%3D1%20--",
        "/costs/2026?month=1%00",
        "/costs/2026?kind=%25",
        "/costs/2026%27",
        "/costs/2026/bills/%27%20or%20%27%27%3D%27",
        "/costs/2026/bills/..%2F..%2Fetc",
        "/costs/99999999999999999999",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page.body.contains("見本クリニック"), "{path}");
    }
    // What stands twice or cannot be read asks for nothing.
    assert_eq!(browser.get("/costs/2026?month=6&month=7").await.status, StatusCode::OK);
}

#[tokio::test]
async fn xs_03_pages_may_load_and_send_nothing_elsewhere() {
    let portal = Portal::with(&[VISIT]).await;
    let (_, page) = portal.signed_in().await;
    let policy = page.header("content-security-policy");
    for rule in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    for source in page.body.split("src=\"").skip(1).chain(page.body.split("<link ").skip(1)) {
        assert!(!source.split('>').next().unwrap().contains("//"), "{source:.80}");
    }
}

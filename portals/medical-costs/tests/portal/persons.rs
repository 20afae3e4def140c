//! Whom a member sees: exactly the persons of their claims.

use http::StatusCode;

use crate::fake_issuer::shoko;
use crate::house::{Portal, Row, VISIT, links};

const CHILD: Row<'_> = Row { person: "A0000002", institution: "ひばり歯科", total: 5_000, ..VISIT };
const SECRET: Row<'_> = Row { person: "A0000003", institution: "秘密の医院", total: 90_000, ..VISIT };
const COSTS: &[&str] = &["medical_costs"];

#[tokio::test]
async fn rp_08_nobody_elses_costs_are_shown_without_a_claim_and_no_address_leads_there() {
    let portal = Portal::with(&[VISIT, CHILD, SECRET]).await;
    portal.household(&[("A0000002", "健保　純一", &["certificate"])]);
    let (mut browser, page) = portal.signed_in().await;
    assert!(
        !page.body.contains("ひばり歯科") && !page.body.contains("純一") && !page.body.contains("だれの分")
    );
    assert!(page.body.contains("3,000<small>"), "own costs alone");
    let everyone = browser.get("/costs/2026?person=all").await;
    assert!(everyone.body.contains("3,000<small>") && !everyone.body.contains("秘密"));

    // Another member, who may see the child, has addresses that mean nothing here.
    portal.household(&[("A0000002", "健保　純一", COSTS)]);
    portal.issuer.set().subject = "subject-2".into();
    let (mut other, page) = portal.signed_in().await;
    let child = links(&page, "?person=").remove(0);
    let theirs = other.get(&child).await;
    assert!(theirs.body.contains("ひばり歯科"));
    let bill = links(&theirs, "/bills/").remove(0);
    assert_eq!(other.get(&bill).await.status, StatusCode::OK);
    for path in
        [child.as_str(), bill.as_str(), "/costs/2026?person=A0000002", "/costs/2026?person=0011223344556677"]
    {
        let refused = browser.get(path).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!refused.body.contains("ひばり歯科") && !refused.body.contains("純一"));
    }
}

#[tokio::test]
async fn a_household_is_shown_by_person_and_together_where_the_claims_allow_it() {
    let portal = Portal::with(&[VISIT, CHILD, SECRET]).await;
    portal.household(&[("A0000002", "健保　純一", COSTS)]);
    let (mut browser, page) = portal.signed_in().await;
    assert!(
        page.body.contains("あなたが窓口で払った額") && page.body.contains("3,000<small>"),
        "{}",
        page.body
    );
    let child = links(&page, "?person=").remove(0);
    let page = browser.get(&child).await;
    assert!(page.body.contains("健保 純一さんが窓口で払った額") && page.body.contains("1,500<small>"));
    let page = browser.get("/costs/2026?person=all").await;
    assert!(
        page.body.contains("ご家族で窓口で払った額") && page.body.contains("4,500<small>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("<td role=\"cell\" class=\"who\" lang=\"ja\">健保 純一</td>"));
    assert!(!page.body.contains("秘密の医院"));
    let bill = links(&page, "/bills/").into_iter().next().unwrap();
    assert_eq!(browser.get(&bill).await.status, StatusCode::OK);
    // A list keeps whose it is.
    assert!(links(&browser.get(&child).await, "/costs/2025").iter().all(|link| link.contains("?person=")));
}

#[tokio::test]
async fn rp_08_a_person_who_leaves_the_claims_leaves_the_pages() {
    let portal = Portal::with(&[VISIT, CHILD]).await;
    portal.household(&[("A0000002", "健保　純一", COSTS)]);
    let (mut browser, page) = portal.signed_in().await;
    let child = links(&page, "?person=").remove(0);
    portal.issuer.set().insurance = shoko();
    portal.clock.advance(std::time::Duration::from_mins(5));
    let (_, page) = portal.follow(&mut browser, &child).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let (_, page) = portal.follow(&mut browser, "/costs/2026?person=all").await;
    assert!(page.body.contains("3,000<small>") && !page.body.contains("純一"));
}

#[tokio::test]
async fn rp_09_a_member_of_another_society_sees_that_societys_rows_and_no_others() {
    let portal = Portal::with(&[VISIT]).await;
    let mut claims = shoko();
    claims["insurer"] =
        serde_json::json!({ "code": "minato", "number": "06999049", "name": "港健康保険組合" });
    portal.issuer.set().insurance = claims.clone();
    let mut browser = portal.browser();
    let (_, page) = portal.follow(&mut browser, "/login?insurer=minato").await;
    assert!(
        page.body.contains("まだお知らせはありません") && !page.body.contains("見本クリニック"),
        "{}",
        page.body
    );
    claims["insurer"]["code"] = "elsewhere".into();
    portal.issuer.set().insurance = claims;
    let (_, page) = portal.follow(&mut portal.browser(), "/login").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("医療費のお知らせをお出ししていません"), "{}", page.body);
}

#[tokio::test]
async fn rp_12_whoever_has_lost_cover_sees_nothing_and_is_told_why() {
    let portal = Portal::with(&[VISIT]).await;
    let (mut browser, _) = portal.signed_in().await;
    portal.issuer.set().insurance["membership"]["lost_on"] = "2026-11-21".into();
    portal.clock.advance(std::time::Duration::from_mins(5));
    for path in ["/costs", "/costs/2026", "/eligibility"] {
        let (_, page) = portal.follow(&mut browser, path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.body.contains("この資格は終わっています") && !page.body.contains("見本クリニック"));
    }
}

//! Whether a member wishes to hear of new bills follows what the claims say at each visit.

use std::time::Duration;

use sekisho_medical_costs::notices::TOPIC;
use sekisho_site::db::sql;
use serde_json::json;

use crate::fake_issuer::shoko;
use crate::house::{Portal, VISIT};

async fn wishes(portal: &Portal) -> i64 {
    let query = sql("select count(*) as count from subscribers where insurer = 'aoba' and body is not null");
    portal.db.fetch_one(query).await.unwrap().get("count").unwrap()
}

/// Has the issuer say which topics Shōko chose, and until when she is covered.
fn chooses(portal: &Portal, topics: &[&str], lost_on: Option<&str>) {
    let mut claims = shoko();
    claims["opt_ins"] = json!(topics);
    claims["membership"]["lost_on"] = json!(lost_on);
    let mut issuer = portal.issuer.set();
    issuer.insurance = claims;
    issuer.userinfo["email"] = json!("shoko@example.jp");
    issuer.userinfo["email_verified"] = json!(true);
}

#[tokio::test]
async fn a_wish_is_kept_with_a_visit_and_ends_with_the_first_visit_after_it_was_taken_back() {
    let portal = Portal::with(&[VISIT]).await;
    let (mut browser, _) = portal.signed_in().await;
    assert_eq!(wishes(&portal).await, 0);
    chooses(&portal, &[TOPIC], None);
    portal.clock.advance(Duration::from_mins(6));
    portal.follow(&mut browser, "/costs/2026").await;
    assert_eq!(wishes(&portal).await, 1);
    chooses(&portal, &["checkup_results"], None);
    portal.follow(&mut browser, "/costs").await;
    assert_eq!(wishes(&portal).await, 1, "claims are read again after five minutes");
    portal.clock.advance(Duration::from_mins(6));
    portal.follow(&mut browser, "/costs").await;
    assert_eq!(wishes(&portal).await, 0);
}

#[tokio::test]
async fn rp_12_a_wish_ends_with_the_cover() {
    let portal = Portal::with(&[VISIT]).await;
    chooses(&portal, &[TOPIC], None);
    let (mut browser, _) = portal.signed_in().await;
    assert_eq!(wishes(&portal).await, 1);
    chooses(&portal, &[TOPIC], Some("2026-11-21"));
    portal.clock.advance(Duration::from_mins(6));
    portal.follow(&mut browser, "/costs").await;
    assert_eq!(wishes(&portal).await, 0);
}

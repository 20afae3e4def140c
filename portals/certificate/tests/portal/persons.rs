//! Whose certificates a member sees, and what their cover does to them.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use crate::fake_issuer::shoko;
use crate::house::{portal, portal_with, serial, with_child};

#[tokio::test]
async fn rp_08_another_members_certificate_is_not_found() {
    let portal = portal().await;
    let (_, path, _) = portal.applied().await;
    portal.issuer.set().subject = "subject-2".into();
    portal.issuer.set().insurance["membership"]["person_key"] = json!("A0000099");
    let (mut other, own, _) = portal.signed_in().await;
    assert_ne!(own.split('/').nth(2), path.split('/').nth(2));
    for page in ["card", "card.pdf", "history", "apply", "address?reason=card-lost"] {
        let base = path.trim_end_matches("/card");
        let answer = other.get(&format!("{base}/{page}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
        assert!(!answer.body.contains("200001"));
    }
    assert!(portal.browser().get(&path).await.location().starts_with("/login?return_to="));
}

#[tokio::test]
async fn rp_06_a_person_is_issuer_and_subject_whatever_they_are_called() {
    let portal = portal().await;
    portal.applied().await;
    portal.issuer.set().insurance["membership"]["name"] = json!("見本　翔子");
    let (_, path, menu) = portal.signed_in().await;
    assert!(menu.body.contains("有効な資格確認書が"), "{path}");
    // The same person of another insurer is somebody else.
    portal.issuer.set().insurance["insurer"] =
        json!({ "code": "minato", "number": "06999049", "name": "港健康保険組合" });
    let (_, path, _) = portal.signed_in().await;
    assert!(path.ends_with("/apply"), "{path}");
}

#[tokio::test]
async fn rp_12_lost_cover_revokes_when_userinfo_is_read_again() {
    let portal = portal().await;
    let (mut browser, path, card) = portal.applied().await;
    portal.clock.advance(Duration::from_mins(4));
    portal.issuer.set().insurance["membership"]["lost_on"] = json!("2026-11-21");
    assert!(browser.get(&path).await.body.contains("有効"), "not read again yet");
    portal.clock.advance(Duration::from_mins(2));
    let (_, revoked) = portal.follow(&mut browser, &path).await;
    for shown in [
        "取消",
        "使えません",
        "保険の資格が変わったためです",
        "マイナ保険証をお見せください",
        "組合に問い合わせる",
        "03-0000-0150",
        "11月21日 10:30",
    ] {
        assert!(revoked.body.contains(shown), "{shown} is not in {}", revoked.body);
    }
    assert!(!revoked.body.contains("新しく申し込む"));
    let check = browser.get(&format!("/c/{}", serial(&card))).await;
    assert!(check.body.contains("この資格確認書は使えません"));
    let (_, page, _) = portal.signed_in().await;
    assert!(page.ends_with("/card"), "who has lost cover is shown what became of the certificate: {page}");
}

#[tokio::test]
async fn a9_with_a_dependent_the_member_is_asked_for_whom() {
    let portal = portal().await;
    portal.issuer.set().insurance = with_child();
    let (mut browser, path, page) = portal.signed_in().await;
    assert_eq!(path, "/certificates");
    assert!(page.body.contains("どなたの資格確認書を") && page.body.contains("健保 空"));
    let form = page.hidden("form");
    let missing = browser.post("/certificates", &[("form", &form)]).await;
    assert!(missing.body.contains("どなたの資格確認書かを選んでください。"));
    let marks: Vec<&str> =
        page.body.split("name=\"certificate\" value=\"").skip(1).map(|rest| &rest[..16]).collect();
    let chosen = browser.post("/certificates", &[("form", &form), ("certificate", marks[1])]).await;
    assert_eq!(chosen.location(), format!("/certificates/{}", marks[1]));
    let (path, page) = portal.follow(&mut browser, chosen.location()).await;
    assert!(page.body.contains("健保 空さんの資格確認書"));
    let (path, card) = portal.submit(&mut browser, &path, &page, &[("reason", "no-card")]).await;
    for shown in ["家族", "02", "ケンポ ソラ", "令和6年5月1日", "被保険者", "健保 翔子"] {
        assert!(card.body.contains(shown), "{shown}");
    }
    // RP-12: who is no longer one of the household is no longer seen, and their certificate ends.
    portal.issuer.set().insurance = shoko();
    portal.clock.advance(Duration::from_mins(5));
    let (_, gone) = portal.follow(&mut browser, &path).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    portal.follow(&mut browser, "/certificates").await;
    assert!(browser.get(&format!("/c/{}", serial(&card))).await.body.contains("使えません"));
}

#[tokio::test]
async fn rp_09_a_member_of_an_insurer_that_is_not_served_is_refused() {
    let portal = portal_with(|config| config.insurers.retain(|code, _| code == "minato")).await;
    let (browser, _, refused) = portal.signed_in().await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("ご加入の組合は、このページでは資格確認書をお出ししていません"));
    assert!(!browser.jar.keys().any(|name| name.contains("session")), "{:?}", browser.jar.keys());
}

#[tokio::test]
async fn rp_08_a_dependent_is_one_for_the_purpose_of_certificates_only() {
    let portal = portal().await;
    let mut claims = with_child();
    claims["household"][0]["purposes"] = json!(["medical_costs"]);
    portal.issuer.set().insurance = claims;
    let (_, path, _) = portal.signed_in().await;
    assert!(path.ends_with("/apply"), "there is nobody else to choose: {path}");
}

#[tokio::test]
async fn who_may_no_longer_act_for_a_relative_takes_nothing_from_the_relative() {
    let portal = portal().await;
    portal.issuer.set().insurance = with_child();
    let (mut parent, _, page) = portal.signed_in().await;
    let mark = page.body.split("name=\"certificate\" value=\"").nth(2).unwrap()[..16].to_owned();
    let (path, page) = portal.follow(&mut parent, &format!("/certificates/{mark}/apply")).await;
    let (_, card) = portal.submit(&mut parent, &path, &page, &[("reason", "no-card")]).await;
    // The office has hidden the child from the parent: the parent sees nothing of it any more.
    portal.issuer.set().insurance = shoko();
    portal.clock.advance(Duration::from_mins(5));
    let (_, page) = portal.follow(&mut parent, "/certificates").await;
    assert!(!page.body.contains("健保 空"));
    // The child signs in with an account of its own.
    portal.issuer.set().subject = "subject-of-the-child".into();
    portal.issuer.set().insurance["membership"] = json!({
        "person_key": "A0000007", "symbol": "91", "number": "200001", "branch": "02", "relationship": "child",
        "name": "健保　空", "name_kana": "ケンポ ソラ", "birth_date": "2008-05-01", "acquired_on": "2024-05-01"
    });
    let (mut child, path, page) = portal.signed_in().await;
    assert!(path.ends_with("/apply"), "{path}");
    let (_, revoked) = portal.follow(&mut child, &path.replace("/apply", "/card")).await;
    for shown in
        ["取消", "ご家族が申し込んだもので", "ご本人が申し込むと、すぐに使えます。", "新しく申し込む"]
    {
        assert!(revoked.body.contains(shown), "{shown} is not in {}", revoked.body);
    }
    let (_, own) = portal.submit(&mut child, &path, &page, &[("reason", "no-card")]).await;
    assert!(own.body.contains("有効") && serial(&own) != serial(&card));
    let (_, history) = portal.follow(&mut child, &path.replace("/apply", "/history")).await;
    assert!(history.body.contains("申し込んだご家族が、申し込めなくなったためです"));
}

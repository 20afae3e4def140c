//! The card while it is valid.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use crate::house::{HOUR, portal, serial};

#[tokio::test]
async fn a19_the_certificate_is_japanese_in_english_too_with_one_strip_above() {
    let portal = portal().await;
    let (mut browser, path, _) = portal.applied().await;
    let english = browser.get(&format!("{path}?lang=en")).await;
    assert_eq!(english.location(), path);
    let card = browser.get(&path).await;
    assert!(card.body.contains("<b>Show this card at reception.</b>"));
    for shown in ["健康保険 資格確認書", "有効期限", "11月23日(月)10:24", "記号", "lang=\"ja\""]
    {
        assert!(card.body.contains(shown), "{shown}");
    }
    assert!(card.body.contains("Apply again") && card.body.contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn cover_that_is_going_to_end_ends_the_certificate_with_it() {
    let portal = portal().await;
    portal.issuer.set().insurance["membership"]["lost_on"] = json!("2026-11-22");
    let (mut browser, _, card) = portal.applied().await;
    // The card ends with the cover, and says so.
    assert!(card.body.contains("11月22日(日)0:00") && card.body.contains("あと13時間35分"), "{}", card.body);
    assert!(card.body.contains("保険の資格が終わる日が近づいています"));
    assert!(browser.get(&format!("/c/{}", serial(&card))).await.body.contains("この資格確認書は有効です"));
    // Midnight in Japan is 13 h 35 min 24 s away.
    portal.clock.advance(Duration::from_secs(13 * 3_600 + 35 * 60 + 24));
    assert!(browser.get(&format!("/c/{}", serial(&card))).await.body.contains("使えません"));
}

#[tokio::test]
async fn f_25_while_the_provider_is_away_a_certificate_is_still_shown_and_none_is_issued() {
    let portal = portal().await;
    let (mut browser, path, _) = portal.applied().await;
    let base = path.trim_end_matches("/card").to_owned();
    let reason = browser.get(&format!("{base}/apply")).await;
    portal.clock.advance(Duration::from_mins(20));
    portal.issuer.set().away = true;
    let card = browser.get(&path).await;
    assert!(
        card.body.contains("有効") && card.body.contains("10:24に確かめた内容で表示しています"),
        "{}",
        card.body
    );
    let (_, refused) =
        portal.submit(&mut browser, &format!("{base}/apply"), &reason, &[("reason", "helper")]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        refused.body.contains("ただいま、ログインできません") && !refused.header("retry-after").is_empty()
    );
    let (_, login) = portal.follow(&mut portal.browser(), "/login").await;
    assert_eq!(login.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(login.header("refresh").parse::<u8>().unwrap() > 0);
    assert_eq!(portal.count("certificates").await, 1);
}

#[tokio::test]
async fn the_end_is_shown_before_it_happens_and_the_page_turns_over_by_itself() {
    let portal = portal().await;
    let (_, path, card) = portal.applied().await;
    assert_eq!(card.header("refresh"), "60");
    assert!(!card.body.contains("まもなく期限です"));
    portal.clock.advance(HOUR * 46);
    let (mut browser, _, _) = portal.signed_in().await;
    assert!(browser.get(&path).await.body.contains("あと2時間0分で期限です"));
    portal.clock.advance(Duration::from_secs(2 * 3_600 - 20));
    let (_, last) = portal.follow(&mut browser, &path).await;
    assert!(last.body.contains("あと0分") && last.body.contains("有効"));
    assert_eq!(last.header("refresh"), "21", "without a script the page is read again when it is over");
    for moving in ["id=\"clock\"", "data-now=\"", "data-until=\"", "class=\"ring\"", "clock."] {
        assert!(last.body.contains(moving), "{moving}");
    }
    portal.clock.advance(Duration::from_secs(21));
    let (_, over) = portal.follow(&mut browser, &path).await;
    assert!(over.body.contains("期限切れ") && over.body.contains("class=\"cert off\""));
}

#[tokio::test]
async fn a_print_says_when_it_was_issued_and_that_the_screen_has_to_be_shown() {
    let portal = portal().await;
    let (_, _, card) = portal.applied().await;
    let printed = card.body.split("class=\"paper\"").nth(1).unwrap();
    assert!(
        printed
            .contains("<b>画面の提示が必要です</b><br>発行 2026年11月21日（土）10:24<br>印刷 2026年11月21日"),
        "{printed:.200}"
    );
}

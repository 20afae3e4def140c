//! The ways of the guide: from signing in to the certificate, and again within and after 48 hours.

use serde_json::json;

use crate::house::{HOUR, portal, serial};

#[tokio::test]
async fn a16_a18_the_first_way_leads_from_sign_in_to_reason_to_certificate() {
    let portal = portal().await;
    let (mut browser, path, page) = portal.signed_in().await;
    // A10: there is one person, so nobody is asked for whom.
    assert!(path.starts_with("/certificates/") && path.ends_with("/apply"), "{path}");
    assert!(page.body.contains("申し込みの理由を<br>1つ選んでください"));
    assert!(page.body.contains("name=\"reason\"") && page.body.contains("name=\"address_changed\""));
    assert!(!page.body.contains("checked"), "nothing is preselected");

    let (path, card) = portal.submit(&mut browser, &path, &page, &[("reason", "card-lost")]).await;
    assert!(path.ends_with("/card"), "{path}");
    for shown in [
        "健康保険 資格確認書",
        "有効",
        "10:24",
        ":36",
        "2026年11月21日（土）",
        "91",
        "200001",
        "00",
        "ケンポ ショウコ",
        "健保 翔子",
        "平成12年1月21日",
        "生年月日（2000年）",
        "女",
        "青葉健康保険組合",
        "06999015",
        "令和4年4月1日",
        "11月23日(月)10:24",
        "あと48時間0分",
        "発行番号",
        "role=\"timer\"",
        "本人",
    ] {
        assert!(card.body.contains(shown), "{shown} is not in {}", card.body);
    }
    assert!(!card.body.contains("負担割合"), "only from 70");
    assert_eq!(card.header("cache-control"), "no-store");
    assert_eq!(card.header("refresh"), "60");
    assert!(
        card.header("content-security-policy").contains(&format!("form-action 'self' {}", portal.issuer.url))
    );
    assert_eq!(portal.count("applications").await, 1);
}

#[tokio::test]
async fn a28_a29_with_a_valid_certificate_a_later_sign_in_offers_display_and_reapply() {
    let portal = portal().await;
    let (_, card_path, card) = portal.applied().await;
    portal.clock.advance(47 * HOUR);
    let (mut browser, path, menu) = portal.signed_in().await;
    assert_eq!(format!("{path}/card"), card_path);
    assert!(
        menu.body.contains(&format!("href=\"{card_path}\"")) && menu.body.contains("資格確認書を表示する")
    );
    assert!(menu.body.contains(&format!("href=\"{path}/apply\"")) && menu.body.contains("申し込み直す"));
    assert!(menu.body.contains("あと1時間0分"));

    let shown = browser.get(&card_path).await;
    assert_eq!(serial(&shown), serial(&card), "the same certificate");
    assert!(shown.body.contains("あと1時間0分で期限です"), "the end is announced");
    assert!(
        shown.body.contains(&format!("<a href=\"{path}/apply\">申し込み直す</a>")),
        "and what to do about it"
    );

    let reason = browser.get(&format!("{path}/apply")).await;
    let (_, renewed) =
        portal.submit(&mut browser, &format!("{path}/apply"), &reason, &[("reason", "helper")]).await;
    assert_ne!(serial(&renewed), serial(&card));
    assert!(renewed.body.contains("あと48時間0分"));
    let old = browser.get(&format!("/c/{}", serial(&card))).await;
    assert!(old.body.contains("この資格確認書は使えません"));
    let history = browser.get(&format!("{path}/history")).await;
    assert!(
        history.body.contains("差替")
            && history.body.contains("介助などで")
            && history.body.contains("11月21日 10:24")
    );
}

#[tokio::test]
async fn a31_a32_after_exactly_48_hours_the_reason_is_asked_again() {
    let portal = portal().await;
    let (_, card_path, _) = portal.applied().await;
    portal.clock.advance(48 * HOUR);
    let (mut browser, path, page) = portal.signed_in().await;
    assert!(path.ends_with("/apply"), "{path}");
    assert!(page.body.contains("name=\"reason\""));
    let expired = browser.get(&card_path).await;
    for shown in [
        "期限切れ",
        "使えません",
        "11月23日 10:24",
        "まででした",
        "新しく申し込む",
        "これまでの申し込み",
        "マイナンバーカードをなくした",
    ] {
        assert!(expired.body.contains(shown), "{shown}");
    }
    for hidden in ["id=\"clock\"", "clock.js", "class=\"qr\"", "発行番号"] {
        assert!(!expired.body.contains(hidden), "{hidden}");
    }
    assert_eq!(expired.header("refresh"), "");
}

#[tokio::test]
async fn a37_without_cover_there_is_nothing_to_apply_for() {
    let portal = portal().await;
    portal.issuer.set().insurance["membership"]["lost_on"] = json!("2026-04-01");
    let (_, path, page) = portal.signed_in().await;
    assert_eq!(path, "/certificates");
    assert!(page.body.contains("令和8年（2026年）4月1日</span>に終わっています"), "{}", page.body);
    portal.issuer.set().insurance["membership"]["lost_on"] = json!(null);
    portal.issuer.set().insurance["membership"]["acquired_on"] = json!("2026-12-01");
    let (_, _, page) = portal.signed_in().await;
    assert!(page.body.contains("12月1日</span>からです"));
}

#[tokio::test]
async fn signing_out_is_offered_and_nothing_is_seen_afterwards() {
    let portal = portal().await;
    let (mut browser, path, card) = portal.applied().await;
    let token = card.body.split("action=\"/logout\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap();
    let out = browser.post("/logout", &[("form", token)]).await;
    assert!(out.location().starts_with(&format!("{}/logout?", portal.issuer.url)));
    assert!(browser.get(&path).await.location().starts_with("/login"));
}

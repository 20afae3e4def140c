//! Applying, step by step: what is chosen and typed, and what is wrong with it.

use std::time::Duration;

use http::StatusCode;
use sekisho_portal_kit::front::Both;
use sekisho_site::db::sql;
use serde_json::json;

use crate::house::{portal, portal_with, serial};

#[tokio::test]
async fn a17_who_has_moved_is_asked_for_the_address_and_what_is_wrong_is_told_beside_it() {
    let portal = portal().await;
    let (mut browser, path, page) = portal.signed_in().await;
    let fields = [("reason", "no-card"), ("address_changed", "yes")];
    let (path, page) = portal.submit(&mut browser, &path, &page, &fields).await;
    assert!(path.contains("/address"), "{path}");
    for control in ["postal_code", "prefecture", "city", "street", "building", "phone"] {
        assert!(page.body.contains(&format!("name=\"{control}\"")), "{control}");
    }
    let mut typed = vec![
        ("reason", "no-card"),
        ("postal_code", "100-000"),
        ("prefecture", "架空県"),
        ("city", "見本市"),
        ("street", "1234-5678-9012"),
        ("building", ""),
        ("phone", "090-0000-1111"),
    ];
    let (_, refused) = portal.submit(&mut browser, &path, &page, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in [
        "エラー：",
        "7けたの数字",
        "マイナンバーは入れないでください",
        "都道府県を一覧から選んでください。",
        "aria-invalid=\"true\"",
        "href=\"#street\"",
    ] {
        assert!(refused.body.contains(shown), "{shown}");
    }
    assert_eq!(portal.count("applications").await, 0);
    typed[1].1 = "１００−０００１";
    typed[2].1 = "東京都";
    let (_, kept) =
        portal.submit(&mut browser, &path, &refused, &[&typed[..4], &[("phone", "x")]].concat()).await;
    assert!(kept.body.contains("<option value=\"東京都\" selected>東京都</option>"), "what was chosen stays");
    typed[4].1 = "例町1-2-3";
    let (path, card) = portal.submit(&mut browser, &path, &refused, &typed).await;
    assert!(path.ends_with("/card") && card.body.contains("有効"));
    let row = portal.db.fetch_one(sql("select address from applications")).await.unwrap();
    let kept: Vec<u8> = row.get("address").unwrap();
    assert!(!kept.is_empty() && !String::from_utf8_lossy(&kept).contains("例町"), "the address is sealed");
}

#[tokio::test]
async fn a_missing_reason_is_asked_for_and_an_unlisted_one_is_none() {
    let portal = portal().await;
    let (mut browser, path, page) = portal.signed_in().await;
    for reason in ["", "because"] {
        let (_, refused) = portal.submit(&mut browser, &path, &page, &[("reason", reason)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("申し込みの理由を1つ選んでください。"));
    }
    assert_eq!(portal.count("applications").await, 0);
}

#[tokio::test]
async fn the_language_switch_keeps_what_was_chosen_and_typed() {
    let portal = portal().await;
    let (mut browser, path, page) = portal.signed_in().await;
    let fields = [("reason", "helper"), ("address_changed", "yes"), ("lang", "en")];
    let (_, english) = portal.submit(&mut browser, &path, &page, &fields).await;
    assert!(english.body.contains("<html lang=\"en\">") && english.body.contains("Choose one reason"));
    assert!(english.body.contains("value=\"helper\" checked"), "{}", english.body);
    assert_eq!(english.body.matches("checked").count(), 2);
    let fields = [("reason", "helper"), ("address_changed", "yes")];
    let (path, address) = portal.submit(&mut browser, &path, &english, &fields).await;
    let typed = [("reason", "helper"), ("city", "見本市"), ("lang", "ja")];
    let (_, japanese) = portal.submit(&mut browser, &path, &address, &typed).await;
    assert!(japanese.body.contains("新しい住所を入れます") && japanese.body.contains("value=\"見本市\""));
    assert!(!japanese.body.contains("aria-invalid"), "nothing is wrong before the button is pressed");
    let (path, _) =
        portal.submit(&mut browser, &path, &japanese, &[("reason", "helper"), ("do", "back")]).await;
    assert!(path.ends_with("/apply?reason=helper&address_changed=yes"), "{path}");
}

#[tokio::test]
async fn a_form_sent_twice_applies_once() {
    let portal = portal().await;
    let (mut browser, path, page) = portal.signed_in().await;
    let first = portal.submit(&mut browser, &path, &page, &[("reason", "card-lost")]).await.1;
    let second = portal.submit(&mut browser, &path, &page, &[("reason", "card-lost")]).await.1;
    assert_eq!(serial(&first), serial(&second));
    assert_eq!((portal.count("applications").await, portal.count("certificates").await), (1, 1));
}

#[tokio::test]
async fn se_06_a_form_of_another_browser_or_another_site_is_refused() {
    let portal = portal().await;
    let (mut mine, path, page) = portal.signed_in().await;
    portal.issuer.set().subject = "subject-2".into();
    let (_, _, theirs) = portal.signed_in().await;
    let (form, turn) = (theirs.hidden("form"), page.hidden("turn"));
    for form in [form.as_str(), "", "forged"] {
        let refused = mine.post(&path, &[("form", form), ("turn", &turn), ("reason", "card-lost")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(portal.count("applications").await, 0);
}

#[tokio::test]
async fn what_was_typed_survives_reading_the_claims_again() {
    let portal = portal().await;
    let (mut browser, path, page) = portal.signed_in().await;
    portal.clock.advance(Duration::from_mins(6));
    let (path, again) = portal.submit(&mut browser, &path, &page, &[("reason", "helper")]).await;
    assert!(path.contains("/apply?reason=helper&reread=yes"), "{path}");
    assert!(
        again.body.contains("value=\"helper\" checked")
            && again.body.contains("もう一度、下のボタンを押してください")
    );

    let fields = [("reason", "helper"), ("address_changed", "yes")];
    let (path, address) = portal.submit(&mut browser, &path, &again, &fields).await;
    portal.clock.advance(Duration::from_mins(6));
    let typed = [
        ("reason", "helper"),
        ("postal_code", "1000001"),
        ("prefecture", "東京都"),
        ("city", "見本市"),
        ("street", "例町1"),
        ("building", "例荘"),
        ("phone", "09000001111"),
    ];
    let (path, again) = portal.submit(&mut browser, &path, &address, &typed).await;
    assert!(!path.contains("例荘") && !path.contains("1000001"), "nothing personal in an address: {path}");
    assert!(again.body.contains("value=\"例荘\"") && again.body.contains("value=\"1000001\""));
    let (path, _) = portal.submit(&mut browser, &path, &again, &typed).await;
    assert!(path.ends_with("/card"), "{path}");
}

#[tokio::test]
async fn a_reason_may_ask_for_the_address_by_itself_and_shorten_the_time() {
    let portal = portal_with(|config| {
        let reasons = json!([
            { "id": "moved", "ja": "引っ越した", "en": "I have moved", "address": true, "hint_ja": "住所をうかがいます。",
              "hint_en": "We ask for your address." },
            { "id": "forgot", "ja": "きょうだけ使う", "en": "Only for today", "hours": 12 }
        ]);
        let aoba = config.insurers.get_mut("aoba").unwrap();
        aoba.reasons = Some(serde_json::from_value(reasons).unwrap());
        aoba.reasons_note = Some(Both { ja: "書類は要りません。".into(), en: "No papers are needed.".into() });
    })
    .await;
    let (mut browser, path, page) = portal.signed_in().await;
    for shown in ["引っ越した", "住所をうかがいます。", "書類は要りません。"] {
        assert!(page.body.contains(shown), "{shown}");
    }
    assert!(!page.body.contains("マイナンバーカードをなくした"), "the insurer's own list stands alone");
    let (asked, _) = portal.submit(&mut browser, &path, &page, &[("reason", "moved")]).await;
    assert!(asked.contains("/address?reason=moved"), "{asked}");
    let (_, card) = portal.submit(&mut browser, &path, &page, &[("reason", "forgot")]).await;
    assert!(card.body.contains("11月21日(土)22:24") && card.body.contains("あと12時間0分"), "{}", card.body);
}

#[tokio::test]
async fn a33_the_address_on_record_is_filled_in_to_be_put_right() {
    let portal = portal().await;
    portal.issuer.set().insurance["membership"]["address"] = json!({
        "formatted": "東京都見本市例町１－２－３例荘", "postal_code": "1000001", "region": "東京都", "locality": "見本市",
        "street_address": "例町１－２－３\n例荘", "country": "JP"
    });
    let (mut browser, path, page) = portal.signed_in().await;
    let fields = [("reason", "helper"), ("address_changed", "yes")];
    let (_, page) = portal.submit(&mut browser, &path, &page, &fields).await;
    for shown in [
        "value=\"1000001\"",
        "<option value=\"東京都\" selected>",
        "value=\"見本市\"",
        "value=\"例町1-2-3\"",
        "value=\"例荘\"",
        "いまの届け出の住所を入れてあります",
    ] {
        assert!(page.body.contains(shown), "{shown} is not in {}", page.body);
    }
}

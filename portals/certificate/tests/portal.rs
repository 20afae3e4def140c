//! The portal's doors, from the front page to the certificate, against a small issuer.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../../kit/tests/support/browser.rs"]
mod browser;
#[path = "../../kit/tests/support/fake_issuer.rs"]
mod fake_issuer;

use std::sync::Arc;
use std::time::Duration;

use browser::{Answer, Browser};
use fake_issuer::{CLIENT_ID, FakeIssuer, SECRET, shoko};
use http::StatusCode;
use sekisho_base::{Cx, Timestamp};
use sekisho_certificate::rows::MIGRATIONS;
use sekisho_certificate::{Config, Means, assemble};
use sekisho_site::clock::{Door, MovableClock};
use sekisho_site::db::{Db, sql};
use sekisho_site::seal::Ring;
use serde_json::json;

/// 2026-11-21 10:24:36 in Japan, a Saturday.
const START: Timestamp = Timestamp::from_seconds(1_795_224_276);
const HOUR: Duration = Duration::from_hours(1);

struct Portal {
    router: axum::Router,
    clock: MovableClock,
    issuer: FakeIssuer,
    db: Db,
}

async fn portal() -> Portal {
    let clock = MovableClock::at(START);
    let issuer = FakeIssuer::start(Arc::new(clock.clone())).await;
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    let mut config: Config = toml::from_str(include_str!("../../../config/certificate.toml")).unwrap();
    config.oidc.issuer.clone_from(&issuer.url);
    config.oidc.client_id = CLIENT_ID.into();
    config.oidc.client_secret = SECRET.into();
    let ring = Ring::generate(&mut Cx::seeded(START, 1));
    let means = Means { db: db.clone(), ring, door: Door::new(clock.clone()) };
    Portal { router: assemble(config, means).unwrap(), clock, issuer, db }
}

impl Portal {
    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Follows redirects, through the issuer where they lead there, to the first page.
    async fn follow(&self, browser: &mut Browser, address: &str) -> (String, Answer) {
        self.walk(browser, address.to_owned()).await
    }

    async fn walk(&self, browser: &mut Browser, mut address: String) -> (String, Answer) {
        for _ in 0..12 {
            if address.starts_with(&self.issuer.url) {
                address = self.issuer.answer(&address);
            }
            let answer = browser.get(&address).await;
            if answer.location().is_empty() {
                return (address, answer);
            }
            answer.location().clone_into(&mut address);
        }
        panic!("redirected without end, last to {address}");
    }

    /// Signs a browser in and gives the page it lands on.
    async fn signed_in(&self) -> (Browser, String, Answer) {
        let mut browser = self.browser();
        let (path, page) = self.follow(&mut browser, "/login?insurer=aoba").await;
        (browser, path, page)
    }

    /// Posts a form and follows to the page it leads to.
    async fn submit(
        &self,
        browser: &mut Browser,
        path: &str,
        page: &Answer,
        fields: &[(&str, &str)],
    ) -> (String, Answer) {
        let (form, turn) = (page.hidden("form"), page.hidden("turn"));
        let mut all = vec![("form", form.as_str()), ("turn", turn.as_str())];
        all.extend_from_slice(fields);
        let answer = browser.post(path.split('?').next().unwrap(), &all).await;
        match answer.location() {
            "" => (path.to_owned(), answer),
            to => self.walk(browser, to.to_owned()).await,
        }
    }

    /// Signs in and applies.
    async fn applied(&self) -> (Browser, String, Answer) {
        let (mut browser, path, page) = self.signed_in().await;
        let (path, card) = self.submit(&mut browser, &path, &page, &[("reason", "card-lost")]).await;
        (browser, path, card)
    }

    async fn count(&self, table: &'static str) -> i64 {
        let query = match table {
            "applications" => sql("select count(*) as n from applications"),
            _ => sql("select count(*) as n from certificates"),
        };
        self.db.fetch_one(query).await.unwrap().get("n").unwrap()
    }
}

#[tokio::test]
async fn the_front_page_is_open_to_everyone_and_begins_with_the_two_ways_in() {
    let portal = portal().await;
    for (language, sign_in, register) in [("ja", "ログイン", "新規登録"), ("en", "Sign in", "Register")]
    {
        let mut browser = portal.browser();
        browser.language = language;
        let page = browser.get("/?insurer=aoba").await;
        assert_eq!(page.status, StatusCode::OK);
        let links: Vec<&str> = page.body.split("<a ").skip(1).collect();
        assert!(
            links[0].contains("href=\"/login?insurer=aoba\"") && links[0].contains(sign_in),
            "{}",
            links[0]
        );
        assert!(links[1].contains("href=\"/register?insurer=aoba\"") && links[1].contains(register));
        assert!(page.body.contains("manifest.webmanifest?insurer=aoba"));
    }
    assert!(portal.browser().get("/").await.body.contains("href=\"/login\""));
    let left = portal.browser().get("/?state=signed-out:aoba").await;
    assert!(left.body.contains("ログアウトしました") && left.body.contains("青葉健康保険組合"));
    let start = portal.browser().get("/certificates?insurer=aoba").await;
    assert!(start.location().ends_with("&insurer=aoba"), "the home screen's page names its insurer");
}

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
    assert!(shown.body.contains("あと2時間で期限です"), "the end is announced");

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
        "value=\"架空県\"",
        "aria-invalid=\"true\"",
        "href=\"#street\"",
    ] {
        assert!(refused.body.contains(shown), "{shown}");
    }
    assert_eq!(portal.count("applications").await, 0);
    typed[1].1 = "１００−０００１";
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
async fn what_cannot_be_read_is_answered_with_a_page() {
    let portal = portal().await;
    let (mut browser, path, _) = portal.signed_in().await;
    for address in
        ["/?insurer=a&insurer=b", "/home-screen?insurer=%FF", "/manifest.webmanifest?insurer=a&insurer=b"]
    {
        assert_eq!(browser.get(address).await.status, StatusCode::OK, "{address}");
    }
    let odd = browser.get(&format!("{path}?turn=nonsense&reason=helper")).await;
    assert!(odd.status == StatusCode::OK && !odd.body.contains("checked"));
    let twice = browser.post(&path, &[("form", "a"), ("form", "b")]).await;
    assert!(twice.status == StatusCode::FORBIDDEN && twice.body.contains("もう一度お試しください"));
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
async fn rp_08_another_members_certificate_is_not_found() {
    let portal = portal().await;
    let (_, path, _) = portal.applied().await;
    portal.issuer.set().subject = "subject-2".into();
    portal.issuer.set().insurance["membership"]["person_key"] = json!("A0000099");
    let (mut other, own, _) = portal.signed_in().await;
    assert_ne!(own.split('/').nth(2), path.split('/').nth(2));
    for page in ["card", "history", "apply", "address?reason=card-lost"] {
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
async fn cover_that_is_going_to_end_ends_the_certificate_with_it() {
    let portal = portal().await;
    portal.issuer.set().insurance["membership"]["lost_on"] = json!("2026-11-22");
    let (mut browser, _, card) = portal.applied().await;
    assert!(browser.get(&format!("/c/{}", serial(&card))).await.body.contains("この資格確認書は有効です"));
    // Midnight in Japan is 13 h 35 min 24 s away.
    portal.clock.advance(Duration::from_secs(13 * 3_600 + 35 * 60 + 24));
    assert!(browser.get(&format!("/c/{}", serial(&card))).await.body.contains("使えません"));
}

#[tokio::test]
async fn a37_without_cover_there_is_nothing_to_apply_for() {
    let portal = portal().await;
    portal.issuer.set().insurance["membership"]["lost_on"] = json!("2026-04-01");
    let (_, path, page) = portal.signed_in().await;
    assert_eq!(path, "/certificates");
    assert!(page.body.contains("令和8年（2026年）4月1日に終わっています"), "{}", page.body);
    portal.issuer.set().insurance["membership"]["lost_on"] = json!(null);
    portal.issuer.set().insurance["membership"]["acquired_on"] = json!("2026-12-01");
    let (_, _, page) = portal.signed_in().await;
    assert!(page.body.contains("12月1日からです"));
}

fn with_child() -> serde_json::Value {
    let mut claims = shoko();
    claims["household"] = json!([
        { "person_key": "A0000007", "name": "健保　空", "relationship": "child", "purposes": ["certificate"], "branch": "02",
          "name_kana": "ケンポ ソラ", "birth_date": "2024-05-01", "sex": "male", "acquired_on": "2024-05-01" }
    ]);
    claims
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
        ("prefecture", "架空県"),
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
    assert!(refused.body.contains("ただいま、ログインできません") && refused.header("retry-after") == "15");
    let (_, login) = portal.follow(&mut portal.browser(), "/login").await;
    assert_eq!((login.status, login.header("refresh")), (StatusCode::SERVICE_UNAVAILABLE, "15"));
    assert_eq!(portal.count("certificates").await, 1);
}

#[tokio::test]
async fn the_check_page_says_three_words_to_anyone_and_nothing_about_a_person() {
    let portal = portal().await;
    let (_, _, card) = portal.applied().await;
    let number = serial(&card);
    assert!(card.body.contains("class=\"qr\""));
    let mut stranger = portal.browser();
    let typed = number.to_lowercase().replace('-', "");
    let valid = stranger.get(&format!("/c/{typed}")).await;
    assert!(
        valid.body.contains("この資格確認書は有効です")
            && valid.body.contains("2026年11月21日（土）10:24現在")
    );
    for hidden in ["健保", "ショウコ", "200001", "06999015", "青葉"] {
        assert!(!valid.body.contains(hidden), "{hidden}");
    }
    assert_eq!(valid.header("cache-control"), "no-store");
    let unknown = stranger.get("/c/2222-2222").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let odd = stranger.get("/c/%3Cscript%3E").await;
    assert!(
        odd.status == StatusCode::NOT_FOUND
            && !odd.body.contains("<script>alert")
            && !odd.body.contains("%3C")
    );
    portal.clock.advance(48 * HOUR);
    assert!(stranger.get(&format!("/c/{number}")).await.body.contains("期限が切れています"));
    let answers = async |browser: &mut Browser| browser.get(&format!("/c/{number}")).await.status;
    for _ in 0..29 {
        assert_eq!(answers(&mut stranger).await, StatusCode::OK);
    }
    assert_eq!(answers(&mut stranger).await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a20_a22_the_portal_can_be_put_on_a_home_screen_and_keeps_nothing_personal_offline() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let manifest = browser.get("/manifest.webmanifest?insurer=aoba").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let read: serde_json::Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!(read["name"], "青葉健康保険組合 資格確認書");
    assert_eq!(read["display"], "standalone");
    assert_eq!(read["start_url"], "/certificates?insurer=aoba");
    for icon in read["icons"].as_array().unwrap() {
        let served = browser.get(icon["src"].as_str().unwrap()).await;
        assert_eq!(served.status, StatusCode::OK);
        assert_eq!(served.header("content-type"), icon["type"]);
    }
    for steps in
        ["Safari", "画面の下の「共有」", "「追加」", "Chrome", "画面の右上の「共有」", "「インストール」"]
    {
        assert!(browser.get("/home-screen").await.body.contains(steps), "{steps}");
    }
    let worker = browser.get("/worker.js").await;
    assert!(worker.body.contains("\"/offline\", \"/assets/house."));
    assert!(!worker.body.contains("{stylesheet}") && !worker.body.contains("/certificates"));
    assert!(
        worker.header("content-security-policy").contains("connect-src 'self'"),
        "it could fetch nothing"
    );
    let offline = browser.get("/offline").await;
    assert!(offline.body.contains("インターネットに") && offline.status == StatusCode::OK);
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

#[tokio::test]
async fn every_page_speaks_both_languages_without_a_missing_word() {
    let portal = portal().await;
    portal.issuer.set().insurance = with_child();
    for language in ["ja", "en"] {
        let mut browser = portal.browser();
        browser.language = language;
        let (_, choose) = portal.follow(&mut browser, "/login").await;
        let mark = choose.body.split("name=\"certificate\" value=\"").nth(1).unwrap()[..16].to_owned();
        let base = format!("/certificates/{mark}");
        let pages = [
            "/".to_owned(),
            "/home-screen".to_owned(),
            "/offline".to_owned(),
            "/nothing".to_owned(),
            "/logout".to_owned(),
            "/callback".to_owned(),
            "/c/2222-2222".to_owned(),
            "/certificates".to_owned(),
            format!("{base}/apply"),
            format!("{base}/address?reason=card-lost"),
            format!("{base}/card"),
            format!("{base}/history"),
            base,
        ];
        for path in pages {
            let (_, page) = portal.follow(&mut browser, &path).await;
            assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{path}");
            for unspoken in ["portal.", "site.", "{name}", "{id}", "{date}", "{time}"] {
                let words = page.body.replace("example.", "");
                assert!(
                    !words.contains(&format!(">{unspoken}")) && !words.contains(&format!(" {unspoken}")),
                    "{unspoken} on {path}"
                );
            }
        }
    }
}

fn serial(card: &Answer) -> String {
    let after = card
        .body
        .split("発行番号 <span class=\"num\">")
        .nth(1)
        .unwrap_or_else(|| panic!("no serial: {}", card.body));
    after.split('<').next().unwrap().to_owned()
}

//! Passkeys on their owner's page: made, named and removed by nobody else, and not by a session that was left open.

use axum::http::StatusCode;
use sekisho_domain::ids::FactorId;
use serde_json::json;

use crate::authenticator::{Kind, Tweaks, create_with};
use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{aoba, kaede, sign_in};
use crate::visit::{
    Asked, FAULTY, OLD, UNVERIFIED, add, asked, client, fresh_holder, holder, in_by, listed, show,
};

const NEW: &str = "/account/passkeys/new";

fn one(id: &str) -> String {
    format!("/account/passkeys/{id}")
}

fn removal(id: &str) -> String {
    format!("/account/passkeys/{id}/remove")
}

/// The page without what is drawn anew each time.
fn bare(page: &Page, id: &str) -> String {
    page.bare(id)
}

#[tokio::test]
async fn a_passkey_is_made_named_shown_and_removed() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let [id] = listed(&mut browser).await.try_into().unwrap();
    let page = browser.open(&one(&id)).await;
    let named = browser.submit(&page, &[("name", "青い電話")]).await;
    assert_eq!(named.location(), "/account/passkeys?done=renamed");
    assert!(browser.open("/account/passkeys").await.says("青い電話"));
    let page = browser.open(&removal(&id)).await;
    let removed = browser.submit(&page, &[]).await;
    assert_eq!(removed.location(), "/account/passkeys?done=removed", "{}", removed.body);
    assert!(listed(&mut browser).await.is_empty());
    let answered = show(&mut Browser::at(&house), &mut passkey, &Tweaks::default()).await;
    assert_eq!(answered.status, StatusCode::OK);
    for (subject, count) in [("パスキーを追加しました", 1), ("パスキーを消しました", 1)]
    {
        let told =
            || house.letters.all_to(member.email).iter().filter(|(said, _)| said.contains(subject)).count();
        for _ in 0..500 {
            if told() == count {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(told(), count, "{subject}: {:?}", house.letters.all_to(member.email));
    }
}

#[tokio::test]
async fn wa_11_another_members_passkey_is_as_good_as_none() {
    let house = House::new().await;
    let (mine, theirs) = (aoba(&house).await, kaede(&house).await);
    let (mut me, _) = holder(&house, &mine, &Tweaks::default()).await;
    let (mut them, mut their_key) = holder(&house, &theirs, &Tweaks::default()).await;
    let [own] = listed(&mut me).await.try_into().unwrap();
    let [foreign] = listed(&mut them).await.try_into().unwrap();
    let nobodys = FactorId::draw(&mut house.state.cx()).to_string();
    for path in [one, removal] {
        let mut answers = Vec::new();
        for id in [foreign.as_str(), nobodys.as_str(), "fac_", "..", "1' or '1'='1"] {
            let id = id.replace(' ', "%20");
            let looked = me.open(&path(&id)).await;
            assert_eq!(looked.status, StatusCode::NOT_FOUND, "{id}");
            let page = me.open(&path(&own)).await;
            let form = [("form".to_owned(), page.hidden("form")), ("name".to_owned(), "theirs".to_owned())];
            let done = me.post(&path(&id), &form, crate::browser::ORIGIN).await;
            assert_eq!(done.status, StatusCode::NOT_FOUND, "{id}");
            answers.push((bare(&looked, &id), bare(&done, &id)));
        }
        assert_eq!(answers[0], answers[1], "whether anybody has it is not told");
    }
    let looked = them.open(&one(&foreign)).await;
    assert!(!looked.says("theirs"));
    in_by(&show(&mut Browser::at(&house), &mut their_key, &Tweaks::default()).await);
}

#[tokio::test]
async fn wa_11_the_last_strong_factor_and_the_last_key_stay() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let [id] = listed(&mut browser).await.try_into().unwrap();
    for taken in [
        "update factors set ended_at = 1 where kind = 'sms'",
        "update factors set ended_at = 1 where kind = 'password'",
    ] {
        house.change(taken).await;
        let page = browser.open(&removal(&id)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.location());
        let kept = browser.submit(&page, &[]).await;
        assert_eq!(kept.status, StatusCode::OK, "{taken}");
        assert!(kept.says("role=\"alert\"") || kept.says("消せません"), "{}", kept.body);
        assert_eq!(listed(&mut browser).await, [id.as_str()]);
    }
    in_by(&show(&mut Browser::at(&house), &mut passkey, &Tweaks::default()).await);
}

#[tokio::test]
async fn wa_11_mf_07_a_session_that_was_left_open_changes_no_passkey() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, _) = holder(&house, &member, &Tweaks::default()).await;
    let [id] = listed(&mut browser).await.try_into().unwrap();
    let (removing, making) = (browser.open(&removal(&id)).await, browser.open(NEW).await);
    house.later(16 * 60);
    for path in [removal(&id), NEW.to_owned()] {
        let answered = browser.open(&path).await;
        assert!(answered.location().starts_with("/login/again?to="), "{path}: {}", answered.status);
    }
    let answered = browser.submit(&removing, &[]).await;
    assert!(answered.location().starts_with("/login/again?to="), "{}", answered.status);
    let asked = Asked::on(&making).unwrap();
    let (_, answer) = create_with(&asked.options, &Tweaks::default());
    let answered = asked.send(&mut browser, &answer.to_string()).await;
    assert!(answered.location().starts_with("/login/again?to="), "{}", answered.status);
    assert_eq!(listed(&mut browser).await, [id]);
}

#[tokio::test]
async fn wa_11_se_03_who_came_in_with_a_removed_passkey_is_out() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, mut stolen) = holder(&house, &member, &Tweaks::default()).await;
    let mut thief = Browser::from(&house, 7);
    in_by(&show(&mut thief, &mut stolen, &Tweaks::default()).await);
    let [id] = listed(&mut browser).await.try_into().unwrap();
    let page = browser.open(&removal(&id)).await;
    let removed = browser.submit(&page, &[]).await;
    assert_eq!(removed.location(), "/account/passkeys?done=removed", "{}", removed.body);
    assert!(!crate::visit::is_in(&mut thief).await);
    assert!(crate::visit::is_in(&mut browser).await);
}

#[tokio::test]
async fn mf_07_a_password_alone_makes_no_stronger_key() {
    let house = House::new().await;
    let (mine, theirs) = (aoba(&house).await, kaede(&house).await);
    let (mut other, _) = holder(&house, &mine, &Tweaks::default()).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &theirs).await;
    let page = browser.open(NEW).await.saying("もう一度確かめます");
    // What another page's form would bring is not looked at: the way begins with a code by mail.
    let asked = asked(&mut other, NEW).await;
    let (_, answer) = create_with(&asked.options, &Tweaks::default());
    let brought = [("sealed", asked.control("sealed")), ("passkey", &answer.to_string())];
    let led = browser.submit(&page, &brought).await;
    assert!(led.location().starts_with("/journey/"), "{} {}", led.location(), led.body);
    browser.follow(&led).await.saying("name=\"code\"");
    assert!(listed(&mut browser).await.is_empty());
}

#[tokio::test]
async fn wa_07_a_registration_keeps_to_what_was_asked() {
    let house = House::new().await;
    let (mine, theirs) = (aoba(&house).await, kaede(&house).await);
    let (mut me, own) = holder(&house, &mine, &Tweaks::default()).await;
    let (mut them, _) = fresh_holder(&house, &theirs).await;
    let page = me.open(NEW).await;
    let asked = Asked::on(&page).unwrap();
    assert_eq!(asked.options["excludeCredentials"][0]["id"], crate::authenticator::base64(&own.id));
    assert_eq!(asked.options["authenticatorSelection"]["userVerification"], "required");
    let known = Tweaks { id: Some(own.id.clone()), ..Tweaks::default() };
    let flags = |flags| Tweaks { flags, ..Tweaks::default() };
    let not_kept = vec![("/clientExtensionResults/credProps/rk", json!(false))];
    let wrongs = [
        ("another's credential", known, FAULTY),
        ("an algorithm that was not asked for", Tweaks { kind: Kind::EdDsa, ..Tweaks::default() }, FAULTY),
        ("a long id", Tweaks { id_length: 1_024, ..Tweaks::default() }, FAULTY),
        ("no id", Tweaks { id_length: 0, ..Tweaks::default() }, FAULTY),
        ("wa_04 not verified", flags(0x01), UNVERIFIED),
        ("wa_09 backed up though it may not be", flags(0x15), FAULTY),
        ("wa_02 another origin", client("origin", json!("http://localhost:8081")), FAULTY),
        ("wa_03 of a sign-in", client("type", json!("webauthn.get")), FAULTY),
        ("wa_03 in a frame", client("crossOrigin", json!(true)), FAULTY),
        ("not discoverable", Tweaks { json: not_kept, ..Tweaks::default() }, FAULTY),
    ];
    for (what, tweaks, why) in wrongs {
        let (_, answered) = add(&mut them, &tweaks).await;
        assert_eq!(answered.status, StatusCode::OK, "{what}");
        assert!(answered.says(why), "{what}: {}", answered.body);
    }
    assert_eq!(listed(&mut them).await.len(), 1);
    let again = Tweaks { id: Some(own.id), ..Tweaks::default() };
    assert!(add(&mut me, &again).await.1.says(FAULTY), "nor one's own a second time");
    let longest = Tweaks { id_length: 1_023, ..Tweaks::default() };
    assert_eq!(add(&mut them, &longest).await.1.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn wa_08_a_new_passkey_is_of_its_own_page_and_of_five_minutes() {
    let house = House::new().await;
    let (mine, theirs) = (aoba(&house).await, kaede(&house).await);
    let (mut me, _) = holder(&house, &mine, &Tweaks::default()).await;
    let (mut them, mut their_key) = fresh_holder(&house, &theirs).await;
    let (my_page, their_page) = (asked(&mut me, NEW).await, asked(&mut them, NEW).await);
    let (_, answer) = create_with(&their_page.options, &Tweaks::default());
    let answer = answer.to_string();
    let stolen = my_page.clone().with("sealed", their_page.control("sealed"));
    assert!(stolen.send(&mut me, &answer).await.says(OLD), "another browser's");
    assert!(my_page.send(&mut me, &answer).await.says(FAULTY), "another challenge");
    let of_proof = asked(&mut me, "/login").await;
    let swapped = my_page.clone().with("sealed", of_proof.control("sealed"));
    assert!(swapped.send(&mut me, &answer).await.says(OLD), "that of a sign-in");
    // Somebody else signs in in the same browser while the page stands.
    in_by(&show(&mut me, &mut their_key, &Tweaks::default()).await);
    let (_, answer) = create_with(&my_page.options, &Tweaks::default());
    let fresh = asked(&mut me, NEW).await;
    let carried = fresh.with("sealed", my_page.control("sealed"));
    let answered = carried.send(&mut me, &answer.to_string()).await;
    assert!(answered.says(OLD), "{} {}", answered.location(), answered.body);
    assert_eq!(listed(&mut me).await.len(), 1);

    let late = asked(&mut them, NEW).await;
    let (_, answer) = create_with(&late.options, &Tweaks::default());
    house.later(300);
    assert!(late.send(&mut them, &answer.to_string()).await.says(OLD));
    let once = asked(&mut them, NEW).await;
    let (_, answer) = create_with(&once.options, &Tweaks::default());
    assert_eq!(once.send(&mut them, &answer.to_string()).await.status, StatusCode::SEE_OTHER);
    assert!(once.send(&mut them, &answer.to_string()).await.says(OLD), "twice");
}

#[tokio::test]
async fn wa_10_what_is_no_new_passkey_stops_nothing() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, _) = holder(&house, &member, &Tweaks::default()).await;
    let asked = asked(&mut browser, NEW).await;
    let (_, right) = create_with(&asked.options, &Tweaks::default());
    for answer in ["", "null", "{}", "[]", &right.to_string()[..200]] {
        let answered = asked.send(&mut browser, answer).await;
        assert!(matches!(answered.status.as_u16(), 200 | 400), "{} for {answer:.40}", answered.status);
    }
    for size in [20_000, 40_000, 10_000_000] {
        let answered = asked.send(&mut browser, &"[".repeat(size)).await;
        assert!(matches!(answered.status.as_u16(), 200 | 400 | 413), "{} of {size}", answered.status);
    }
    assert_eq!(listed(&mut browser).await.len(), 1);
}

#[tokio::test]
async fn wa_12_a_name_is_text_wherever_it_stands() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, _) = holder(&house, &member, &Tweaks::default()).await;
    let [id] = listed(&mut browser).await.try_into().unwrap();
    let evil = "<script>alert(1)</script>\"'&\u{202e}\u{200b}名";
    let page = browser.open(&one(&id)).await;
    browser.submit(&page, &[("name", evil)]).await;
    for path in ["/account/passkeys".to_owned(), one(&id), removal(&id), "/account".to_owned()] {
        let page = browser.open(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.says("<script>alert"), "{path}");
        assert!(!page.says("\u{202e}") && !page.says("\u{200b}"), "{path}");
    }
    let page = browser.open(&one(&id)).await;
    for blank in ["", "   ", "\u{3164}\u{200b}", "\u{2800}"] {
        browser.submit(&page, &[("name", blank)]).await;
        let list = browser.open("/account/passkeys").await;
        let name = list.body.split("<b>").nth(1).unwrap().split("</b>").next().unwrap();
        assert!(name.chars().any(char::is_alphanumeric), "{blank:?} is shown as {name:?}");
    }
    let long = "あ".repeat(4_000);
    let answered = browser.submit(&page, &[("name", &long)]).await;
    assert!(answered.status == StatusCode::BAD_REQUEST || answered.status == StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_account_keeps_twenty_passkeys_and_no_more() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, _) = holder(&house, &member, &Tweaks::default()).await;
    let early = asked(&mut browser, NEW).await;
    for _ in 1..20 {
        assert_eq!(add(&mut browser, &Tweaks::default()).await.1.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(browser.open(NEW).await.location(), "/account/passkeys");
    let (_, answer) = create_with(&early.options, &Tweaks::default());
    early.send(&mut browser, &answer.to_string()).await;
    assert_eq!(listed(&mut browser).await.len(), 20);
}

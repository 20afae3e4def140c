//! Signing in by a passkey, and what is no passkey.

use axum::http::StatusCode;
use sekisho_site::db::sql;
use serde_json::json;

use crate::authenticator::{Handle, Tweaks, base64};
use crate::browser::{Browser, ORIGIN};
use crate::house::House;
use crate::people::{aoba, kaede};
use crate::visit::{
    CLONED, FAULTY, OLD, UNKNOWN, asked, extension, holder, in_by, is_in, out_by, show, wrongs,
};

#[tokio::test]
async fn a_passkey_signs_in_without_name_password_or_code() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let sent = house.letters.everybody().len();
    let mut browser = Browser::at(&house);
    let answered = show(&mut browser, &mut passkey, &Tweaks::default()).await;
    in_by(&answered);
    assert!(is_in(&mut browser).await);
    assert_eq!(house.letters.everybody().len(), sent, "no code was sent");
    let events = house.texts(sql("select events as t from sessions")).await;
    let alone = |events: &String| events.contains("passkey") && !events.contains("password");
    assert_eq!(events.iter().filter(|events| alone(events)).count(), 1, "{events:?}");
}

#[tokio::test]
async fn wa_02_03_04_06_09_13_what_is_wrong_in_one_way_signs_nobody_in() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    for (what, tweaks, why) in wrongs() {
        let mut browser = Browser::at(&house);
        let answered = show(&mut browser, &mut passkey, &tweaks).await;
        assert!(answered.says(why), "{what}: {} {}", answered.status, answered.body);
        out_by(&mut browser, &answered, why).await;
    }
    let mut browser = Browser::at(&house);
    let harmless = extension(json!({ "appid": true, "unknown": { "x": [1, null] } }));
    in_by(&show(&mut browser, &mut passkey, &harmless).await);
}

#[tokio::test]
async fn wa_01_an_answer_signs_in_once() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let mut browser = Browser::at(&house);
    let asked = asked(&mut browser, "/login").await;
    let before = browser.clone();
    let answer = passkey.get(&asked.options).to_string();
    in_by(&asked.send(&mut browser, &answer).await);
    // From the same browser, from one with its cookies of before, and signed anew for the same challenge.
    let again = passkey.get(&asked.options).to_string();
    for answer in [&answer, &again] {
        for mut replay in [browser.clone(), before.clone()] {
            replay.cookies.remove("sekisho_8080_session");
            let answered = asked.send(&mut replay, answer).await;
            out_by(&mut replay, &answered, OLD).await;
        }
    }
}

#[tokio::test]
async fn wa_08_an_answer_is_of_its_own_browser_and_of_five_minutes() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let (mut mine, mut theirs) = (Browser::at(&house), Browser::at(&house));
    let (asked_me, asked_them) = (asked(&mut mine, "/login").await, asked(&mut theirs, "/login").await);
    let answer = passkey.get(&asked_them.options).to_string();
    let stolen = asked_me.clone().with("sealed", asked_them.control("sealed"));
    let answered = stolen.send(&mut mine, &answer).await;
    out_by(&mut mine, &answered, OLD).await;
    let mixed = asked_me.send(&mut mine, &answer).await;
    out_by(&mut mine, &mixed, FAULTY).await;

    house.later(300);
    let answered = asked_them.send(&mut theirs, &answer).await;
    out_by(&mut theirs, &answered, OLD).await;
    let asked = asked(&mut theirs, "/login").await;
    house.later(299);
    let answer = passkey.get(&asked.options).to_string();
    in_by(&asked.send(&mut theirs, &answer).await);
}

#[tokio::test]
async fn wa_08_an_edited_state_is_none() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut owner, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let of_creation = asked(&mut owner, "/account/passkeys/new").await;
    let mut browser = Browser::at(&house);
    let asked = asked(&mut browser, "/login").await;
    let sealed = asked.control("sealed").to_owned();
    let answer = passkey.get(&asked.options).to_string();
    let mut edited = vec![String::new(), "x".to_owned(), format!("{sealed}A"), sealed[1..].to_owned()];
    edited.push(of_creation.control("sealed").to_owned());
    edited.push(browser.cookies.values().next().unwrap().clone());
    edited.push(json!({ "state": {}, "nonce": "", "account": null, "asked_at": 0, "epoch": 0 }).to_string());
    let changes = (0..sealed.len()).step_by(sealed.len() / 40 + 1).map(|at| {
        let other = if sealed.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!("{}{other}{}", &sealed[..at], &sealed[at + 1..])
    });
    edited.extend(changes);
    for sealed in edited {
        let answered = asked.clone().with("sealed", &sealed).send(&mut browser, &answer).await;
        assert!(answered.says(OLD), "{sealed}: {}", answered.body);
    }
    assert!(!is_in(&mut browser).await);
    in_by(&asked.send(&mut browser, &answer).await);
}

#[tokio::test]
async fn wa_08_what_was_asked_for_a_new_passkey_signs_nobody_in_even_in_its_own_browser() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let of_creation = asked(&mut browser, "/account/passkeys/new").await;
    let of_proof = asked(&mut browser, "/login").await;
    browser.cookies.remove("sekisho_8080_session");
    let mut options = of_proof.options.clone();
    options["challenge"] = of_creation.options["challenge"].clone();
    let answer = passkey.get(&options).to_string();
    let answered = of_proof.with("sealed", of_creation.control("sealed")).send(&mut browser, &answer).await;
    out_by(&mut browser, &answered, OLD).await;
}

#[tokio::test]
async fn wa_05_a_copy_is_refused_and_its_owner_told() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let counted = |counter| Tweaks { counter: Some(counter), ..Tweaks::default() };
    let (_, mut passkey) = holder(&house, &member, &counted(7)).await;
    in_by(&show(&mut Browser::at(&house), &mut passkey, &counted(9)).await);
    let about = "使えないパスキーでログインの操作がありました";
    let told =
        || house.letters.all_to(member.email).iter().filter(|(subject, _)| subject.contains(about)).count();
    for counter in [9, 8, 1, 0] {
        let mut browser = Browser::at(&house);
        let answered = show(&mut browser, &mut passkey, &counted(counter)).await;
        out_by(&mut browser, &answered, CLONED).await;
    }
    let cloned = "select count(*) as n from audit_events where event = 'factor.tried' and result = 'cloned'";
    assert!(house.count(cloned).await >= 1);
    let refused =
        "select count(*) as n from audit_events where event = 'factor.tried' and result = 'refused'";
    assert_eq!(house.count(refused).await, 4, "its owner sees each try");
    let mail = house.letters.all_to(member.email).len();
    for _ in 0..200 {
        if told() > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(told(), 1, "once, not with each try: {mail}");
    in_by(&show(&mut Browser::at(&house), &mut passkey, &counted(10)).await);
}

#[tokio::test]
async fn wa_05_authenticators_that_count_nothing_are_fine() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    for _ in 0..5 {
        in_by(&show(&mut Browser::at(&house), &mut passkey, &Tweaks::default()).await);
    }
}

#[tokio::test]
async fn wa_06_nobody_signs_in_as_somebody_else() {
    let house = House::new().await;
    let (one, two) = (aoba(&house).await, kaede(&house).await);
    let (_, mut first) = holder(&house, &one, &Tweaks::default()).await;
    let (_, mut second) = holder(&house, &two, &Tweaks::default()).await;
    // The second's key says that it is the first's, by its handle or by its id, or by both.
    let (handle, id) = (Handle::Of(first.handle.clone()), json!(base64(&first.id)));
    let of_first = vec![("/id", id.clone()), ("/rawId", id)];
    for tweaks in [
        Tweaks { handle: handle.clone(), ..Tweaks::default() },
        Tweaks { json: of_first.clone(), ..Tweaks::default() },
        Tweaks { handle, json: of_first, ..Tweaks::default() },
    ] {
        let mut browser = Browser::at(&house);
        let answered = show(&mut browser, &mut second, &tweaks).await;
        assert_eq!(answered.status, StatusCode::OK);
        assert!(answered.says(UNKNOWN) || answered.says(FAULTY), "{}", answered.body);
        assert!(!is_in(&mut browser).await);
    }
    in_by(&show(&mut Browser::at(&house), &mut first, &Tweaks::default()).await);
}

#[tokio::test]
async fn wa_10_what_is_no_answer_is_refused_in_words_and_stops_nothing() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let mut browser = Browser::at(&house);
    let asked = asked(&mut browser, "/login").await;
    let right = passkey.get(&asked.options).to_string();
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_member = right.replacen("{}", &deep, 1);
    for answer in
        ["", "null", "[]", "{}", "\u{feff}{}", "{\"id\":1}", &right[..right.len() / 2], &deep, &deep_member]
    {
        let answered = asked.send(&mut browser, answer).await;
        assert!(matches!(answered.status.as_u16(), 200 | 400), "{} for {answer:.40}", answered.status);
    }
    for size in [20_000, 40_000, 10_000_000] {
        let answered = asked.send(&mut browser, &"x".repeat(size)).await;
        assert!(matches!(answered.status.as_u16(), 200 | 400 | 413), "{} of {size}", answered.status);
    }
    assert_eq!(asked.send(&mut browser, "a\0b").await.status, StatusCode::BAD_REQUEST);
    assert!(!is_in(&mut browser).await);
    in_by(&asked.send(&mut browser, &right).await);
}

#[tokio::test]
async fn se_06_the_door_takes_forms_of_ours_only() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let mut browser = Browser::at(&house);
    let asked = asked(&mut browser, "/login").await;
    let answer = passkey.get(&asked.options).to_string();
    let without = asked.clone().with("form", "");
    assert_eq!(without.send(&mut browser, &answer).await.status, StatusCode::FORBIDDEN);
    let mut fields = asked.controls.clone();
    fields.push(("passkey".to_owned(), answer));
    for origin in ["https://evil.test", "null", "http://localhost:8081"] {
        assert_eq!(
            browser.post(&asked.action, &fields, origin).await.status,
            StatusCode::FORBIDDEN,
            "{origin}"
        );
    }
    assert!(!is_in(&mut browser).await);
    in_by(&browser.post(&asked.action, &fields, ORIGIN).await);
}

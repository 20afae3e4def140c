//! A forgotten ID is mailed to the address it is registered with (rows B2, C40, E25; `security.md` RC-08, RC-10).

use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::{House, Site};
use crate::people::{about, everybody, kaede, nth_about, quiet, shinonome};

const SUBJECT: &str = "このアドレスで登録されている";

async fn remind(browser: &mut Browser, insurer: &str, email: &str) -> Page {
    let page = browser.open(&format!("/recover/id?insurer={insurer}")).await;
    browser.submit(&page, &[("email", email)]).await
}

#[tokio::test]
async fn the_ids_of_each_insurer_are_mailed_to_their_address() {
    let house = House::new().await;
    for member in everybody(&house).await {
        let known = remind(&mut Browser::at(&house), member.insurer, member.email).await;
        let unknown = remind(&mut Browser::at(&house), member.insurer, "nobody@example.jp").await;
        assert_eq!(known.bare(member.email), unknown.bare("nobody@example.jp"), "{}", member.insurer);
        let text = nth_about(&house, member.email, SUBJECT, 1).await;
        assert!(text.contains(member.name), "{text}");
        // Another insurer's members are nobody's here.
        let other = if member.insurer == "sora" { "kaede" } else { "sora" };
        remind(&mut Browser::at(&house), other, member.email).await;
    }
    quiet(&house).await;
    assert!(house.letters.all_to("nobody@example.jp").is_empty());
    let ours = house.letters.everybody().iter().map(|to| about(&house, to, SUBJECT).len()).sum::<usize>();
    assert_eq!(ours, 4);
}

#[tokio::test]
async fn a_familys_address_is_told_the_ids_of_all() {
    let house = House::new().await;
    let member = shinonome(&house).await;
    // A second account that is reached at the same address.
    let mut browser = Browser::at(&house);
    let page = browser.open("/signup?insurer=shinonome").await;
    let claim = [
        ("insurer_code", "shinonome"),
        ("symbol", "91"),
        ("number", "200001"),
        ("birth_date", "20000121"),
        ("kana_name", "ｹﾝﾎﾟ ｼﾞﾕﾝｲﾁ"),
    ];
    let page = browser.press(&page, &claim).await;
    let chosen = [("login_id", "Junichi.K"), ("password", "kumo-2-kaze!"), ("email", member.email)];
    let page = browser.press(&page, &chosen).await;
    let code = crate::people::first_digits(&nth_about(&house, member.email, "認証コードです", 2).await);
    assert!(browser.press(&page, &[("code", &code)]).await.location().contains("done=yes"));
    remind(&mut Browser::at(&house), "shinonome", member.email).await;
    let text = nth_about(&house, member.email, SUBJECT, 1).await;
    assert!(text.contains("shoko_K") && text.contains("Junichi.K"), "{text}");
    quiet(&house).await;
    assert_eq!(about(&house, member.email, SUBJECT).len(), 1);
}

#[tokio::test]
async fn rc_08_mail_goes_to_the_stored_address_however_it_is_spelled() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let hers = [
        "KAEDE@EXAMPLE.JP",
        "ｋａｅｄｅ@example.jp",
        "kaede＠example.jp",
        " kaede@example.jp ",
        "kaede@ｅｘａｍｐｌｅ．ｊｐ",
    ];
    let nobodys = [
        "kaede@example.jp@evil.test",
        "kaede@example.jp.",
        "kаede@example.jp",
        "kaede@example.jp, evil@evil.test",
        "kaede@example.jp\r\nBcc: evil@evil.test",
        "evil@evil.test",
    ];
    for (count, typed) in hers.into_iter().enumerate() {
        remind(&mut Browser::at(&house), "kaede", typed).await;
        nth_about(&house, member.email, SUBJECT, count + 1).await;
    }
    for typed in nobodys {
        remind(&mut Browser::at(&house), "kaede", typed).await;
        crate::people::forget(&mut Browser::at(&house), "kaede", typed).await;
    }
    quiet(&house).await;
    assert_eq!(house.letters.everybody(), [member.email]);
    assert_eq!(about(&house, member.email, SUBJECT).len(), hers.len());
    let aimed = house.texts(sql("select distinct value as t from contacts where kind = 'email'")).await;
    assert_eq!(aimed, [member.email]);
}

#[tokio::test]
async fn rc_10_an_address_is_mailed_so_often_and_a_source_asks_so_often() {
    let throttle = "mails_per_address = 3\nsign_ups_per_source = 20";
    let house = House::with(Site { throttle, ..Site::default() }).await;
    let member = kaede(&house).await;
    let mut seen = Vec::new();
    for email in [member.email, "nobody@example.jp"] {
        let mut pages = Vec::new();
        for number in 0..6 {
            pages.push(remind(&mut Browser::from(&house, number), "kaede", email).await.bare(email));
        }
        seen.push(pages);
    }
    assert_eq!(seen[0], seen[1]);
    quiet(&house).await;
    assert!((1..=3).contains(&about(&house, member.email, SUBJECT).len()));
    // From one source the twenty-first is not looked at any more, whatever its address.
    let mut browser = Browser::from(&house, 99);
    for number in 0..20 {
        let page = remind(&mut browser, "kaede", &format!("n{number}@example.jp")).await;
        assert!(!page.says("しばらくお待ち"), "{number}");
    }
    remind(&mut browser, "kaede", "n20@example.jp").await.saying("しばらくお待ち");
}

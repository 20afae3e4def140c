//! IDs that an insurer gave out, asked of its own directory (rows B7, B12).

use crate::browser::{Browser, Page};
use crate::fake::{Fake, Mood};
use crate::house::{House, Site};
use crate::people::shoko_of_kaede;
use crate::walk::{EMAIL, PASSWORD};

const ID: &str = "7132-091200001";
const BORN: &str = "20000121";
const AWAY: &str = "組合の記録にいま問い合わせられません";

async fn house(fake: &Fake) -> House {
    House::with(Site { insurer: "kaede", ..Site::minato(fake) }).await
}

async fn sign_in(browser: &mut Browser, login_id: &str, password: &str) -> Page {
    let page = browser.open("/login?insurer=kaede").await;
    let page = browser.submit(&page, &[("login_id", login_id)]).await;
    browser.submit(&page, &[("login_id", login_id), ("password", password)]).await
}

async fn activate(house: &House, browser: &mut Browser) {
    let answered = sign_in(browser, ID, BORN).await;
    let page = browser.follow(&answered).await;
    let page = browser.press(&page, &[("accept_privacy", "yes"), ("accept_terms", "yes")]).await;
    let page = browser.press(&page, &[("email", EMAIL), ("email_again", EMAIL)]).await;
    browser.press(&page, &[]).await;
    let link = house.letters.link(EMAIL, 1).await;
    let page = browser.open(&link).await;
    let page = browser.press(&page, &[]).await;
    let arrived = browser.press(&page, &[("password", PASSWORD), ("password_again", PASSWORD)]).await;
    assert_eq!(arrived.location(), "/?registered=activate", "{}", arrived.body);
}

#[tokio::test]
async fn an_id_and_the_birth_date_begin_a_registration_once_the_directory_says_so() {
    let fake = Fake::of(&[shoko_of_kaede()]).await;
    let house = house(&fake).await;
    sign_in(&mut Browser::at(&house), ID, "20000122").await.saying("この内容ではログインできませんでした");
    activate(&house, &mut Browser::at(&house)).await;
    let asked = &fake.questions()[0];
    assert_eq!((asked.target.as_str(), asked.body["id"].as_str()), ("/v1/given-id", Some(ID)));
}

#[tokio::test]
async fn en_03_a_directory_that_is_away_tells_nothing_about_who_has_registered() {
    let fake = Fake::of(&[shoko_of_kaede()]).await;
    let house = house(&fake).await;
    activate(&house, &mut Browser::at(&house)).await;
    let unregistered = "7132-091200002";
    let mut bodies = Vec::new();
    for (mood, words) in [(Mood::Right, "この内容ではログインできませんでした"), (Mood::Status(503), AWAY)]
    {
        fake.becomes(mood);
        for id in [ID, unregistered] {
            let before = fake.count();
            let page = sign_in(&mut Browser::at(&house), id, "19990101").await.saying(words);
            assert_eq!(fake.count(), before + 1, "{id}: the same work");
            bodies.push(page.bare(id));
        }
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[2], bodies[3]);
    // The password lets in whom it belongs to, and asks nobody.
    let before = fake.count();
    let arrived = sign_in(&mut Browser::at(&house), ID, PASSWORD).await;
    assert_eq!((arrived.location(), fake.count()), ("/", before), "{}", arrived.body);
}

#[tokio::test]
async fn d35_a_first_page_that_asks_for_the_numbers_stays_and_nothing_is_written() {
    let fake = Fake::of(&[shoko_of_kaede()]).await;
    let house = house(&fake).await;
    let mut browser = Browser::at(&house);
    let claim = [
        ("symbol", "91"),
        ("number", "200001"),
        ("insurer_number", "06999023"),
        ("kana_name", "ケンポ ショウコ"),
        ("birth_date", BORN),
    ];
    let page = browser.open("/signup?insurer=kaede").await;
    fake.becomes(Mood::Status(503));
    let page = browser.press(&page, &claim).await.saying(AWAY);
    assert!(page.says("value=\"ケンポ ショウコ\""), "{}", page.body);
    let written = "select (select count(*) from journeys) + (select count(*) from audit_events where insurer = 'kaede') as n";
    assert_eq!(house.count(written).await, 0);
    fake.becomes(Mood::Right);
    let page = browser.press(&page, &claim).await;
    assert!(!page.says(AWAY) && page.says("accept_privacy"), "{}", page.body);
}

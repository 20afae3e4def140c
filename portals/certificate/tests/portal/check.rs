//! The page behind the QR code.

use http::StatusCode;

use crate::browser::Browser;
use crate::house::{HOUR, portal, serial};

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
    assert!(valid.body.contains("<div class=\"big-sign\">"));
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
async fn the_rows_are_asked_whatever_is_typed_so_that_time_tells_nothing() {
    let portal = portal().await;
    let (_, _, card) = portal.applied().await;
    let known = format!("/c/{}", serial(&card));
    // A closed database shows who asks it: every kind of number does.
    portal.db.close().await;
    for address in [known.as_str(), "/c/2222-2222", "/c/nonsense"] {
        let answer = portal.browser().get(address).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{address}");
    }
}

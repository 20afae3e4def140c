//! What the log says of a directory that fails.

use serde_json::json;

use crate::fake::{Fake, Mood};
use crate::house::{House, Site, TOKEN};
use crate::log;
use crate::people::{shoko, with};

#[tokio::test]
async fn lo_08_the_log_says_why_and_of_nobody() {
    log::listen();
    let fake = Fake::of(&[shoko()]).await;
    let house = House::with(Site::minato_with(&fake, "failures = 2\npause_seconds = 10")).await;
    let wrong = with(shoko(), &[("sex", json!("秘密")), ("person_key", json!("M3000001"))]);
    fake.goes_through([
        Mood::json(&json!({ "records": [wrong] })),
        Mood::Says(vec![("content-type", "text/html".to_owned())], b"<p>M3000001</p>".to_vec()),
        Mood::Status(418),
        Mood::Right,
    ]);
    for _ in 0..3 {
        assert!(house.is_away().await);
    }
    house.later(10);
    assert!(house.ask().await.is_ok());
    let said = log::said("").concat();
    for expected in ["minato", "candidates", "HTTP status 418", "is away", "is back", "no plain JSON"] {
        assert!(said.contains(expected), "{expected} in {said}");
    }
    for secret in ["200001", "M3000001", "秘密", "翔子", &fake.address.port().to_string(), TOKEN] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

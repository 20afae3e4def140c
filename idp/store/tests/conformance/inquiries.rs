use std::time::Duration;

use sekisho_base::Language;
use sekisho_domain::ids::{InquiryId, InsurerCode};
use sekisho_store::inquiries::{self, Inquiry};

use super::house::{House, NOW, race, wins};

async fn asked(house: &mut House, insurer: &str, minute: u64) -> Inquiry {
    let inquiry = Inquiry {
        id: InquiryId::draw(&mut house.cx),
        insurer: insurer.parse().unwrap(),
        email: "hanako@example.jp".to_owned(),
        language: Language::En,
        message: b"sealed".to_vec(),
        created_at: NOW + Duration::from_mins(minute),
        answered_at: None,
    };
    let mut tx = house.db.begin().await.unwrap();
    inquiries::insert(&mut tx, &inquiry).await.unwrap();
    tx.commit().await.unwrap();
    inquiry
}

#[tokio::test]
async fn tn_04_an_office_sees_and_answers_its_own_questions_newest_first() {
    for mut house in House::both().await {
        let (one, two) = (asked(&mut house, "aoba", 1).await, asked(&mut house, "aoba", 2).await);
        let theirs = asked(&mut house, "kaede", 3).await;
        let aoba: InsurerCode = "aoba".parse().unwrap();
        assert_eq!(inquiries::list(&house.db, &aoba, 10).await.unwrap(), [two.clone(), one.clone()]);
        assert_eq!(inquiries::list(&house.db, &aoba, 1).await.unwrap(), [two]);
        let mut tx = house.db.begin().await.unwrap();
        assert!(inquiries::answer(&mut tx, &aoba, one.id, NOW).await.unwrap());
        assert!(!inquiries::answer(&mut tx, &aoba, one.id, NOW).await.unwrap());
        assert!(!inquiries::answer(&mut tx, &aoba, theirs.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let listed = inquiries::list(&house.db, &aoba, 10).await.unwrap();
        assert_eq!(listed[1].answered_at, Some(NOW));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_clerks_exactly_one_answers() {
    for mut house in House::both().await {
        let inquiry = asked(&mut house, "aoba", 0).await;
        let results = race(&house.db, |db, _| {
            let (insurer, id) = (inquiry.insurer.clone(), inquiry.id);
            async move {
                let mut tx = db.begin().await.unwrap();
                let won = inquiries::answer(&mut tx, &insurer, id, NOW).await.unwrap();
                tx.commit().await.unwrap();
                won
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

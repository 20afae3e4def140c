use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::ids::{InsurerCode, PersonKey};
use sekisho_domain::member::Standing;
use sekisho_site::db::sql;
use sekisho_store::sharing;

use super::house::{House, NOW};

#[tokio::test]
async fn what_a_person_said_stands_until_they_say_otherwise() {
    for mut house in House::both().await {
        let account = house.member("junichi", "aoba", "P2").await;
        let (aoba, kaede): (InsurerCode, InsurerCode) = ("aoba".parse().unwrap(), "kaede".parse().unwrap());
        let person: PersonKey = "P2".parse().unwrap();
        let decide = async |shares: bool, after: u64| {
            let mut tx = house.db.begin().await.unwrap();
            let at = NOW + Duration::from_secs(after);
            let new = sharing::decide(&mut tx, (&aoba, &person), shares, (account.id, at)).await.unwrap();
            tx.commit().await.unwrap();
            new
        };
        let standing = async |insurer: &InsurerCode, person: &str| {
            sharing::standing(&house.db, insurer, &person.parse().unwrap()).await.unwrap()
        };
        let said = |shares| Standing { has_account: true, shares };
        assert_eq!(standing(&aoba, "P2").await, said(None));
        assert_eq!(standing(&aoba, "P3").await, Standing::default());
        assert_eq!(standing(&kaede, "P2").await, Standing::default());
        assert!(decide(true, 1).await);
        assert!(!decide(true, 2).await, "the same again is no news");
        assert_eq!(standing(&aoba, "P2").await, said(Some(true)));
        assert!(decide(false, 3).await);
        assert_eq!(standing(&aoba, "P2").await, said(Some(false)));
        let row = house.db.fetch_one(sql("select decided_at from sharing")).await.unwrap();
        assert_eq!(row.get::<Timestamp>("decided_at").unwrap(), NOW + Duration::from_secs(3));
        house.db.execute(sql("update memberships set ended_at = 1")).await.unwrap();
        assert_eq!(standing(&aoba, "P2").await, Standing { has_account: false, shares: Some(false) });
    }
}

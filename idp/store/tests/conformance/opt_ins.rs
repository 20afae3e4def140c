use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::ids::InsurerCode;
use sekisho_site::db::sql;
use sekisho_store::opt_ins;

use super::house::{House, NOW};

#[tokio::test]
async fn wishes_add_up_and_one_that_was_taken_back_may_come_again() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (aoba, kaede): (InsurerCode, InsurerCode) = ("aoba".parse().unwrap(), "kaede".parse().unwrap());
        let choose = async |topics: &[&str], after: u64| {
            let topics: Vec<String> = topics.iter().map(|topic| (*topic).to_owned()).collect();
            let mut tx = house.db.begin().await.unwrap();
            let at = NOW + Duration::from_secs(after);
            opt_ins::choose(&mut tx, (&aoba, account.id), &topics, at).await.unwrap();
            tx.commit().await.unwrap();
            opt_ins::of_account(&house.db, &aoba, account.id).await.unwrap()
        };
        assert_eq!(choose(&["magazine"], 0).await, ["magazine"]);
        assert_eq!(choose(&[], 1).await, ["magazine"]);
        assert_eq!(choose(&["magazine", "checkup"], 2).await, ["checkup", "magazine"]);
        let first = "select chosen_at from opt_ins where topic = 'magazine'";
        let chosen_at =
            async || house.db.fetch_one(sql(first)).await.unwrap().get::<Timestamp>("chosen_at").unwrap();
        assert_eq!(chosen_at().await, NOW);
        let back = "update opt_ins set ended_at = $1 where topic = 'magazine'";
        house.db.execute(sql(back).bind(NOW + Duration::from_secs(3))).await.unwrap();
        assert_eq!(opt_ins::of_account(&house.db, &aoba, account.id).await.unwrap(), ["checkup"]);
        assert_eq!(choose(&["magazine"], 4).await, ["checkup", "magazine"]);
        assert_eq!(chosen_at().await, NOW + Duration::from_secs(4));
        assert_eq!(opt_ins::of_account(&house.db, &kaede, account.id).await.unwrap(), Vec::<String>::new());
    }
}

//! A name is one name, however it is written and whichever of an account's it is.

use sekisho_site::db::sql;

use crate::browser::Browser;
use crate::house::House;
use crate::people::aoba_app;
use crate::tries::{REFUSED, WRONG, attempt, counted, opens, waits};

#[tokio::test]
async fn pw_02_every_spelling_of_a_name_spends_from_one_counter() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let spellings = [
        "aoba@example.jp",
        "AOBA@EXAMPLE.JP",
        " aoba@example.jp ",
        "ａｏｂａ＠ｅｘａｍｐｌｅ．ｊｐ",
        "Aoba@Example.jp",
    ];
    for number in 0..10 {
        let mut browser = Browser::from(&house, number);
        let name = spellings[number as usize % spellings.len()];
        attempt(&mut browser, name, WRONG).await.saying(REFUSED);
        assert_eq!(counted(&house).await.0, i64::from(number) + 1, "{name}");
    }
    for (number, name) in (10..).zip(spellings) {
        assert!(waits(&attempt(&mut Browser::from(&house, number), name, member.password).await), "{name}");
    }
}

#[tokio::test]
async fn pw_02_all_names_of_an_account_spend_from_one_counter() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let find = sql("select account as t from identifiers");
    let account = house.texts(find).await.remove(0);
    let second = sql(
        "insert into identifiers (folded, kind, account, shown, created_at) values ('shoko.k', 'chosen', $1, 'shoko.k', 1)",
    );
    house.state.db.execute(second.bind(account)).await.unwrap();
    for number in 0..10 {
        let name = if number % 2 == 0 { "shoko.k" } else { member.name };
        attempt(&mut Browser::from(&house, number), name, WRONG).await.saying(REFUSED);
    }
    assert_eq!(counted(&house).await.0, 10);
    // Of each name five tries were made, so neither of them rests; the password does.
    attempt(&mut Browser::from(&house, 10), "shoko.k", member.password).await.saying(REFUSED);
    attempt(&mut Browser::from(&house, 11), member.name, member.password).await.saying(REFUSED);
    house.later(15 * 60);
    assert!(opens(&mut Browser::from(&house, 12), &member).await);
}

//! Pages at the end: they show what belongs to whoever reads them, whatever the address says.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::client;
use crate::house::House;
use crate::kaede::{self, JUNICHI};

#[tokio::test]
async fn an_unknown_client_in_the_address_is_ignored() {
    let house = House::new().await;
    let portals = vec![client::registration("rp", "証明の窓口"), client::registration("zz", "別の窓口")];
    house.register(portals).await;
    let mut browser = Browser::at(&house);
    kaede::enrol(&house, &mut browser, &JUNICHI, "junichi@example.jp").await;
    let done = browser.open("/?registered=enrol").await.saying("登録が終わりました");
    assert!(done.says("https://rp.example/initiate"), "{}", done.body);
    for client in ["nobody", "https%3A%2F%2Fevil.test%2F", "%22%3E%3Cscript%3E", "rp%0D%0A", ""] {
        let page = browser.open(&format!("/?registered=enrol&client={client}")).await;
        assert_eq!(page.status, StatusCode::OK, "{client}");
        let page = page.saying("https://rp.example/initiate");
        for said in ["evil.test", "<script>", "nobody"] {
            assert!(!page.says(said), "{client}: {said}");
        }
    }
    browser.open("/?registered=enrol&client=zz").await.saying("https://zz.example/initiate");
}

#[tokio::test]
async fn a_client_of_other_insurers_is_none_of_a_members() {
    let house = House::new().await;
    let mut far = client::registration("far", "よその窓口");
    far.insurers = serde_json::from_str("[\"minato\"]").unwrap();
    house.register(vec![far]).await;
    let mut browser = Browser::at(&house);
    kaede::enrol(&house, &mut browser, &JUNICHI, "junichi@example.jp").await;
    let page = browser.open("/?registered=enrol&client=far").await.saying("登録が終わりました");
    assert!(!page.says("far.example") && !page.says("よその窓口"), "{}", page.body);
}

#[tokio::test]
async fn what_is_done_is_told_to_nobody_in_particular() {
    let house = House::new().await;
    for path in ["/?registered=enrol", "/?registered=enrol&client=rp", "/?registered=%3Cscript%3E"] {
        assert_eq!(Browser::at(&house).open(path).await.location(), "/login", "{path}");
    }
    // A page without a word of anybody; it leads to the sign-in, and writes nothing.
    let mut browser = Browser::at(&house);
    let page = browser.open("/signup?insurer=sora&done=yes").await.saying("登録が終わりました");
    assert!(page.says("/login?insurer=sora") && !page.says("@"), "{}", page.body);
    for path in ["/signup?done=yes", "/signup?insurer=nowhere&done=yes"] {
        let page = browser.open(path).await.saying("ご加入の組合を");
        assert!(!page.says("登録が終わりました"), "{path}");
    }
    for typed in ["%22%3E%3Cscript%3E", "https%3A%2F%2Fevil.test"] {
        let page = browser.open(&format!("/signup?insurer=sora&done={typed}&request={typed}")).await;
        assert!(!page.says("<script>") && !page.says("evil.test"), "{}", page.body);
    }
    assert_eq!(house.count("select count(*) as n from journeys").await, 0);
}

#[tokio::test]
async fn a_member_who_is_signed_in_sees_only_their_own_name() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    kaede::enrol(&house, &mut browser, &JUNICHI, "junichi@example.jp").await;
    let home = browser.open("/").await.saying("j•••@example.jp");
    assert!(!home.says("junichi@example.jp"), "{}", home.body);
}

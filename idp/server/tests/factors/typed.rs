//! MF-15: a code may be typed as phones and people write digits, and in no other way.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::house::House;
use crate::people::{aoba, aoba_app};
use crate::steps::{failures, has_arrived, shown, to_second, to_sms};

fn wide(code: &str) -> String {
    code.chars().map(|digit| char::from_u32(digit as u32 - 0x30 + 0xff10).unwrap()).collect()
}

/// What is no code, though a lenient reader could make one of it.
fn spoiled(code: &str) -> Vec<String> {
    let arabic = code.chars().map(|digit| char::from_u32(digit as u32 - 0x30 + 0x660).unwrap()).collect();
    let (five, seven) = (code[1..].to_owned(), format!("{code}0"));
    vec![five, seven, format!("0{code}"), format!("+{code}"), format!("{code}.0"), arabic]
}

#[tokio::test]
async fn mf_15_an_apps_code_is_six_digits_of_any_width_and_nothing_else() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    let mut page = to_second(&mut browser, &member).await;
    let code = shown(&house, &member, 0);
    for typed in spoiled(&code) {
        page = browser.press(&page, &[("code", &typed)]).await.saying("数字が合いません");
    }
    for typed in ["", "  ", "-"] {
        page = browser.press(&page, &[("code", typed)]).await.saying("を入れてください");
    }
    let spaced = format!(" {} {}　", wide(&code[..3]), wide(&code[3..]));
    assert!(has_arrived(&browser.press(&page, &[("code", &spaced)]).await));
}

#[tokio::test]
async fn mf_15_so_is_one_by_sms() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    let (page, code) = to_sms(&house, &mut browser, &member).await;
    let mut page = page;
    for typed in spoiled(&code).into_iter().take(4) {
        page = browser.press(&page, &[("code", &typed)]).await.saying("確認コードが違います");
    }
    let hyphened = format!("{}-{}", wide(&code[..3]), &code[3..]);
    assert!(has_arrived(&browser.press(&page, &[("code", &hyphened)]).await));
}

#[tokio::test]
async fn mf_15_a_megabyte_of_digits_is_turned_away_and_costs_no_try() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    let page = to_second(&mut browser, &member).await;
    let answered = browser.submit(&page, &[("code", &"9".repeat(1 << 20))]).await;
    assert_eq!(answered.status, StatusCode::PAYLOAD_TOO_LARGE);
    for typed in ["9".repeat(60_000), format!("{}\0", shown(&house, &member, 0))] {
        let answered = browser.submit(&page, &[("code", &typed)]).await;
        assert_eq!(answered.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(failures(&house, "totp").await, 0);
    let page = to_second(&mut browser, &member).await;
    assert!(has_arrived(&browser.press(&page, &[("code", &shown(&house, &member, 0))]).await));
}

//! What the pages of the guides promise, row by row.

use sekisho_idp::web::view;

use super::{attribute, every_page, tags_of};

#[test]
fn b5_the_second_page_of_signing_in_shows_the_id_and_asks_for_the_password_only() {
    every_page(|sheet, _| {
        let controls: Vec<&str> = tags_of(&sheet.html, "input")
            .into_iter()
            .filter(|tag| attribute(tag, "type") != Some("hidden") && !tag.ends_with(" hidden"))
            .filter_map(|tag| attribute(tag, "name"))
            .collect();
        match sheet.name.as_str() {
            "sign-in-name" => assert_eq!(controls, ["login_id"]),
            "sign-in-password" => {
                assert_eq!(controls, ["password"]);
                assert!(sheet.html.contains(">7132-091200001</dd>"));
                assert!(sheet.html.contains("name=\"login_id\" value=\"7132-091200001\""));
            }
            _ => {}
        }
    });
}

#[test]
fn b17_the_box_for_agreeing_stands_after_the_last_line_and_a_script_may_hold_it_back() {
    every_page(|sheet, _| {
        if sheet.name != "terms" {
            return;
        }
        let boxes: Vec<&str> = sheet.html.split("<div class=\"scroll").skip(1).collect();
        assert_eq!(boxes.len(), 2);
        let gated = boxes.iter().filter(|text| text.contains(" data-unread=\"")).count();
        assert_eq!(gated, 1);
        for text in boxes {
            let (read, after) = text.split_once("type=\"checkbox\"").unwrap();
            assert!(read.contains("tabindex=\"0\"") && read.contains("<h3>"));
            let (rest, _) = after.split_once("</div>").unwrap();
            assert!(!rest.contains("<h3>"), "nothing is read after the box for agreeing");
        }
        assert!(sheet.html.contains("role=\"status\" id=\"accept_privacy-told\"></p>"));
    });
}

#[test]
fn b28_what_the_button_accepts_stands_above_it() {
    every_page(|sheet, language| {
        let words = view::texts().get(language, "identity.consent_go").unwrap();
        let stands = sheet.html.contains("id=\"consent-title\"");
        assert_eq!(stands, sheet.html.contains(words), "{}", sheet.name);
        if stands {
            let (above, _) = sheet.html.split_once(words).unwrap();
            assert!(above.contains("id=\"consent-title\""));
        }
    });
}

#[test]
fn c21_a_shown_key_is_text_that_can_be_copied_whole() {
    every_page(|sheet, _| {
        let Some((_, key)) = sheet.html.split_once("id=\"shown_key\"") else { return };
        let (_, key) = key.split_once('>').unwrap();
        let (key, _) = key.split_once("</p>").unwrap();
        let key: String = key.split('<').filter_map(|piece| piece.rsplit('>').next()).collect();
        assert_eq!(key, "482915", "{}", sheet.name);
    });
}

#[test]
fn e2_both_addresses_are_shown_as_codes_and_as_text() {
    let mut shown = 0;
    every_page(|sheet, _| {
        if !["sign-in-notices", "identity-insured"].contains(&sheet.name.as_str()) {
            return;
        }
        shown += 1;
        assert_eq!(sheet.html.matches("<div class=\"qr\">").count(), 2, "{}", sheet.name);
        for address in ["https://id.example.jp/login?insurer=", "https://id.example.jp/signup?insurer="] {
            assert_eq!(sheet.html.matches(address).count(), 2, "{}: {address}", sheet.name);
        }
    });
    assert_eq!(shown, 4);
}

#[test]
fn e14_an_address_from_the_records_is_text_and_no_control() {
    every_page(|sheet, _| {
        if sheet.name == "credentials-account-fixed" {
            assert!(sheet.html.contains(">jun..ichi@docomo.example</dd>"));
            assert!(!sheet.html.contains("name=\"email\""));
        }
    });
}

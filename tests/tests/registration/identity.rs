//! Who somebody is: numbers and names as people write them, no match, My Numbers, language, documents.

use sekisho_base::Language;
use sekisho_demo::greeting::{Person, SHOKO};
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};

use super::at_the_identity;

#[tokio::test(flavor = "multi_thread")]
async fn en_07_no_match_is_one_sentence_that_keeps_what_was_typed_and_after_five_the_office_helps()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_identity(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    let wrong =
        [("number", "200002"), ("birth_date", "20000122"), ("given_name", "ショウタ"), ("symbol", "92")];
    for (name, value) in wrong {
        visitor.fill_identity().await?;
        browser.fill(name, value).await?;
        browser.onward().await?;
        browser.see("組合の記録と一致しませんでした").await?;
        assert_eq!(browser.value(name).await?, value);
        assert!(!browser.has("[aria-invalid=true]").await?, "which part did not fit is never shown");
    }
    browser.fill("symbol", "93").await?;
    browser.onward().await?;
    browser.see("ここでは").await?;
    browser.see("03-0000-0150").await
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_names_are_read_as_people_write_them() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let mut visitor = at_the_identity(&town, Kind::PHONE).await?;
    visitor.member.record = Person {
        symbol: "９１",
        number: "２００００１",
        branch: "",
        family_name: "けんぽ",
        given_name: "ｼｮｳｺ",
        birth_date: "平成12年1月21日",
        ..SHOKO
    };
    visitor.say_who().await?;
    visitor.browser.see("同意").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_my_number_is_refused_wherever_it_is_typed_and_never_shown_again() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_identity(&town, Kind::PHONE).await?;
    visitor.fill_identity().await?;
    // A valid check digit over eleven ones.
    visitor.browser.fill("number", "111111111118").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("12けたのマイナンバーは入れないでください").await?;
    assert!(!visitor.browser.source().await?.contains("111111111118"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_cover_has_ended_is_told_the_date_and_whom_to_ask() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = at_the_identity(&town, Kind::PHONE).await?;
    visitor.member.record = Person {
        name: "青木 春",
        number: "200009",
        family_name: "アオキ",
        given_name: "ハル",
        birth_date: "19900505",
        ..SHOKO
    };
    visitor.say_who().await?;
    visitor.browser.see("資格が").await?;
    visitor.browser.see("2026年").await?;
    visitor.browser.see("新しい保険の窓口にお尋ねください").await
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_text_survives_a_change_of_the_language_and_names_stay_in_kana() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_identity(&town, Kind::PHONE.speaking(Language::En)).await?;
    let browser = &visitor.browser;
    visitor.fill_identity().await?;
    browser.press("lang", "ja").await?;
    browser.see("生年月日").await?;
    for (name, value) in [("number", "200001"), ("family_name", "ケンポ"), ("birth_date", "20000121")] {
        assert_eq!(browser.value(name).await?, value);
    }
    browser.press("lang", "en").await?;
    browser.see("Date of birth").await?;
    assert_eq!(browser.value("given_name").await?, "ショウコ");
    assert_eq!(browser.read("[name=family_name]", Some("lang")).await?, "ja");
    browser.onward().await?;
    browser.see("agree").await
}

#[tokio::test(flavor = "multi_thread")]
async fn both_documents_have_to_be_agreed_to() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_identity(&town, Kind::PHONE).await?;
    visitor.say_who().await?;
    visitor.browser.tick("accept_terms").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("個人情報の取り扱いへの同意が必要です").await?;
    visitor.agree().await?;
    visitor.browser.see("SMS").await
}

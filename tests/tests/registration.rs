//! Registration where it does not go smoothly: codes, mistakes, strangers, second browsers (guide rows A1 to A15, A37).

use std::time::Duration;

use sekisho_base::Language;
use sekisho_demo::greeting::{Person, SHOKO};
use sekisho_domain::email::Email;
use sekisho_domain::ids::PersonKey;
use sekisho_idp::flows::invite::invite;
use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Member, ONE_STEP, Second, Visitor};

/// A code that is not `code`.
fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn at_the_code(town: &Town, kind: Kind) -> anyhow::Result<Visitor<'_>> {
    let visitor = Visitor::new(town, kind).await?;
    visitor.begin_registration().await?;
    visitor.choose_password().await?;
    visitor.browser.see_one_of(&["sho", "@example.jp"]).await?;
    Ok(visitor)
}

async fn at_the_identity(town: &Town, kind: Kind) -> anyhow::Result<Visitor<'_>> {
    let visitor = at_the_code(town, kind).await?;
    visitor.enter_mailed_code().await?;
    visitor.browser.see_one_of(&["枝番", "Branch"]).await?;
    Ok(visitor)
}

async fn at_the_second_key(town: &Town, kind: Kind) -> anyhow::Result<Visitor<'_>> {
    let visitor = at_the_identity(town, kind).await?;
    visitor.say_who().await?;
    visitor.agree().await?;
    visitor.browser.see("SMS").await?;
    Ok(visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_says_how_many_tries_are_left_and_after_five_only_a_new_one_works() -> anyhow::Result<()>
{
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_code(&town, Kind::PHONE).await?;
    let (browser, code) = (&visitor.browser, town.code(visitor.member.email).await?);
    for left in ["あと4回", "あと3回", "あと2回", "あと1回"] {
        visitor.enter(other_than(&code)).await?;
        browser.see(left).await?;
    }
    visitor.enter(other_than(&code)).await?;
    browser.see("このコードは使えなくなりました").await?;
    // The right one comes too late.
    visitor.enter(&code).await?;
    browser.see("新しいコードを送ってください").await?;
    browser.press("do", "resend").await?;
    browser.see_one_of(&["送ったばかりです", "新しいコードを送りました"]).await?;
    town.pass(Duration::from_mins(2));
    browser.press("do", "resend").await?;
    browser.see("新しいコードを送りました").await?;
    visitor.enter_mailed_code().await?;
    browser.see("枝番").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_after_ten_minutes_and_resending_has_a_pause_of_a_minute() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = at_the_code(&town, Kind::PHONE).await?;
    let (browser, old) = (&visitor.browser, town.code(visitor.member.email).await?);
    browser.press("do", "resend").await?;
    browser.see("送ったばかりです").await?;
    town.pass(Duration::from_mins(10));
    visitor.enter(&old).await?;
    browser.see("時間が過ぎました").await?;
    browser.press("do", "resend").await?;
    browser.see("新しいコードを送りました").await?;
    let new = town.code(visitor.member.email).await?;
    if new != old {
        visitor.enter(&old).await?;
        browser.see("確認コードが違います").await?;
    }
    visitor.enter(&new).await?;
    browser.see("枝番").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_read_as_people_type_it() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_code(&town, Kind::PHONE).await?;
    let code = town.code(visitor.member.email).await?;
    let wide: String = code.chars().filter_map(|digit| char::from_u32(u32::from(digit) + 0xFEE0)).collect();
    let (first, rest) = wide.split_at("０００".len());
    visitor.enter(&format!("{first}-{rest}")).await?;
    visitor.browser.see("枝番").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_can_be_mended_and_the_first_one_proves_nothing_any_more() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = at_the_code(&town, Kind::PHONE).await?;
    let first = town.code(visitor.member.email).await?;
    visitor.browser.press("do", "back").await?;
    visitor.member.email = "shoko.kempo@example.jp";
    visitor.choose_password().await?;
    let second = town.code(visitor.member.email).await?;
    if first != second {
        visitor.enter(&first).await?;
        visitor.browser.see("確認コードが違います").await?;
    }
    visitor.enter(&second).await?;
    visitor.browser.see("枝番").await
}

#[tokio::test(flavor = "multi_thread")]
async fn en_03_a_known_address_shows_the_same_page_and_its_owner_is_told_by_mail() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let owner = Visitor::new(&town, Kind::PHONE).await?;
    owner.register(Second::Sms).await?;
    while let Ok(Ok(_)) = tokio::time::timeout(Duration::from_secs(2), town.message(owner.member.email)).await
    {
    }
    let mails = town.messages(owner.member.email).len();
    drop(owner);

    let stranger = at_the_code(&town, Kind::PHONE).await?;
    let shown = stranger.browser.text().await?;
    assert!(shown.contains("メールに届いた"), "{shown}");
    let mail = town.message(stranger.member.email).await?;
    assert!(mail.subject.contains("すでに登録されています"), "{}", mail.subject);
    assert_eq!(town.messages(stranger.member.email).len(), mails + 1);
    stranger.enter("123456").await?;
    stranger.browser.see("確認コードが違います").await
}

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

#[tokio::test(flavor = "multi_thread")]
async fn a_number_without_sms_is_refused_and_the_app_is_another_way() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = at_the_second_key(&town, Kind::PHONE).await?;
    visitor.browser.choose("factor", "sms").await?;
    visitor.browser.onward().await?;
    visitor.browser.fill("phone", "03-0000-0001").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("SMSを受け取れないようです").await?;
    visitor.browser.press("do", "other").await?;
    visitor.member.phone = "unused";
    visitor.set_up(Second::App).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn mf_04_an_app_whose_clock_is_half_a_minute_off_works_and_five_minutes_do_not() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_second_key(&town, Kind::PHONE).await?;
    visitor.browser.choose("factor", "totp").await?;
    visitor.browser.onward().await?;
    let app = sekisho_tests::walk::App::scan(&visitor.browser).await?;
    visitor.enter(&app.digits_off_by(&town, 300)).await?;
    visitor.browser.see("時刻が自動設定になっているか").await?;
    let late = -i64::try_from(ONE_STEP.as_secs())?;
    visitor.enter(&app.digits_off_by(&town, late)).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_opened_again_or_answered_twice_changes_nothing() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_code(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    let code = town.code(visitor.member.email).await?;
    visitor.enter(&code).await?;
    browser.see("枝番").await?;
    browser.back().await?;
    // The page of before, from the browser's memory or asked for again: either way the journey stands where it was.
    if browser.has("[name=code]").await? {
        visitor.enter(&code).await?;
    }
    browser.see("枝番").await?;
    browser.reload().await?;
    visitor.say_who().await?;
    browser.see("同意").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journeys_address_shows_nothing_in_another_browser() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_identity(&town, Kind::PHONE).await?;
    visitor.fill_identity().await?;
    visitor.browser.press("lang", "en").await?;
    let address = visitor.browser.address().await?;
    let other = Browser::open(Kind::PHONE).await?;
    other.go(&address).await?;
    let shown = other.text().await?;
    for secret in ["200001", "ケンポ", "shoko@example.jp", "sh•"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(!other.has("[name=symbol]").await?);
    visitor.browser.onward().await?;
    visitor.browser.see("agree").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_be_registered_once_only() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let first = Visitor::new(&town, Kind::PHONE).await?;
    first.register(Second::Sms).await?;
    drop(first);
    let mut second = Visitor::new(&town, Kind::PHONE).await?;
    second.member = Member { email: "other@example.jp", ..second.member };
    second.begin_registration().await?;
    second.choose_password().await?;
    second.enter_mailed_code().await?;
    second.say_who().await?;
    second.browser.see("登録は").await?;
    second.browser.see("この方の登録は済んでいます").await
}

#[tokio::test(flavor = "multi_thread")]
async fn rc_11_a_mailed_invitation_leads_into_registration_once_and_opening_it_spends_nothing()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let insurer = town.state().insurers.find("aoba").ok_or_else(|| anyhow::anyhow!("no aoba"))?;
    let (person, email): (PersonKey, Email) = ("A0000001".parse()?, Email::parse("shoko@example.jp")?);
    invite(town.state(), insurer, (&person, &email), &mut town.state().cx()).await?;
    let mail = town.message("shoko@example.jp").await?;
    assert!(mail.subject.contains("登録のご案内"), "{}", mail.subject);
    let link = link_in(&mail.text).ok_or_else(|| anyhow::anyhow!("no link in {}", mail.text))?;
    assert!(link.starts_with(&format!("{}/link/", town.idp())), "{link}");

    // A scanner of the mail server opens it first.
    Browser::open(Kind::DESK).await?.go(&link).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.browser.go(&link).await?;
    visitor.browser.see("登録を").await?;
    visitor.browser.onward().await?;
    assert_eq!(visitor.browser.value("email").await?, "shoko@example.jp");
    visitor.choose_password().await?;
    visitor.enter_mailed_code().await?;
    visitor.say_who().await?;
    visitor.agree().await?;
    visitor.set_up(Second::Sms).await?;
    visitor.browser.see("登録が終わりました").await?;
    // From here the portal is one press away, and signing in again is not asked for.
    visitor.browser.follow(&town.portal()).await?;
    visitor.give_reason().await?;
    visitor.browser.see("有効").await?;

    let late = Browser::open(Kind::PHONE).await?;
    late.go(&link).await?;
    late.see_one_of(&["使い終わりました", "過ぎました"]).await?;
    Ok(())
}

fn link_in(text: &str) -> Option<String> {
    let from = text.get(text.find("http")?..)?;
    from.split_whitespace().next().map(str::to_owned)
}

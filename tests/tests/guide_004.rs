//! Guide 004 from end to end (rows E1 to E36): the first time at one address, every later time at another.

use std::time::Duration;

use sekisho_base::Language;
use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::shinonome::{JUNICHI, Member, SHOKO, Visitor};

const SIGNED_IN: [&str; 2] = ["ログインしています", "You are signed in"];

/// The insured person: the word, the numbers, an ID, a code by mail; then signing in alone, with terms only once.
async fn guide(rows: Rows, kind: Kind) -> anyhow::Result<()> {
    let town = Town::start(rows).await?;
    let visitor = Visitor::new(&town, kind, SHOKO).await?;
    let browser = &visitor.browser;

    // Each page shows both addresses, as text and as QR codes, and leads to the other.
    browser.go(&visitor.later_address()).await?;
    shows_both_addresses(&visitor).await?;
    browser.follow("/signup").await?;
    browser.arrive_at("/signup?insurer=shinonome").await?;
    shows_both_addresses(&visitor).await?;
    browser.follow("/login").await?;
    browser.arrive_at("/login?insurer=shinonome").await?;

    // Where no insurer is named, its word is asked for.
    browser.go(&format!("{}/signup", town.idp())).await?;
    visitor.answer(&[("insurer_code", "shinonomee")]).await?;
    browser.see_one_of(&["この語の組合は見つかりませんでした", "No society has this code word"]).await?;
    visitor.answer(&[("insurer_code", " ＳＨＩＮＯＮＯＭＥ ")]).await?;
    browser.see_one_of(&["東雲健康保険組合", "Shinonome Health"]).await?;
    visitor.say_who().await?;

    // The address of the record is shown and cannot be changed.
    visitor.is_known().await?;
    browser.see(visitor.member.email).await?;
    assert!(!browser.has("[name=email]").await?);
    visitor.choose().await?;
    browser.see("s•••@example.jp").await?;
    visitor.enter_mailed_code().await?;

    // Nobody is signed in by a registration here: that is the next step, on the other page.
    browser.see_one_of(&["登録が終わりました", "You are registered"]).await?;
    browser.follow("/login").await?;
    visitor.sign_in().await?;
    browser.see_one_of(&["お読みになって", "Read and agree"]).await?;
    browser.onward().await?;
    browser.see_one_of(&["への同意が必要です", "To go on, agree to"]).await?;
    visitor.agree().await?;
    browser.see_one_of(&SIGNED_IN).await?;
    browser.onward().await?;

    // Every later time there is nothing more to agree to.
    browser.go(&format!("{}/?insurer=shinonome", town.portal())).await?;
    browser.follow("/login").await?;
    browser.arrive_at(&town.idp()).await?;
    visitor.sign_in().await?;
    browser.arrive_at(&format!("{}/certificates", town.portal())).await?;
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

async fn shows_both_addresses(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    for address in [visitor.first_address(), visitor.later_address()] {
        assert_eq!(browser.read(&format!("details a[href='{address}']"), None).await?, address);
    }
    let codes = browser.source().await?.matches("class=\"qr\"").count();
    assert_eq!(codes, 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insured_person_signs_in_the_first_time_and_every_later_time() -> anyhow::Result<()> {
    guide(Rows::Sqlite, Kind::PHONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insured_person_reads_english_on_a_phone() -> anyhow::Result<()> {
    guide(Rows::Sqlite, Kind::PHONE.speaking(Language::En)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insured_person_needs_no_script_on_postgresql() -> anyhow::Result<()> {
    guide(Rows::Postgres, Kind::DESK.without_scripts()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dependent_with_a_carriers_address_comes_from_a_portal_and_is_led_back_to_it() -> anyhow::Result<()>
{
    let town = Town::start(Rows::Postgres).await?;
    let visitor = Visitor::new(&town, Kind::PHONE, JUNICHI).await?;
    let browser = &visitor.browser;
    browser.go(&format!("{}/?insurer=shinonome", town.portal())).await?;
    browser.follow("/register").await?;
    // The birth date is the insured person's for him as well; his own fits nobody.
    browser.see("被保険者の生年月日").await?;
    visitor.fill_identity().await?;
    visitor.answer(&[("birth_date", "19991231")]).await?;
    browser.see("組合の記録と一致しませんでした").await?;
    visitor.say_who().await?;

    // Only his carrier ever gave out addresses like his.
    browser.see("続いているときは、メールが届かないことがあります").await?;
    visitor.answer(&[("login_id", "junichi-99"), ("password", "kamome_77"), ("email", "jun..ichi@")]).await?;
    browser.see("メールアドレスの形をお確かめください").await?;
    visitor.answer(&[("password", "kamome_77"), ("email", "jun..ichi@example.jp")]).await?;
    browser.see("このアドレスにはメールが届きません").await?;
    visitor.choose().await?;
    browser.see("届かないことのある記号の並びがあります").await?;
    let mail = town.message("jun..ichi@docomo.example").await?;
    assert!(mail.subject.contains("認証コードのお知らせ"), "{}", mail.subject);
    assert!(mail.text.contains("30分以内に"), "{}", mail.text);
    let code = sekisho_tests::town::code_in(&mail.text).unwrap_or_default();
    visitor.answer(&[("code", &code)]).await?;

    // What the portal asked is carried through the sign-in and the terms.
    browser.follow("/login").await?;
    visitor.sign_in().await?;
    for words in ["すべてのサービス", "前もってお知らせ", "災害", "お知らせのしかた"]
    {
        assert!(browser.read(".prose", None).await?.contains(words), "{words}");
    }
    visitor.agree().await?;
    browser.arrive_at(&format!("{}/certificates", town.portal())).await?;
    browser.choose("reason", "card-lost").await?;
    browser.onward().await?;
    browser.see("健保 純一").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_word_leads_to_the_insurer_that_it_names() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    let browser = &visitor.browser;
    visitor.open_first().await?;
    // Where the numbers stand, and how the name may be written.
    assert!(browser.has("svg.sample[role=img]").await?);
    browser.see("半角でも全角でもかまいません").await?;
    visitor.fill_identity().await?;
    visitor.answer(&[("insurer_code", "東雲")]).await?;
    browser.see("この語の組合は見つかりませんでした").await?;
    for (name, value) in [("symbol", "91"), ("number", "200001"), ("kana_name", "ケンポ ショウコ")] {
        assert_eq!(browser.value(name).await?, value, "what was typed stays");
    }
    visitor.answer(&[("insurer_code", "Kaede")]).await?;
    browser.arrive_at("/signup?insurer=kaede").await?;
    browser.see("楓健康保険組合").await?;
    // What that one asks is on its page, and nothing that was typed for the other.
    assert_eq!(browser.value("symbol").await?, "");
    assert!(browser.has("[name=insurer_number]").await?);
    assert!(!browser.has("[name=insurer_code]").await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_in_whichever_way_they_write_and_twins_by_their_branch() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    let browser = &visitor.browser;
    for (kana_name, symbol, birth_date) in [
        ("けんほしようこ", "91", "平成12年1月21日"),
        ("ｹﾝﾎﾟ ｼｮｳｺ", "９１", "２０００／０１／２１"),
        ("ケンホ　シヨウコ", "091", "H12.1.21"),
    ] {
        visitor.open_first().await?;
        visitor.fill_identity().await?;
        visitor.answer(&[("kana_name", kana_name), ("symbol", symbol), ("birth_date", birth_date)]).await?;
        visitor.is_known().await?;
    }

    // A calendar may fill in the date; other letters than kana are refused in words.
    visitor.open_first().await?;
    visitor.fill_identity().await?;
    visitor.fill(&[("kana_name", "健保 翔子"), ("birth_date", "")]).await?;
    let picked = "const twin = document.querySelector('.dated input[type=date]'); \
                  document.querySelector('.pick').click(); twin.value = '2000-01-21'; \
                  twin.dispatchEvent(new Event('change')); return document.querySelector('.pick').hidden";
    assert_eq!(browser.ask(picked).await?, false);
    assert_eq!(browser.value("birth_date").await?, "20000121");
    assert_eq!(browser.read("[name=birth_date]", Some("type")).await?, "text");
    browser.onward().await?;
    browser.see("ひらがなかカタカナで入れてください").await?;

    // Two children of one household whose names fold alike: the branch tells, and where it is not said, nobody does.
    let twin =
        Member {
            symbol: "45", number: "321", birth_date: "19850115", kana_name: "たなか はるき", ..SHOKO
        };
    let visitor = Visitor { member: twin, ..visitor };
    visitor.open_first().await?;
    assert!(!visitor.browser.has("[name=branch]").await?);
    visitor.say_who().await?;
    visitor.browser.see("枝番も入れてください").await?;
    visitor.answer(&[("branch", "03")]).await?;
    visitor.browser.see("組合の記録と一致しませんでした").await?;
    visitor.answer(&[("branch", "02")]).await?;
    visitor.is_known().await?;

    // Whose cover has ended is told when, and whom to ask.
    let left = Member { number: "200009", birth_date: "19900505", kana_name: "あおき はる", ..SHOKO };
    let visitor = Visitor { member: left, ..visitor };
    visitor.open_first().await?;
    visitor.say_who().await?;
    visitor.browser.see("2026年").await?;
    visitor.browser.see("新しい保険の窓口にお尋ねください").await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fits_nobody_is_told_to_wait_and_when_to_come_back() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let twin =
        Member {
            symbol: "45", number: "321", birth_date: "19850115", kana_name: "たなか はるき", ..SHOKO
        };
    let visitor = Visitor::new(&town, Kind::PHONE, twin).await?;
    visitor.open_first().await?;
    visitor.say_who().await?;
    for _ in 1..10 {
        visitor.answer(&[("branch", "09")]).await?;
        visitor.browser.see("組合の記録と一致しませんでした").await?;
        assert_eq!(visitor.browser.value("branch").await?, "09", "what was asked for stays on the page");
    }
    // Now the right branch is no better than a wrong one, for a while.
    visitor.answer(&[("branch", "02")]).await?;
    visitor.browser.see("しばらくお待ちいただいています").await?;
    town.pass(Duration::from_mins(16));
    visitor.answer(&[("branch", "02")]).await?;
    visitor.is_known().await
}

/// A code is good for half an hour, and a new one can be sent (E15).
async fn a_code_lives_half_an_hour(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let (browser, town) = (&visitor.browser, visitor.town);
    visitor.choose().await?;
    let code = town.code("shoko@example.jp").await?;
    town.pass(Duration::from_mins(31));
    visitor.answer(&[("code", &code)]).await?;
    browser.see("時間が過ぎました").await?;
    browser.press("do", "resend").await?;
    town.pass(Duration::from_mins(25));
    visitor.enter_mailed_code().await?;
    browser.see("登録が終わりました").await
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_and_passwords_keep_to_the_rules_and_every_refusal_says_which() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let first = Visitor::new(&town, Kind::PHONE, JUNICHI).await?;
    first.register().await?;
    let visitor = Visitor { member: SHOKO, ..first };
    let browser = &visitor.browser;
    visitor.open_first().await?;
    visitor.say_who().await?;
    for (login_id, words) in [
        ("", "ユーザーIDを入れてください"),
        ("abc", "4文字以上"),
        ("shoko 2000", "だけをお使いください"),
        ("翔子2000", "だけをお使いください"),
        ("hanako@example.jp", "ご自身のアドレスのときだけ使えます"),
        ("JUNICHI-99", "このユーザーIDは使えません"),
        ("7132-091200001", "このユーザーIDは使えません"),
        ("sora-09120000100", "このユーザーIDは使えません"),
    ] {
        visitor.answer(&[("login_id", login_id), ("password", "tsubame+42")]).await?;
        browser.see(words).await?;
    }
    for (password, words) in [
        ("tsub+42", "8文字以上"),
        ("tsubame+42-tsubame+42", "20文字まで"),
        ("tsubame42", "英字、数字、記号をどれも"),
        ("tsubame+no", "英字、数字、記号をどれも"),
        ("2000+0121", "英字、数字、記号をどれも"),
        ("20000121+a", "広く知られています"),
    ] {
        visitor.answer(&[("login_id", "@shoko_+,-2000"), ("password", password)]).await?;
        browser.see(words).await?;
        assert_eq!(browser.value("login_id").await?, "@shoko_+,-2000");
        assert_eq!(browser.value("password").await?, "", "a password is never shown again");
    }

    // An address on record that is dead is the office's business.
    browser.follow("/inquiry").await?;
    browser.arrive_at("insurer=shinonome").await?;
    browser.back().await?;

    // Small letters alone are enough, and so is every symbol of the guide.
    for password in ["a1?!@#$%&()_+", "tsubame+42"] {
        visitor.answer(&[("login_id", "@shoko_+,-2000"), ("password", password)]).await?;
        browser.see("s•••@example.jp").await?;
        town.message("shoko@example.jp").await?;
        browser.press("do", "back").await?;
        visitor.is_known().await?;
    }

    a_code_lives_half_an_hour(&visitor).await
}

#[tokio::test(flavor = "multi_thread")]
async fn that_somebody_is_registered_is_said_only_to_who_knows_everything() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let first = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    first.register().await?;
    let visitor = Visitor { browser: Browser::open(Kind::PHONE).await?, ..first };
    let browser = &visitor.browser;
    visitor.open_first().await?;
    for (name, value) in [("birth_date", "20000122"), ("kana_name", "ケンポ ショウタ"), ("number", "200002")]
    {
        visitor.fill_identity().await?;
        visitor.answer(&[(name, value)]).await?;
        browser.see("組合の記録と一致しませんでした").await?;
        assert!(!browser.text().await?.contains("済んでいます"));
    }
    visitor.say_who().await?;
    browser.see("この方の登録は済んでいます").await?;
    browser.follow("/login").await?;
    visitor.sign_in().await?;
    browser.see("お読みになって").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_later_times_has_dated_notices_and_a_way_for_everything_forgotten() -> anyhow::Result<()>
{
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    let browser = &visitor.browser;
    browser.go(&visitor.later_address()).await?;
    for words in ["2026年11月1日", "システムメンテナンスのお知らせ", "2026年10月1日", "推奨ブラウザについて"]
    {
        browser.see(words).await?;
    }
    browser.see("ユーザーIDの作成がまだの方").await?;
    for href in ["/recover/id", "/recover?"] {
        browser.follow(href).await?;
        browser.see("忘れたとき").await?;
        browser.go(&visitor.later_address()).await?;
    }
    visitor.answer(&[("login_id", "nobody-2000"), ("password", "tsubame+42")]).await?;
    browser.see("この内容ではログインできませんでした").await?;

    // A notice goes by itself.
    town.pass(Duration::from_hours(24 * 140));
    browser.go(&visitor.later_address()).await?;
    browser.see("推奨ブラウザについて").await?;
    assert!(!browser.text().await?.contains("システムメンテナンス"));
    Ok(())
}

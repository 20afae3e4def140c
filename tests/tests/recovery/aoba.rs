//! Address, password and a second factor: what is lost of them, and how it comes back.

use std::time::Duration;

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::recover::Visitor;
use sekisho_tests::walk::{self, MEMBER, Second};

use crate::look::{Tour, look};

const NEW: &str = "山の向こうの湖で魚を釣る";

/// Somebody who has registered with codes by SMS and signed out.
async fn registered(town: &Town) -> anyhow::Result<Visitor<'_>> {
    let member = walk::Visitor::new(town, Kind::PHONE).await?;
    member.register(Second::Sms).await?;
    member.sign_out().await?;
    Ok(Visitor { browser: member.browser, town, insurer: "aoba" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_on_another_device_after_the_code_by_sms() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let first = registered(&town).await?;
    first.to_sign_in().await?;
    first.browser.follow("/recover?").await?;
    look(&first.browser, "recovery-aoba-01-forgotten").await?;
    first.answer(&[("login_id", MEMBER.email)]).await?;
    first.browser.see("リンクは30分使えます").await?;
    look(&first.browser, "recovery-aoba-02-sent").await?;

    let second = Visitor::new(&town, Kind::PHONE, "aoba").await?;
    let letter = second.letter(MEMBER.email, "新しいパスワード").await?;
    second.open(&letter).await?;
    look(&second.browser, "recovery-aoba-03-link").await?;
    second.browser.onward().await?;
    second.browser.see("SMSに届いた").await?;
    // The device where it began knows that it goes on elsewhere.
    first.browser.reload().await?;
    first.browser.see("別の端末で").await?;
    look(&second.browser, "recovery-aoba-04-second-factor").await?;
    second.answer(&[("code", &town.code(MEMBER.phone_e164).await?)]).await?;
    look(&second.browser, "recovery-aoba-05-new-password").await?;
    second.choose_password(NEW).await?;
    second.browser.see("新しいパスワードを\n決めました").await?;
    look(&second.browser, "recovery-aoba-06-done").await?;

    // Every address is told, nobody is signed in, and the old password is one no more.
    second.letter(MEMBER.email, "パスワードが変わりました").await?;
    assert!(town.message(MEMBER.phone_e164).await?.text.contains("03-0000-0150"));
    second.browser.follow("/login").await?;
    second.answer(&[("login_id", MEMBER.email), ("password", MEMBER.password)]).await?;
    second.browser.see("ログインできませんでした").await?;
    second.answer(&[("login_id", MEMBER.email), ("password", NEW)]).await?;
    second.answer(&[("code", &town.code(MEMBER.phone_e164).await?)]).await?;
    second.browser.see("ログインしています").await
}

/// From the sign-in page, whose second factor is not at hand, to the page that says the report was taken.
async fn report(visitor: &Visitor<'_>, tour: Option<&str>) -> anyhow::Result<()> {
    let see = async |page: &str| match tour {
        Some(name) => look(&visitor.browser, &format!("{name}-{page}")).await,
        None => Ok(()),
    };
    visitor.sign_in(MEMBER.email, MEMBER.password).await?;
    visitor.browser.see("SMSに届いた").await?;
    visitor.town.code(MEMBER.phone_e164).await?;
    see("01-sign-in").await?;
    visitor.browser.follow("/recover/factor").await?;
    see("02-lost").await?;
    visitor.answer(&[("login_id", MEMBER.email), ("password", MEMBER.password)]).await?;
    see("03-code").await?;
    visitor.answer(&[("code", &visitor.town.code(MEMBER.email).await?)]).await?;
    see("04-identity").await?;
    let record = MEMBER.record;
    let items = [
        ("symbol", record.symbol),
        ("number", record.number),
        ("family_name", record.family_name),
        ("given_name", record.given_name),
        ("birth_date", record.birth_date),
    ];
    visitor.answer(&items).await?;
    visitor.browser.see("届け出を\n受けました").await?;
    see("05-reported").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_second_factor_is_replaced_after_a_day_in_which_its_owner_can_stop_it() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = registered(&town).await?;
    visitor.letter(MEMBER.email, "登録が終わりました").await?;
    report(&visitor, Some("recovery-lost")).await?;
    let notice = visitor.letter(MEMBER.email, "届け出がありました").await?;
    assert!(town.message(MEMBER.phone_e164).await?.text.contains("03-0000-0150"));

    // The owner reads it and presses once.
    let owner = Visitor::new(&town, Kind::DESK, "aoba").await?;
    owner.open(&notice).await?;
    look(&owner.browser, "recovery-lost-06-stop").await?;
    owner.browser.onward().await?;
    owner.browser.see("届け出を\n止めました").await?;
    look(&owner.browser, "recovery-lost-07-stopped").await?;
    owner.letter(MEMBER.email, "止めました").await?;
    town.message(MEMBER.phone_e164).await?;
    town.pass(Duration::from_hours(25));
    owner.open(&notice).await?;
    owner.browser.see_one_of(&["時間が", "使い終わりました"]).await?;

    // Nothing is mailed of what was stopped; a report that nobody stops leads to a new key after a day.
    report(&visitor, None).await?;
    visitor.letter(MEMBER.email, "届け出がありました").await?;
    town.message(MEMBER.phone_e164).await?;
    let ready = |town: &Town| {
        town.messages(MEMBER.email).iter().filter(|mail| mail.subject.contains("替えられる")).count()
    };
    town.pass(Duration::from_mins(24 * 60 - 5));
    assert_eq!(ready(&town), 0, "not before the day is over");
    town.pass(Duration::from_mins(6));
    let letter = visitor.letter(MEMBER.email, "替えられる").await?;
    visitor.open(&letter).await?;
    look(&visitor.browser, "recovery-lost-08-link").await?;
    visitor.browser.onward().await?;
    look(&visitor.browser, "recovery-lost-09-password").await?;
    visitor.answer(&[("password", MEMBER.password)]).await?;
    look(&visitor.browser, "recovery-lost-10-choose").await?;
    let member = walk::Visitor { browser: visitor.browser, town: &town, member: MEMBER };
    let app = member.set_up(Second::App).await?.ok_or_else(|| anyhow::anyhow!("no app"))?;
    member.browser.see("2つめの鍵を\n替えました").await?;
    look(&member.browser, "recovery-lost-11-done").await?;
    let told = town.message(MEMBER.phone_e164).await?;
    assert!(told.text.contains("03-0000-0150"), "{}", told.text);

    // From now on the app is asked for, and the phone is sent nothing.
    town.pass(walk::ONE_STEP * 2);
    let sent = town.messages(MEMBER.phone_e164).len();
    member.begin_sign_in().await?;
    member.browser.see("認証アプリに出た").await?;
    assert!(!member.browser.has("[value=other]").await?, "the old phone is no other way");
    member.enter(&app.digits(&town)).await?;
    member.browser.arrive_at(&format!("{}/certificates", town.portal())).await?;
    assert_eq!(town.messages(MEMBER.phone_e164).len(), sent);
    let tour = Tour::with(member.browser, &town, "recovery-lost");
    tour.see_mails(MEMBER.email).await
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_kept_on_paper_and_in_a_file_and_each_signs_in_once() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let member = walk::Visitor::new(&town, Kind::PHONE).await?;
    member.register(Second::Sms).await?;
    let browser = &member.browser;
    browser.go(&format!("{}/", town.idp())).await?;
    browser.follow("/account").await?;
    browser.follow("/account/codes").await?;
    look(browser, "recovery-codes-01-why").await?;
    browser.onward().await?;
    browser.see("この画面でしか見られません").await?;
    look(browser, "recovery-codes-02-made").await?;
    let shown = browser
        .ask("return [...document.querySelectorAll('.codes li')].map(code => code.textContent)")
        .await?;
    let codes: Vec<String> =
        shown.as_array().into_iter().flatten().filter_map(|code| code.as_str().map(str::to_owned)).collect();
    assert_eq!(codes.len(), 10, "{shown}");

    let (name, file) = browser.download("/account/codes/file").await?;
    assert_eq!(name, "recovery-codes.txt");
    assert!(file.starts_with("青葉健康保険組合\r\n"), "{file}");
    assert!(codes.iter().all(|code| file.lines().any(|line| line == code)), "{file}");

    // On paper are the codes and whose they are, and nothing to press.
    browser.on_paper(true).await?;
    let paper = browser.text().await?;
    assert!(
        codes.iter().all(|code| paper.contains(code.as_str())) && paper.contains("青葉健康保険組合"),
        "{paper}"
    );
    for screen in
        ["ファイルに保存する", "この画面", "新しい回復コードを作りました", "よくある質問", "English"]
    {
        assert!(!paper.contains(screen), "{screen} is printed: {paper}");
    }
    browser.picture("recovery-codes-03-paper").await?;
    browser.on_paper(false).await?;

    // They are never shown again.
    browser.go(&format!("{}/account/codes", town.idp())).await?;
    browser.see("10個").await?;
    assert!(!browser.source().await?.contains(&codes[0]));
    member.sign_out().await?;

    let to_code = async || -> anyhow::Result<()> {
        member.begin_sign_in().await?;
        browser.press("do", "other").await?;
        browser.see("回復コードを").await
    };
    to_code().await?;
    look(browser, "recovery-codes-04-sign-in").await?;
    member.enter(&codes[3].to_lowercase()).await?;
    browser.arrive_at(&format!("{}/certificates", town.portal())).await?;
    member.sign_out().await?;
    town.pass(Duration::from_mins(2));
    to_code().await?;
    member.enter(&codes[3]).await?;
    browser.see("この回復コードは使えません").await?;
    look(browser, "recovery-codes-05-used").await?;
    member.enter(&codes[4]).await?;
    browser.arrive_at(&format!("{}/certificates", town.portal())).await?;
    let told = town.messages(MEMBER.email);
    assert_eq!(told.iter().filter(|mail| mail.subject.contains("回復コードが使われました")).count(), 2);
    Ok(())
}

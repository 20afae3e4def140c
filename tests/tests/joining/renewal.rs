//! Voluntary continuation (row B40): new numbers, the same account.

use std::io::Cursor;

use anyhow::Context as _;
use sekisho_idp::flows::import::{self, Findings, Outcome, Place, Plan};
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::sora::{ICHIRO, Member, SHOKO, Visitor};
use serde_json::json;

use super::probe::Probe;
use super::{accounts, begin_to_join, bound};

/// Who was an employee under 60-555 and continues under 61-888.
const JIRO: Member = Member {
    marks: "60-555-00",
    kana: "スズキ ジロウ",
    birth_date: "19700101",
    given_id: "sora-06000055500",
    email: "jiro@example.jp",
    login_id: "jiro.suzuki",
    password: "古い橋の上で鐘の音を聞いていた",
    nickname: "",
};

/// The sample extract of sora; in one of before, Jiro's first cover has not ended.
fn extract(of_before: bool) -> anyhow::Result<Vec<u8>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/sample/members-sora.csv");
    let sample = std::fs::read(path)?;
    if !of_before {
        return Ok(sample);
    }
    let (ended, lives) = (b"20000401,20200401,01,3".as_slice(), b"20000401,,,3".as_slice());
    let at =
        sample.windows(ended.len()).position(|part| part == ended).context("Jiro is not in the sample")?;
    let (before, rest) = sample.split_at(at);
    Ok([before, lives, rest.get(ended.len()..).unwrap_or_default()].concat())
}

async fn import(town: &Town, extract: Vec<u8>) -> anyhow::Result<()> {
    let state = town.state();
    let sora = state.insurers.find("sora").context("no sora")?;
    let plan = Plan::new(sora, town.now().date_in_tokyo());
    let mut findings = Findings::new(Vec::new());
    let report =
        import::import(Place::of(state), &plan, Cursor::new(extract), &mut findings, &mut |_| {}).await?;
    anyhow::ensure!(report.outcome == Outcome::Merged && report.counts.changed == 1, "{report:?}");
    Ok(())
}

async fn say_who(visitor: &Visitor<'_>, member: &Member) -> anyhow::Result<()> {
    begin_to_join(&visitor.browser, visitor.town, "sora").await?;
    visitor.take_the_other_way().await?;
    visitor.say_who_as(member.marks, member.kana, member.birth_date).await
}

/// Row B40: the account stays, the membership changes, and what was given under the old one is dead.
#[tokio::test(flavor = "multi_thread")]
async fn b40_who_continues_under_new_numbers_keeps_the_account_and_nothing_of_the_old_membership()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let probe = Probe::register(&town).await?;
    import(&town, extract(true)?).await?;
    let mut visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.member = JIRO;
    visitor.register().await?;
    visitor.sign_in().await?;
    let desk = visitor.elsewhere(Kind::DESK).await?;
    desk.sign_in().await?;
    let mail = town.message(JIRO.email).await?;
    assert!(mail.text.contains("使われたことのない端末"), "{}", mail.text);
    let here = probe.token(&visitor.browser, "sora").await?;
    let there = probe.token(&desk.browser, "sora").await?;
    let old = json!({ "insurer": "sora", "symbol": "60", "number": "555" });
    for token in [&here, &there] {
        assert_eq!(probe.membership(token).await?.as_ref(), Some(&old));
    }
    let subject = probe.subject(&there).await?;
    assert_eq!(bound(&town, "sora").await?, ["S2000011"]);

    // The cover ends; the office sends the extract in which it has.
    import(&town, extract(false)?).await?;
    // Another person's numbers renew nothing, whoever that is.
    for other in [&ICHIRO, &SHOKO] {
        say_who(&visitor, other).await?;
        visitor.browser.see("組合の記録と一致しませんでした").await?;
    }
    visitor.say_who_as(ICHIRO.marks, JIRO.kana, JIRO.birth_date).await?;
    visitor.browser.see("組合の記録と一致しませんでした").await?;
    assert_eq!(bound(&town, "sora").await?, ["S2000011"]);

    let new = Member { marks: "61-888-00", ..JIRO };
    visitor.say_who_as(new.marks, new.kana, new.birth_date).await?;
    visitor.browser.see("登録が終わりました").await?;
    visitor.browser.picture("joining-03-renewed").await?;
    let mail = town.message(JIRO.email).await?;
    assert!(mail.text.contains("お使いのアカウントに"), "{}", mail.text);
    assert_eq!(bound(&town, "sora").await?, ["S2000012"]);
    assert_eq!(accounts(&town).await?, 1);
    // Tokens under the old membership are dead, those of another device as well.
    for token in [&here, &there] {
        assert_eq!(probe.membership(token).await?, None);
    }
    // Both devices stay signed in as the same account, now under the new numbers.
    for browser in [&visitor.browser, &desk.browser] {
        let token = probe.token(browser, "sora").await?;
        let told = probe.membership(&token).await?;
        assert_eq!(told, Some(json!({ "insurer": "sora", "symbol": "61", "number": "888" })));
        assert_eq!(probe.subject(&token).await?, subject);
    }
    // And so does a sign-in with the ID and the password of before.
    let later = visitor.elsewhere(Kind::PHONE).await?;
    later.sign_in().await?;
    assert!(later.browser.has("[name=reason]").await?, "{}", later.browser.text().await?);
    Ok(())
}

/// Row B40: the old numbers are nobody's to take, and the new ones nobody else's.
#[tokio::test(flavor = "multi_thread")]
async fn b40_another_account_can_renew_to_nobodys_numbers() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register().await?;
    visitor.sign_in().await?;
    // Shoko's cover lives, and Jiro's record names other numbers than hers.
    say_who(&visitor, &Member { marks: "61-888-00", ..JIRO }).await?;
    visitor.browser.see("組合の記録と一致しませんでした").await?;
    // One whose cover has ended is told so, and bound to nothing.
    say_who(&visitor, &JIRO).await?;
    visitor.browser.see("資格が").await?;
    assert_eq!(bound(&town, "sora").await?, ["S2000001"]);
    Ok(())
}

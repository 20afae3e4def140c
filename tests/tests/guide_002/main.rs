//! Guide 002 in a real browser against the real house (rows C1 to C42): the address first, two mails, a key on the
//! screen, an ID of one's own, and a key by mail at each sign-in.

mod attempts;
mod devices;
mod key;
mod links;
mod way;

use sekisho_demo::inbox::Message;
use sekisho_tests::browser::Browser;
use sekisho_tests::walk::sora::link_in;

/// What every mail of this insurer ends with (C15).
fn check_foot(mail: &Message) {
    assert_eq!(mail.from, "oshirase@sora.example.jp");
    let foot = ["お心あたりがないときは、このメールを消してください", "返信できません", "空健康保険組合\n"];
    for words in foot {
        assert!(mail.text.contains(words), "{words} is missing in {}", mail.text);
    }
}

/// Opens the link of a mail that can no longer be followed.
async fn is_too_old(browser: &Browser, mail: &Message) -> anyhow::Result<()> {
    browser.go(link_in(&mail.text)?).await?;
    browser.see("リンクの時間が").await?;
    assert!(!browser.has("form button:not([name=lang])").await?, "there is nothing to press");
    assert!(browser.has("a[href^='/signup']").await?, "the way to begin again is there");
    Ok(())
}

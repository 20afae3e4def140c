//! The demo's inbox, as a person sees it.

use sekisho_base::Language;
use sekisho_demo::inbox::web::{Desk, router};
use sekisho_demo::inbox::{Arrival, Channel, Inbox};
use sekisho_site::clock::Door;
use sekisho_tests::browser::{Browser, Kind};

/// An inbox on a free port, and its address.
async fn inbox() -> anyhow::Result<(Inbox, String)> {
    let inbox = Inbox::new(Door::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    let desk = Desk { inbox: inbox.clone(), issuer: address.clone(), sms_token: "token".to_owned() };
    tokio::spawn(async move { axum::serve(listener, router(desk)).await });
    Ok((inbox, address))
}

fn code_by_mail() -> Arrival {
    Arrival {
        channel: Channel::Mail,
        to: "shoko@example.jp".to_owned(),
        from: "oshirase@aoba.example.jp".to_owned(),
        subject: "【青葉健康保険組合】確認コードのお知らせ".to_owned(),
        text: "確認コードです。\n\n042817\n\n10分以内に、登録の画面に入れてください。".to_owned(),
        html: "<!doctype html><p>確認コードです。</p><p>042817</p>".to_owned(),
        key: None,
    }
}

#[tokio::test]
async fn a_code_can_be_read_on_a_phone_in_both_languages() -> anyhow::Result<()> {
    let (inbox, address) = inbox().await?;
    let browser = Browser::open(Kind::PHONE).await?;
    browser.go(&address).await?;
    browser.see("まだ何も届いていません").await?;
    inbox.take_in(code_by_mail());
    browser.follow("/?lang=ja").await?;
    browser.see("042817").await?;
    browser.picture("inbox-ja").await?;
    browser.press("lang", "en").await?;
    browser.see("Mail and SMS that arrived").await?;
    browser.see("042817").await?;
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn the_inbox_works_without_scripts_in_english_at_a_desk() -> anyhow::Result<()> {
    let (inbox, address) = inbox().await?;
    inbox.take_in(code_by_mail());
    let kind = Kind::DESK.speaking(Language::En).in_the_dark().without_scripts();
    let browser = Browser::open(kind).await?;
    browser.go(&address).await?;
    browser.see("042817").await?;
    browser.see("Mail and SMS that arrived").await?;
    browser.picture("inbox-en-dark").await?;
    browser.go(&format!("{address}/messages/1")).await?;
    browser.see("確認コードです。").await?;
    Ok(())
}

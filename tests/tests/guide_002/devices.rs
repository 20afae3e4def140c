//! Mailed links that are opened on another device, and strangers who begin with somebody's address.

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::sora::{ICHIRO, Member, SHOKO, Visitor, other_than};

/// Rows C16, C22, C23, C28: both links are opened at a desk, the portal was asked for on a phone.
#[tokio::test(flavor = "multi_thread")]
async fn c23_the_second_link_asks_the_key_on_another_device_and_the_old_tab_is_told() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let phone = Visitor::new(&town, Kind::PHONE).await?;
    let key = phone.to_the_key().await?;
    let page = phone.browser.address().await?;

    let desk = phone.elsewhere(Kind::DESK).await?;
    let link = town.link(SHOKO.email).await?;
    desk.browser.go(&link).await?;
    desk.browser.see("はじめに開いた端末では続けられなくなります").await?;
    // Only looking takes nothing away.
    phone.browser.reload().await?;
    assert_eq!(phone.note_the_key().await?, key);
    desk.browser.onward().await?;
    desk.browser.see("違う端末で開いています").await?;
    desk.browser.picture("sora-12-prove-elsewhere").await?;
    let shown = desk.browser.source().await?;
    for typed in [&key, SHOKO.email, SHOKO.marks, "2000"] {
        assert!(!shown.contains(typed), "{typed} was entered on the phone");
    }

    // The old tab has nothing left: not the key, and no step to answer.
    phone.browser.reload().await?;
    phone.browser.see("別の端末で").await?;
    phone.browser.picture("sora-13-moved").await?;
    assert!(!phone.browser.text().await?.contains(&key));
    phone.browser.go(&page).await?;
    assert!(!phone.browser.has("#shown_key").await?);

    desk.enter_the_key(other_than(&key)).await?;
    desk.browser.see("あと4回").await?;
    desk.enter_the_key(&key).await?;
    desk.choose_an_id().await?;
    desk.is_registered().await?;
    // Neither browser is signed in; both can sign in by themselves.
    for visitor in [&desk, &phone] {
        visitor.browser.go(&town.idp()).await?;
        visitor.browser.arrive_at("/login").await?;
    }
    phone.sign_in().await
}

/// Rows C12, C16, C21: the first link is opened elsewhere, the second one in the browser that began.
#[tokio::test(flavor = "multi_thread")]
async fn c16_a_journey_moves_to_another_device_and_back() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let desk = Visitor::new(&town, Kind::DESK).await?;
    desk.to_sign_up().await?;
    desk.send_address().await?;
    let phone = desk.elsewhere(Kind::PHONE).await?;
    phone.open_link().await?;
    phone.take_the_other_way().await?;
    desk.browser.reload().await?;
    desk.browser.see("別の端末で").await?;
    phone.say_who().await?;
    let key = phone.note_the_key().await?;
    desk.open_link().await?;
    phone.browser.reload().await?;
    phone.browser.see("別の端末で").await?;
    desk.enter_the_key(&key).await?;
    desk.choose_an_id().await?;
    desk.is_registered().await?;
    desk.sign_in().await
}

/// Row C42 and the design's “Mailed links”: a stranger enters somebody's address, and gets nowhere by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_begins_with_somebodys_address_gets_nowhere() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let stranger = Visitor::new(&town, Kind::DESK).await?;
    stranger.to_sign_up().await?;
    stranger.send_address().await?;
    let page = stranger.browser.address().await?;
    // Without the mail there is nothing but the page that waits for it.
    assert!(!stranger.browser.has("[name=symbol_number_branch], [name=login_id], [name=auth_key]").await?);

    // The owner takes up the link, and the journey with it.
    let owner = stranger.elsewhere(Kind::PHONE).await?;
    let first = town.link(SHOKO.email).await?;
    owner.open(&first).await?;
    owner.take_the_other_way().await?;
    owner.say_who().await?;
    let key = owner.note_the_key().await?;
    for address in [&page, &first] {
        stranger.browser.go(address).await?;
        assert!(!stranger.browser.text().await?.contains(&key));
        assert!(!stranger.browser.has("form button:not([name=lang])").await?, "{address} can be answered");
    }
    // Even who reads the second mail over the owner's shoulder has no key for it.
    let second = town.link(SHOKO.email).await?;
    stranger.open(&second).await?;
    for left in ["あと4回", "あと3回", "あと2回", "あと1回"] {
        stranger.enter_the_key(other_than(&key)).await?;
        stranger.browser.see(left).await?;
    }
    stranger.enter_the_key(other_than(&key)).await?;
    stranger.browser.see("はじめから").await?;
    stranger.browser.go(&page).await?;
    assert!(!stranger.browser.has("[name=auth_key], [name=login_id]").await?);

    // The other way round: what a stranger typed about themselves is nothing the address's owner is bound to.
    let mut liar = stranger.elsewhere(Kind::DESK).await?;
    liar.member = Member { email: SHOKO.email, ..ICHIRO };
    liar.to_sign_up().await?;
    liar.send_address().await?;
    owner.open_link().await?;
    owner.take_the_other_way().await?;
    owner.say_who().await?;
    let key = owner.note_the_key().await?;
    owner.open_link().await?;
    owner.enter_the_key(&key).await?;
    owner.choose_an_id().await?;
    owner.is_registered().await?;
    owner.sign_in().await?;
    owner.browser.see("資格確認書").await
}

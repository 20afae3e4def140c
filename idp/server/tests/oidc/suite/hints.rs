//! Parameters that help, and that must not hurt.

use super::{Mode, Story};
use crate::house::claims;

async fn with(mode: Mode, changes: &[(&str, &str)]) -> String {
    let mut story = Story::begin(mode).await;
    story.happy(changes).await;
    story.end()
}

pub(super) async fn display_page(mode: Mode) -> String {
    with(mode, &[("display", "page")]).await
}

pub(super) async fn display_popup(mode: Mode) -> String {
    with(mode, &[("display", "popup")]).await
}

pub(super) async fn login_hint(mode: Mode) -> String {
    with(mode, &[("login_hint", "buffy@id.example.jp")]).await
}

pub(super) async fn ui_locales(mode: Mode) -> String {
    with(mode, &[("ui_locales", "se")]).await
}

pub(super) async fn claims_locales(mode: Mode) -> String {
    with(mode, &[("claims_locales", "se")]).await
}

pub(super) async fn id_token_hint(mode: Mode) -> String {
    let mut story = Story::begin(mode).await;
    let reply = story.ask(&[]).await;
    let code = story.code_of(&reply);
    let token = story.redeem(&code).await.json()["id_token"].as_str().unwrap().to_owned();
    let (after, _) = story.happy(&[("prompt", "none"), ("id_token_hint", &token)]).await;
    let before = claims(&token);
    assert_eq!((&before["sub"], &before["auth_time"]), (&after["sub"], &after["auth_time"]));
    let other = story.house.stranger().await;
    let mine = std::mem::replace(&mut story.browser, other);
    let reply = story.ask(&[("prompt", "none"), ("id_token_hint", &token)]).await;
    assert_eq!(story.error_of(&reply), "login_required", "the hint is about somebody else");
    story.browser = mine;
    story.end()
}

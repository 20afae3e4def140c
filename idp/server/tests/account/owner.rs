//! Browsers of an owner, and what they do on the account's pages.

use crate::browser::{Browser, ORIGIN, Page};
use crate::house::House;
use crate::people::{Member, kaede, sign_in};

pub const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/19.1 Mobile/15E148 Safari/604.1";
pub const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/141.0.0.0 Safari/537.36";

/// A browser of a kind that is signed in.
pub async fn signed_in(house: &House, member: &Member, agent: &'static str) -> Browser {
    let mut browser = Browser::at(house);
    browser.headers.push(("user-agent", agent));
    sign_in(house, &mut browser, member).await;
    browser
}

/// The member of kaede, an hour after what registered her was left open.
pub async fn settled(house: &House) -> Member {
    let member = kaede(house).await;
    house.later(2 * 3_600);
    member
}

/// Presses a button of a page that is no single form.
pub async fn press(browser: &mut Browser, page: &Page, path: &str, control: (&str, &str)) -> Page {
    let fields = [("form", page.hidden("form").as_str()), control]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    browser.post(path, &fields, ORIGIN).await
}

/// The values of the buttons of a name on a page, in order.
pub fn buttons(page: &Page, name: &str) -> Vec<String> {
    let mark = format!("name=\"{name}\" value=\"");
    page.body.split(&mark).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// A page's text without what is drawn by chance.
pub fn bare(page: &Page) -> String {
    let mut text = page.bare("");
    for prefix in ["ses_", "fac_", "dev_", "acc_", "/assets/"] {
        let mut parts = text.split(prefix);
        let first = parts.next().unwrap_or_default().to_owned();
        text = parts.fold(first, |text, part| {
            let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
            format!("{text}{prefix}…{rest}")
        });
    }
    text
}

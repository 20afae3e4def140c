//! What people do at the insurer of guide 002: the address first, then who one is, a key on the screen, an ID of one's
//! own, and a key by mail at each sign-in.

use anyhow::Context as _;

use crate::browser::{Browser, Kind};
use crate::town::Town;

/// A person of the sample extract, and what they choose.
#[derive(Clone, Debug)]
pub struct Member {
    /// Symbol, number and branch in one (C18).
    pub marks: &'static str,
    /// The name in kana.
    pub kana: &'static str,
    /// The date of birth, which is also the temporary password.
    pub birth_date: &'static str,
    /// The ID that the insurer gave out (C16).
    pub given_id: &'static str,
    /// Their e-mail address.
    pub email: &'static str,
    /// The ID they choose (C25).
    pub login_id: &'static str,
    /// Their password.
    pub password: &'static str,
    /// What they want to be called.
    pub nickname: &'static str,
}

/// Who registers unless a test says otherwise.
pub const SHOKO: Member = Member {
    marks: "91-200001-00",
    kana: "ケンポ ショウコ",
    birth_date: "20000121",
    given_id: "sora-09120000100",
    email: "shoko@example.jp",
    login_id: "shoko_2000",
    password: "みどりの窓から海を見て空を思い出す",
    nickname: "しょうこ",
};

/// Somebody else of the same insurer.
pub const ICHIRO: Member = Member {
    marks: "45-321-00",
    kana: "タナカ イチロウ",
    birth_date: "19850115",
    given_id: "sora-04500032100",
    email: "ichiro@example.jp",
    login_id: "ichiro-t",
    password: "山の向こうの湖で魚を釣る日曜日",
    nickname: "",
};

/// A person at a browser.
pub struct Visitor<'t> {
    /// The browser.
    pub browser: Browser,
    /// The place they are in.
    pub town: &'t Town,
    /// Who they are.
    pub member: Member,
}

impl<'t> Visitor<'t> {
    /// A member with a browser that has been nowhere yet.
    ///
    /// # Errors
    /// When the browser does not open.
    pub async fn new(town: &'t Town, kind: Kind) -> anyhow::Result<Self> {
        Ok(Self { browser: Browser::open(kind).await?, town, member: SHOKO })
    }

    /// The same person at another device.
    ///
    /// # Errors
    /// When the browser does not open.
    pub async fn elsewhere(&self, kind: Kind) -> anyhow::Result<Self> {
        Ok(Self { browser: Browser::open(kind).await?, town: self.town, member: self.member.clone() })
    }

    /// From the portal's front page to the sign-in page (C1 to C3).
    ///
    /// # Errors
    /// When the way is not there.
    pub async fn to_sign_in(&self) -> anyhow::Result<()> {
        self.browser.go(&format!("{}/?insurer=sora", self.town.portal())).await?;
        self.browser.follow("/login").await?;
        self.browser.arrive_at(&format!("{}/login", self.town.idp())).await
    }

    /// From the portal's front page to the page that asks the address (C4).
    ///
    /// # Errors
    /// When the way is not there.
    pub async fn to_sign_up(&self) -> anyhow::Result<()> {
        self.to_sign_in().await?;
        self.browser.follow("/signup").await?;
        self.browser.arrive_at("/signup").await
    }

    /// Sends the address (C5).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn send_address(&self) -> anyhow::Result<()> {
        self.browser.fill("email", self.member.email).await?;
        self.browser.onward().await?;
        self.browser.arrive_at("/journey/").await
    }

    /// Opens the link of the next mail and goes on from it (C16, C23).
    ///
    /// # Errors
    /// When no mail comes, or its link leads nowhere.
    pub async fn open_link(&self) -> anyhow::Result<()> {
        let link = self.town.link(self.member.email).await?;
        self.open(&link).await
    }

    /// Opens a link and goes on from it.
    ///
    /// # Errors
    /// When it leads nowhere.
    pub async fn open(&self, link: &str) -> anyhow::Result<()> {
        self.browser.go(link).await?;
        self.browser.onward().await
    }

    /// Takes the way of who was given no ID (C17).
    ///
    /// # Errors
    /// When the page offers no such way.
    pub async fn take_the_other_way(&self) -> anyhow::Result<()> {
        self.browser.press("do", "other").await
    }

    /// Says who they are (C18, C19).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn say_who(&self) -> anyhow::Result<()> {
        self.say_who_as(self.member.marks, self.member.kana, self.member.birth_date).await
    }

    /// Says who they are, written as given.
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn say_who_as(&self, marks: &str, kana: &str, birth_date: &str) -> anyhow::Result<()> {
        let items = [("symbol_number_branch", marks), ("kana_name", kana), ("birth_date", birth_date)];
        for (name, value) in items {
            self.browser.fill(name, value).await?;
        }
        self.browser.onward().await
    }

    /// Signs in with the ID that was given out (C16).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn use_the_given_id(&self, password: &str) -> anyhow::Result<()> {
        self.browser.fill("login_id", self.member.given_id).await?;
        self.browser.fill("password", password).await?;
        self.browser.onward().await
    }

    /// Notes down the key on the screen (C21).
    ///
    /// # Errors
    /// When the page shows none.
    pub async fn note_the_key(&self) -> anyhow::Result<String> {
        let shown = self.browser.read("#shown_key", None).await?;
        Ok(shown.split_whitespace().collect())
    }

    /// Enters a key that was on the screen (C23).
    ///
    /// # Errors
    /// When none is asked for.
    pub async fn enter_the_key(&self, key: &str) -> anyhow::Result<()> {
        self.browser.fill("auth_key", key).await?;
        self.browser.onward().await
    }

    /// Chooses ID, password and nickname (C25).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn choose_an_id(&self) -> anyhow::Result<()> {
        let Member { login_id, password, nickname, .. } = self.member;
        let items = [
            ("login_id", login_id),
            ("password", password),
            ("password_again", password),
            ("nickname", nickname),
        ];
        for (name, value) in items {
            self.browser.fill(name, value).await?;
        }
        self.browser.onward().await
    }

    /// From the portal's front page to the first question about who somebody is.
    ///
    /// # Errors
    /// When anything on the way is not as the guide says.
    pub async fn to_identity(&self) -> anyhow::Result<()> {
        self.to_sign_up().await?;
        self.send_address().await?;
        self.open_link().await?;
        self.take_the_other_way().await
    }

    /// From the portal's front page to the page that shows the key, which is noted down.
    ///
    /// # Errors
    /// When anything on the way is not as the guide says.
    pub async fn to_the_key(&self) -> anyhow::Result<String> {
        self.to_identity().await?;
        self.say_who().await?;
        self.note_the_key().await
    }

    /// From the portal's front page to the end of the registration (C1 to C27).
    ///
    /// # Errors
    /// When anything on the way is not as the guide says.
    pub async fn register(&self) -> anyhow::Result<()> {
        let key = self.to_the_key().await?;
        self.open_link().await?;
        self.enter_the_key(&key).await?;
        self.choose_an_id().await?;
        self.is_registered().await
    }

    /// Waits for the end of the registration, and for the mail that tells of it.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn is_registered(&self) -> anyhow::Result<()> {
        self.browser.see_one_of(&["登録が終わりました", "You are registered"]).await?;
        self.town.message(self.member.email).await.map(drop)
    }

    /// Types the chosen ID and a password.
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn type_password(&self, password: &str) -> anyhow::Result<()> {
        self.browser.fill("login_id", self.member.login_id).await?;
        self.browser.fill("password", password).await?;
        self.browser.onward().await
    }

    /// From the portal's front page to the key that comes by mail (C28, C29), which is read.
    ///
    /// # Errors
    /// When the pages ask something else.
    pub async fn begin_sign_in(&self) -> anyhow::Result<String> {
        self.to_sign_in().await?;
        self.type_password(self.member.password).await?;
        self.browser.arrive_at("/journey/").await?;
        self.town.code(self.member.email).await
    }

    /// Enters a key that came by mail (C33).
    ///
    /// # Errors
    /// When none is asked for.
    pub async fn enter(&self, code: &str) -> anyhow::Result<()> {
        self.browser.fill("code", code).await?;
        self.browser.onward().await
    }

    /// From the portal's front page to the portal's first page for members (C28 to C41).
    ///
    /// # Errors
    /// When the pages ask something else.
    pub async fn sign_in(&self) -> anyhow::Result<()> {
        let code = self.begin_sign_in().await?;
        self.enter(&code).await?;
        self.browser.arrive_at(&self.town.portal()).await
    }
}

/// The address of a mailed link, in a mail's text.
///
/// # Errors
/// When there is none.
pub fn link_in(text: &str) -> anyhow::Result<&str> {
    text.split_whitespace().find(|word| word.contains("/link/")).with_context(|| format!("no link in {text}"))
}

/// Digits of the same length that are not `code`.
pub fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

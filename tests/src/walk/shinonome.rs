//! Guide 004 as somebody walks it: the insurer's word and the insured's birth date, an ID and a password of one's own,
//! a code by mail; then one signs in by oneself, and agrees to the operator's terms the first time.

use crate::browser::{Browser, Kind};
use crate::town::Town;

/// What somebody types.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// 保険者指定コード.
    pub insurer_code: &'static str,
    /// 記号.
    pub symbol: &'static str,
    /// 番号.
    pub number: &'static str,
    /// The insured person's date of birth, whoever signs up.
    pub birth_date: &'static str,
    /// Their own name.
    pub kana_name: &'static str,
    /// The ID they choose.
    pub login_id: &'static str,
    /// The password they choose.
    pub password: &'static str,
    /// Their address.
    pub email: &'static str,
}

/// The insured person, whose address the insurer has.
pub const SHOKO: Member = Member {
    insurer_code: "shinonome",
    symbol: "91",
    number: "200001",
    birth_date: "20000121",
    kana_name: "ケンポ ショウコ",
    login_id: "shoko,2000",
    password: "tsubame+42",
    email: "shoko@example.jp",
};

/// Her dependent, who types an address of his carrier's, and her birth date.
pub const JUNICHI: Member = Member {
    kana_name: "けんぽ じゅんいち",
    login_id: "junichi-99",
    password: "kamome_77",
    email: "jun..ichi@docomo.example",
    ..SHOKO
};

/// A member at a browser.
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
    pub async fn new(town: &'t Town, kind: Kind, member: Member) -> anyhow::Result<Self> {
        Ok(Self { browser: Browser::open(kind).await?, town, member })
    }

    /// The address for the first time.
    pub fn first_address(&self) -> String {
        format!("{}/signup?insurer=shinonome", self.town.idp())
    }

    /// The address for every later time.
    pub fn later_address(&self) -> String {
        format!("{}/login?insurer=shinonome", self.town.idp())
    }

    /// Opens the page for the first time (E1).
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn open_first(&self) -> anyhow::Result<()> {
        self.browser.go(&self.first_address()).await
    }

    /// Fills in who they are, without sending it (E3).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn fill_identity(&self) -> anyhow::Result<()> {
        let Member { insurer_code, symbol, number, birth_date, kana_name, .. } = self.member;
        let items = [
            ("insurer_code", insurer_code),
            ("symbol", symbol),
            ("number", number),
            ("birth_date", birth_date),
            ("kana_name", kana_name),
        ];
        self.fill(&items).await
    }

    /// Says who they are.
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn say_who(&self) -> anyhow::Result<()> {
        self.fill_identity().await?;
        self.browser.onward().await
    }

    /// Waits for the page on which an ID and a password are chosen.
    ///
    /// # Errors
    /// When another page is shown.
    pub async fn is_known(&self) -> anyhow::Result<()> {
        self.browser.read("[autocomplete=new-password]", None).await.map(drop)
    }

    /// Chooses an ID and a password; an address as well, where the insurer has none (E13).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn choose(&self) -> anyhow::Result<()> {
        self.fill(&[("login_id", self.member.login_id), ("password", self.member.password)]).await?;
        if self.browser.has("[name=email]").await? {
            self.browser.fill("email", self.member.email).await?;
        }
        self.browser.onward().await
    }

    /// Reads the newest mail and enters its code (E15).
    ///
    /// # Errors
    /// When no mail comes or no code is asked for.
    pub async fn enter_mailed_code(&self) -> anyhow::Result<()> {
        let code = self.town.code(self.member.email).await?;
        self.browser.fill("code", &code).await?;
        self.browser.onward().await
    }

    /// The first time, from its address to the page that sends people to sign in (E1 to E24).
    ///
    /// # Errors
    /// When anything on the way is not as the guide says.
    pub async fn register(&self) -> anyhow::Result<()> {
        self.open_first().await?;
        self.say_who().await?;
        self.choose().await?;
        self.enter_mailed_code().await?;
        self.browser.see_one_of(&["登録が終わりました", "You are registered"]).await.map(drop)
    }

    /// Types ID and password into the page for later times (E25).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn sign_in(&self) -> anyhow::Result<()> {
        self.fill(&[("login_id", self.member.login_id), ("password", self.member.password)]).await?;
        self.browser.onward().await
    }

    /// Agrees to the operator's terms (E27).
    ///
    /// # Errors
    /// When no terms are shown.
    pub async fn agree(&self) -> anyhow::Result<()> {
        self.browser.tick("accept_platform-terms").await?;
        self.browser.onward().await
    }

    /// Types into several controls.
    ///
    /// # Errors
    /// When one is not there.
    pub async fn fill(&self, items: &[(&str, &str)]) -> anyhow::Result<()> {
        for (name, value) in items {
            self.browser.fill(name, value).await?;
        }
        Ok(())
    }

    /// Types into several controls and goes onward.
    ///
    /// # Errors
    /// When one is not there.
    pub async fn answer(&self, items: &[(&str, &str)]) -> anyhow::Result<()> {
        self.fill(items).await?;
        self.browser.onward().await
    }
}

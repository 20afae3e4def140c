//! What people do at the insurer of guide 001: an ID that was given out and the birth date, or the numbers of the card;
//! two documents, one of them read to its end, a look at everything, and a link that is good for a day.

use crate::browser::{Browser, Kind};
use crate::town::Town;

/// A person of the sample extract, and what they choose.
#[derive(Clone, Debug)]
pub struct Member {
    /// The ID that the insurer gave out; empty for who has none (B14).
    pub given_id: &'static str,
    /// 記号.
    pub symbol: &'static str,
    /// 番号.
    pub number: &'static str,
    /// The name in kana.
    pub kana: &'static str,
    /// The date of birth, which is also the temporary password (B12).
    pub birth_date: &'static str,
    /// Their e-mail address.
    pub email: &'static str,
    /// Their password.
    pub password: &'static str,
}

/// The insured person of the guide's first example (B10, B12).
pub const SHOKO: Member = Member {
    given_id: "7132-091200001",
    symbol: "91",
    number: "200001",
    kana: "ケンポ ショウコ",
    birth_date: "20000121",
    email: "shoko@example.jp",
    password: "みどりの窓から海を見て空を思い出す",
};

/// The insured person of its second one (B11).
pub const MARIA: Member = Member {
    given_id: "7132-123004567",
    symbol: "123",
    number: "4567",
    kana: "サトー マリアルイサ",
    birth_date: "19560301",
    email: "maria@example.jp",
    password: "green windows and the blue sea",
};

/// A dependent of the first, with a carrier's address (B21).
pub const JUNICHI: Member = Member {
    given_id: "",
    kana: "けんぽ じゅんいち",
    birth_date: "19991231",
    email: "junichi@docomo.example",
    password: "山の向こうの湖で魚を釣る日曜日",
    ..SHOKO
};

/// Voluntarily continued: insured, but without an ID (B14).
pub const HANZO: Member = Member {
    given_id: "",
    symbol: "７００",
    number: "0012345",
    kana: "ハットリ ハンゾウ",
    birth_date: "昭和39年2月29日",
    email: "hanzo@example.jp",
    password: "雨の日に読む長い本が一番好きだ",
};

/// One of twins whose names differ by a mark that kana folding drops.
pub const HARUKI: Member = Member {
    given_id: "",
    symbol: "45",
    number: "321",
    kana: "タナカ ハルキ",
    birth_date: "20150707",
    email: "haruki@example.jp",
    password: "夏の夜に聞こえる川の音と虫の声",
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
    pub async fn new(town: &'t Town, kind: Kind, member: Member) -> anyhow::Result<Self> {
        Ok(Self { browser: Browser::open(kind).await?, town, member })
    }

    /// From the portal's front page to the sign-in page (B4).
    ///
    /// # Errors
    /// When the way is not there.
    pub async fn to_sign_in(&self) -> anyhow::Result<()> {
        self.browser.go(&format!("{}/?insurer=kaede", self.town.portal())).await?;
        self.browser.follow("/login").await?;
        self.browser.arrive_at(&format!("{}/login", self.town.idp())).await
    }

    /// From the portal's front page, by way of the sign-in page, to the question about the numbers (B14).
    ///
    /// # Errors
    /// When the way is not there.
    pub async fn to_sign_up(&self) -> anyhow::Result<()> {
        self.to_sign_in().await?;
        self.browser.follow("/signup").await?;
        self.browser.arrive_at("/signup").await
    }

    /// Types into controls and goes onward.
    ///
    /// # Errors
    /// When the page has no such controls.
    pub async fn answer(&self, items: &[(&str, &str)]) -> anyhow::Result<()> {
        for (name, value) in items {
            self.browser.fill(name, value).await?;
        }
        self.browser.onward().await
    }

    /// The name on the first page, the password on the second (B5).
    ///
    /// # Errors
    /// When the pages ask something else.
    pub async fn type_in(&self, name: &str, password: &str) -> anyhow::Result<()> {
        self.answer(&[("login_id", name)]).await?;
        self.answer(&[("password", password)]).await
    }

    /// What the person signs in with: the ID that was given out, else the address (B33).
    pub fn name(&self) -> &'static str {
        if self.member.given_id.is_empty() { self.member.email } else { self.member.given_id }
    }

    /// Agrees to both documents, after reading (B15, B16).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn agree(&self) -> anyhow::Result<()> {
        self.browser.tick("accept_privacy").await?;
        self.browser.tick("accept_terms").await?;
        self.browser.onward().await
    }

    /// Says who they are by the numbers of the card (B30).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn say_who(&self) -> anyhow::Result<()> {
        let Member { symbol, number, kana, birth_date, .. } = self.member;
        let items = [
            ("symbol", symbol),
            ("number", number),
            ("insurer_number", "06999023"),
            ("kana_name", kana),
            ("birth_date", birth_date),
        ];
        self.answer(&items).await
    }

    /// Gives the address twice (B22), and by the second way the password twice (B32).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn set_up(&self) -> anyhow::Result<()> {
        let Member { email, password, .. } = self.member;
        let mut items = vec![("email", email), ("email_again", email)];
        if self.browser.has("[name=password]").await? {
            items.extend([("password", password), ("password_again", password)]);
        }
        self.answer(&items).await
    }

    /// From the portal's front page to the mail (B36; B27 to B34 for who has no ID).
    ///
    /// # Errors
    /// When anything on the way is not as the guide says.
    pub async fn to_the_mail(&self) -> anyhow::Result<()> {
        if self.member.given_id.is_empty() {
            self.to_sign_up().await?;
            self.say_who().await?;
        } else {
            self.to_sign_in().await?;
            self.type_in(self.member.given_id, self.member.birth_date).await?;
        }
        self.agree().await?;
        self.set_up().await?;
        self.browser.onward().await?;
        self.browser.see_one_of(&["メールを", "e-mail"]).await.map(drop)
    }

    /// Opens the link of the next mail and goes on from it (B25).
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

    /// Chooses the password on the link's page.
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn choose_password(&self, password: &str) -> anyhow::Result<()> {
        self.answer(&[("password", password), ("password_again", password)]).await
    }

    /// From the portal's front page through registration to the portal's first page for members.
    ///
    /// # Errors
    /// When anything on the way is not as the guide says.
    pub async fn register(&self) -> anyhow::Result<()> {
        self.to_the_mail().await?;
        self.open_link().await?;
        if !self.member.given_id.is_empty() {
            self.choose_password(self.member.password).await?;
        }
        self.browser.arrive_at(&self.town.portal()).await?;
        self.town.message(self.member.email).await.map(drop)
    }

    /// From the portal's front page to the portal's first page for members.
    ///
    /// # Errors
    /// When the pages ask something else.
    pub async fn sign_in(&self) -> anyhow::Result<()> {
        self.to_sign_in().await?;
        self.type_in(self.name(), self.member.password).await?;
        self.browser.arrive_at(&format!("{}/certificates", self.town.portal())).await
    }

    /// Chooses for whom and why, where that is asked, and has the certificate on the screen.
    ///
    /// # Errors
    /// When the portal shows none.
    pub async fn see_the_certificate(&self) -> anyhow::Result<()> {
        self.browser.choose("reason", "card-lost").await?;
        self.browser.onward().await?;
        self.browser.see("有効").await
    }

    /// Signs out at the portal, which signs out at the identity provider as well.
    ///
    /// # Errors
    /// When the way does not end at the portal.
    pub async fn sign_out(&self) -> anyhow::Result<()> {
        self.browser.go(&format!("{}/logout", self.town.portal())).await?;
        self.browser.onward().await?;
        self.browser.see_one_of(&["新規登録", "Register"]).await.map(drop)
    }

    /// Whether the identity provider knows this browser as signed in.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn is_signed_in(&self) -> anyhow::Result<bool> {
        self.browser.go(&format!("{}/", self.town.idp())).await?;
        Ok(!self.browser.address().await?.contains("/login"))
    }
}

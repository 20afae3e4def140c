//! What people do, step by step, by the names of the form controls.

pub mod kaede;
pub mod recover;
pub mod shinonome;
pub mod sora;

use std::time::Duration;

use anyhow::Context as _;
use sekisho_demo::greeting::{Person, SHOKO};
use totp_rs::{Builder, Secret, Totp};

use crate::browser::{Browser, Kind};
use crate::town::Town;

/// Who walks: a person of the sample extract with an address, a password and a phone.
#[derive(Clone, Debug)]
pub struct Member {
    /// What the insurer's records say.
    pub record: Person,
    /// Their e-mail address.
    pub email: &'static str,
    /// Their password.
    pub password: &'static str,
    /// Their number as they type it.
    pub phone: &'static str,
    /// The same number as messages are addressed.
    pub phone_e164: &'static str,
}

/// The member that the demo proposes.
pub const MEMBER: Member = Member {
    record: SHOKO,
    email: "shoko@example.jp",
    password: "みどりの窓から海を見る",
    phone: "090-0000-1111",
    phone_e164: "+819000001111",
};

/// A second key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// Codes by SMS.
    Sms,
    /// An authenticator app.
    App,
}

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
        Ok(Self { browser: Browser::open(kind).await?, town, member: MEMBER })
    }

    /// From the portal's front page to the first page of registration (A1).
    ///
    /// # Errors
    /// When the way is not there.
    pub async fn begin_registration(&self) -> anyhow::Result<()> {
        self.browser.go(&format!("{}/?insurer=aoba", self.town.portal())).await?;
        self.browser.follow("/register").await?;
        self.browser.arrive_at("/signup").await
    }

    /// Chooses address and password (A2).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn choose_password(&self) -> anyhow::Result<()> {
        self.browser.fill("email", self.member.email).await?;
        self.browser.fill("password", self.member.password).await?;
        if self.browser.has("[name=password_again]").await? {
            self.browser.fill("password_again", self.member.password).await?;
        }
        self.browser.onward().await
    }

    /// Enters a code that was sent.
    ///
    /// # Errors
    /// When no code is asked for.
    pub async fn enter(&self, code: &str) -> anyhow::Result<()> {
        self.browser.fill("code", code).await?;
        self.browser.onward().await
    }

    /// Reads the newest mail and enters its code (A3).
    ///
    /// # Errors
    /// When no mail comes or no code is asked for.
    pub async fn enter_mailed_code(&self) -> anyhow::Result<()> {
        let code = self.town.code(self.member.email).await?;
        self.enter(&code).await
    }

    /// Reads the newest SMS and enters its code (A14).
    ///
    /// # Errors
    /// When no SMS comes or no code is asked for.
    pub async fn enter_sms_code(&self) -> anyhow::Result<()> {
        let code = self.town.code(self.member.phone_e164).await?;
        self.enter(&code).await
    }

    /// Fills in symbol, number and name, without sending them (A5 to A8).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn fill_identity(&self) -> anyhow::Result<()> {
        let Person { symbol, number, branch, family_name, given_name, birth_date, .. } = self.member.record;
        let items = [
            ("symbol", symbol),
            ("number", number),
            ("branch", branch),
            ("family_name", family_name),
            ("given_name", given_name),
            ("birth_date", birth_date),
        ];
        for (name, value) in items {
            self.browser.fill(name, value).await?;
        }
        Ok(())
    }

    /// Says who they are.
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn say_who(&self) -> anyhow::Result<()> {
        self.fill_identity().await?;
        self.browser.onward().await
    }

    /// Agrees to both documents (A11).
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn agree(&self) -> anyhow::Result<()> {
        self.browser.tick("accept_terms").await?;
        self.browser.tick("accept_privacy").await?;
        self.browser.onward().await
    }

    /// Chooses a second key and sets it up (A12 to A15).
    ///
    /// # Errors
    /// When the pages ask something else.
    pub async fn set_up(&self, second: Second) -> anyhow::Result<Option<App>> {
        match second {
            Second::Sms => {
                self.browser.choose("factor", "sms").await?;
                self.browser.onward().await?;
                self.browser.fill("phone", self.member.phone).await?;
                self.browser.onward().await?;
                self.enter_sms_code().await?;
                Ok(None)
            }
            Second::App => {
                self.browser.choose("factor", "totp").await?;
                self.browser.onward().await?;
                let app = App::scan(&self.browser).await?;
                self.enter(&app.digits(self.town)).await?;
                Ok(Some(app))
            }
        }
    }

    /// From the portal's front page to the certificate's first question: guide 000, ① up to A15.
    ///
    /// # Errors
    /// When anything on the way is not as the guide says.
    pub async fn register(&self, second: Second) -> anyhow::Result<Option<App>> {
        self.begin_registration().await?;
        self.choose_password().await?;
        self.enter_mailed_code().await?;
        self.say_who().await?;
        self.agree().await?;
        let app = self.set_up(second).await?;
        self.browser.arrive_at(&self.town.portal()).await?;
        Ok(app)
    }

    /// Chooses the first reason and asks for the certificate (A16, A19).
    ///
    /// # Errors
    /// When no reason is asked for.
    pub async fn give_reason(&self) -> anyhow::Result<()> {
        self.browser.choose("reason", "card-lost").await?;
        self.browser.onward().await
    }

    /// From the portal's front page to the second factor: guide 000, ② and ③ up to A22.
    ///
    /// # Errors
    /// When the pages ask something else.
    pub async fn begin_sign_in(&self) -> anyhow::Result<()> {
        self.browser.go(&format!("{}/?insurer=aoba", self.town.portal())).await?;
        self.browser.follow("/login").await?;
        self.browser.arrive_at("/login").await?;
        self.type_password(self.member.password).await
    }

    /// Types address and a password.
    ///
    /// # Errors
    /// When the page asks something else.
    pub async fn type_password(&self, password: &str) -> anyhow::Result<()> {
        self.browser.fill("login_id", self.member.email).await?;
        self.browser.fill("password", password).await?;
        self.browser.onward().await
    }

    /// Signs in, by SMS or with the app.
    ///
    /// # Errors
    /// When the pages ask something else.
    pub async fn sign_in(&self, app: Option<&App>) -> anyhow::Result<()> {
        self.begin_sign_in().await?;
        match app {
            None => self.enter_sms_code().await?,
            Some(app) => self.enter(&app.digits(self.town)).await?,
        }
        self.browser.arrive_at(&self.town.portal()).await
    }
}

impl Visitor<'_> {
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

/// An authenticator app that knows a secret.
#[derive(Clone)]
pub struct App {
    totp: Totp,
}

impl App {
    /// Reads the key from the page that offers it, as a person types it (RFC 6238).
    ///
    /// # Errors
    /// When the page shows no key.
    pub async fn scan(browser: &Browser) -> anyhow::Result<Self> {
        let shown = browser.read(".key", None).await?;
        let secret = Secret::try_from_base32(shown.split_whitespace().collect::<String>())
            .map_err(|error| anyhow::anyhow!("{error:?}"))
            .with_context(|| format!("the key {shown} cannot be read"))?;
        let totp =
            Builder::new().with_secret(secret).build().map_err(|error| anyhow::anyhow!("{error:?}"))?;
        Ok(Self { totp })
    }

    /// The digits the app shows now.
    pub fn digits(&self, town: &Town) -> String {
        self.digits_off_by(town, 0)
    }

    /// The digits of an app whose clock is off by some seconds.
    pub fn digits_off_by(&self, town: &Town, seconds: i64) -> String {
        let moment = town.now().seconds().saturating_add(seconds);
        self.totp.generate(u64::try_from(moment).unwrap_or(0)).to_string()
    }
}

/// One step of an authenticator app, after which it shows other digits.
pub const ONE_STEP: Duration = Duration::from_secs(30);

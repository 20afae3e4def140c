//! Who signs in on the stage: by the pages, as the suite's browser does.

use sekisho_idp::flows::staging;

use super::{Browser, House, Reply, form};

impl House {
    /// A browser in which the stage's person has signed in.
    pub(crate) async fn person(&self) -> Browser {
        let mut browser = Browser::default();
        let landed = self.sign_in(&mut browser, (&self.set.person.login_id, &self.password())).await;
        assert!(browser.is_signed_in(), "{}", landed.body);
        browser
    }

    /// A browser in which another person has signed in.
    pub(crate) async fn stranger(&self) -> Browser {
        let mut other = self.set.person.clone();
        "stage.other".clone_into(&mut other.login_id);
        "junichi@example.jp".clone_into(&mut other.email);
        other.person = "S0000002".parse().unwrap();
        assert!(staging::bring(&self.state, &other, &mut self.state.cx()).await.unwrap());
        let mut browser = Browser::default();
        self.sign_in(&mut browser, (&other.login_id, &self.password())).await;
        browser
    }

    /// Fills the sign-in page in and sends it.
    pub(crate) async fn sign_in(&self, browser: &mut Browser, (login_id, password): (&str, &str)) -> Reply {
        let page = browser.get(self, "/login").await;
        self.answer(browser, &page, &[("login_id", login_id), ("password", password)]).await
    }

    /// The person proves again who they are, and the request of `led`, which led them there, goes on. Gives the code.
    pub(crate) async fn again(&self, browser: &mut Browser, led: &Reply) -> String {
        let page = browser.get(self, led.location().unwrap()).await;
        let mut reply = self.answer(browser, &page, &[("password", &self.password())]).await;
        while let Some(to) = reply.location().filter(|to| to.starts_with('/')).map(str::to_owned) {
            reply = browser.get(self, &to).await;
        }
        reply.answer("code").unwrap_or_else(|| reply.hidden("code"))
    }

    /// Sends a page's form with what is typed into it.
    async fn answer(&self, browser: &mut Browser, page: &Reply, typed: &[(&str, &str)]) -> Reply {
        let (_, step) = page.body.split_once("<form id=\"step\"").expect(&page.body);
        let (step, _) = step.split_once("</form>").unwrap();
        let inputs = step.split("<input type=\"hidden\"").skip(1);
        let hidden =
            |input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or_default());
        let mut pairs: Vec<(String, String)> = inputs.map(hidden).collect();
        pairs.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(self, &attribute(step, "action").unwrap(), &form(&pairs)).await
    }

    pub(crate) fn password(&self) -> String {
        secrecy::ExposeSecret::expose_secret(&self.set.person.password).to_owned()
    }

    /// What was told, with the names and addresses of the other house, where two factors are shown.
    #[expect(
        clippy::unused_self,
        clippy::needless_pass_by_value,
        reason = "the suite asks either house alike"
    )]
    pub(crate) fn alike(&self, told: String) -> String {
        let differences = [
            ("id.sekisho-stage.test", "id.example.jp"),
            ("suite.example/test/a/sekisho/callback", "rp.example/cb"),
            ("suite.example/test/a/sekisho/post_logout_redirect", "rp.example/bye"),
            ("suite.example%2Ftest%2Fa%2Fsekisho%2Fcallback", "rp.example%2Fcb"),
            ("suite.example%2Ftest%2Fa%2Fsekisho%2Fpost_logout_redirect", "rp.example%2Fbye"),
            ("suite.example", "rp.example"),
            ("client_id=basic&", "client_id=suite&"),
            ("\"aud\": \"basic-2\"", "\"aud\": \"suite-2\""),
            ("\"aud\": \"basic\"", "\"aud\": \"suite\""),
            ("適合試験（2）", "証明の窓口"),
            ("適合試験", "証明の窓口"),
            ("urn:sekisho:acr:1f", "urn:sekisho:acr:2f"),
            ("\"amr\": [\n    \"pwd\"\n  ]", "\"amr\": [\n    \"pwd\",\n    \"sms\",\n    \"mfa\"\n  ]"),
        ];
        // Its clients know people by one number for all, which is shorter than what is masked.
        let told = without_numbers(&told);
        differences.into_iter().fold(told, |told, (here, there)| told.replace(here, there))
    }
}

impl Browser {
    pub(crate) fn is_signed_in(&self) -> bool {
        self.cookies.iter().any(|(name, _)| name == "__Host-sekisho-session")
    }
}

/// The value of an element's first attribute of a name.
fn attribute(element: &str, name: &str) -> Option<String> {
    let (_, after) = element.split_once(&format!("{name}=\""))?;
    let (value, _) = after.split_once('"')?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&"))
}

fn without_numbers(told: &str) -> String {
    let pieces = told.split("acc_").enumerate();
    let kept = pieces.map(|(place, piece)| match place {
        0 => piece.to_owned(),
        _ => format!("•{}", piece.trim_start_matches(|c: char| c.is_ascii_alphanumeric())),
    });
    kept.collect()
}

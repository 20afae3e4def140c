//! What the conformance suite meets in this house: its clients, its person, and how that person is shown again.

use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_domain::oidc::authorize::Answer;
use sekisho_idp::flows::authorize::{Next, resume};
use sekisho_site::db::sql;

use super::{Browser, House, Reply};

/// The suite's client, its second one, and the one that sends its secret in the form.
pub(crate) const SUITE: &str = "suite";
pub(crate) const SECOND: &str = "suite-2";
pub(crate) const POST: &str = "post";
/// Where a browser may go after sign-out.
pub(crate) const BYE: &str = "https://rp.example/bye";
/// The assurance that the person's sign-in reaches.
pub(crate) const REACHED: &str = "urn:sekisho:acr:2f";

impl House {
    /// A browser in which the person of whom everything is known has signed in.
    pub(crate) async fn person(&self) -> Browser {
        let browser = self.member(&[Password, Sms]).await;
        let facts = [
            "update accounts set nickname = 'しょうこ'",
            "insert into identifiers (folded, kind, account, shown, created_at) \
             select 'stage.person', 'chosen', id, 'stage.person', 1 from accounts",
            "insert into account_claims (account, name, value, set_at) \
             select id, 'middle_name', 'まり亜', 1 from accounts \
             union all select id, 'profile', 'https://people.example.jp/shoko', 1 from accounts \
             union all select id, 'picture', 'https://people.example.jp/shoko.png', 1 from accounts \
             union all select id, 'website', 'https://shoko.example.jp/', 1 from accounts",
            "insert into contacts (account, kind, value, folded, proven_at) \
             select id, 'phone', '+819000001111', '+819000001111', 1 from accounts",
            "update members set postal_code = '1000001', address_1 = '東京都', address_2 = '千代田区千代田', \
             address_3 = '1-1', updated_at = 1795000000000000",
        ];
        for fact in facts {
            self.state.db.execute(sql(fact)).await.unwrap();
        }
        browser
    }

    /// A browser in which another person has signed in.
    pub(crate) async fn stranger(&self) -> Browser {
        self.member(&[Password]).await
    }

    /// The person proves again who they are, and the request of `led`, which led them there, goes on. Gives the code.
    pub(crate) async fn again(&self, browser: &mut Browser, led: &Reply) -> String {
        let session = browser.session.clone().unwrap();
        self.sign_in(browser, (session.account, session.membership), &[Password, Sms]).await;
        let secret = browser.cookies.iter().find(|(name, _)| name.ends_with("browser"));
        let secret = secret.unwrap().1.clone().into();
        let session = browser.session.clone().unwrap();
        let sealed = led.answer("request").unwrap();
        let next = resume(&self.state, &sealed, &secret, &session, &mut self.state.cx()).await;
        let Ok(Next::Callback(answer)) = next else { panic!("the request did not go on") };
        match answer {
            Answer::Redirect(to) => {
                let url = url::Url::parse(&to).unwrap();
                url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
            }
            Answer::FormPost { fields, .. } => fields[0].1.clone(),
        }
    }

    /// What was told, as it is compared with what another house tells: here nothing has to be changed for that.
    #[expect(clippy::unused_self, reason = "other houses know their person by it")]
    pub(crate) fn alike(&self, told: String) -> String {
        told
    }
}

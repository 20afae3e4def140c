//! What a module sends, and what comes back, told in order.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use serde_json::Value;

use crate::house::{
    Browser, CALLBACK, House, ISSUER, Reply, SECRET, SUITE, authorize, claims, form, header, masked,
};

/// A state as the suite sends it: 128 characters.
pub(crate) const STATE: &str = "abcdefghijklmnopqrstuvwxyz0123456789-._~ABCDEFGHIJKLMNOPQRSTUVWXYZ\
    abcdefghijklmnopqrstuvwxyz0123456789-._~ABCDEFGHIJKLMNOPQRSTUV";

/// By which plan a module is walked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The answer comes in the query.
    Query,
    /// The answer comes by a form.
    FormPost,
}

/// A module under way.
pub(crate) struct Story {
    pub(crate) house: House,
    pub(crate) browser: Browser,
    mode: Mode,
    told: String,
}

impl Story {
    /// A member of whom everything is known has signed in; the suite's client is `suite`.
    pub(crate) async fn begin(mode: Mode) -> Self {
        let mut story = Self::without_session(mode).await;
        story.browser = story.house.person().await;
        story
    }

    /// Nobody has signed in.
    pub(crate) async fn without_session(mode: Mode) -> Self {
        Self { house: House::open().await, browser: Browser::default(), mode, told: String::new() }
    }

    /// Everything that was told, and the end.
    pub(crate) fn end(self) -> String {
        self.house.alike(self.told)
    }

    pub(crate) fn tell(&mut self, heading: &str, text: &str) {
        writeln!(self.told, "## {heading}\n{text}\n").unwrap();
    }

    /// The address of a request of the suite's, in the mode of the plan.
    pub(crate) fn address(&self, changes: &[(&str, &str)]) -> String {
        let mut all = vec![
            ("client_id", SUITE),
            ("scope", "openid"),
            ("state", STATE),
            ("code_challenge", ""),
            ("code_challenge_method", ""),
        ];
        if self.mode == Mode::FormPost {
            all.push(("response_mode", "form_post"));
        }
        all.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        all.extend(changes);
        authorize(&all)
    }

    /// Sends a request and tells what comes back.
    pub(crate) async fn ask(&mut self, changes: &[(&str, &str)]) -> Reply {
        let uri = self.address(changes);
        self.ask_at(&uri).await
    }

    pub(crate) async fn ask_at(&mut self, uri: &str) -> Reply {
        let reply = self.browser.get(&self.house, uri).await;
        self.tell("authorization", &seen(&reply));
        reply
    }

    /// The person says yes to what the client wants.
    pub(crate) async fn allow(&mut self, asked: &Reply) -> Reply {
        let (token, request) = (asked.hidden("form"), asked.hidden("request"));
        let yes = form(&[("form", &token), ("request", &request), ("decision", "allow")]);
        let reply = self.browser.post(&self.house, "/consent", &yes).await;
        self.tell("consent", &seen(&reply));
        reply
    }

    /// The parameters of an answer, which must be in the mode of the plan and nothing else than expected.
    pub(crate) fn answered(&self, reply: &Reply) -> Vec<(String, String)> {
        match self.mode {
            Mode::Query => {
                let (to, _) = reply.location().unwrap().split_once('?').unwrap();
                assert_eq!((reply.status.as_u16(), to), (303, CALLBACK));
                let url = url::Url::parse(reply.location().unwrap()).unwrap();
                url.query_pairs().into_owned().collect()
            }
            Mode::FormPost => {
                assert_eq!((reply.status.as_u16(), reply.location()), (200, None));
                assert!(reply.body.contains(&format!("action=\"{CALLBACK}\"")));
                let form = reply.body.split_once("id=\"onward\"").unwrap().1.split_once("</form>").unwrap().0;
                let names = form.split("name=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0);
                names.map(|name| (name.to_owned(), reply.hidden(name))).collect()
            }
        }
    }

    /// A code, from an answer that has nothing besides it but state and issuer.
    pub(crate) fn code_of(&self, reply: &Reply) -> String {
        let answered = self.answered(reply);
        let names: Vec<_> = answered.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["code", "state", "iss"]);
        assert_eq!((answered[1].1.as_str(), answered[2].1.as_str()), (STATE, ISSUER));
        answered[0].1.clone()
    }

    /// An error, from an answer that has nothing besides it but its description, state and issuer.
    pub(crate) fn error_of(&self, reply: &Reply) -> String {
        let answered = self.answered(reply);
        let names: Vec<_> = answered.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["error", "error_description", "state", "iss"]);
        assert_eq!(answered[2].1, STATE);
        answered[0].1.clone()
    }

    /// Redeems a code as the suite's client.
    pub(crate) async fn redeem(&mut self, code: &str) -> Reply {
        let pairs = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
        self.trade((SUITE, SECRET), &form(&pairs)).await
    }

    pub(crate) async fn trade(&mut self, client: (&str, &str), form: &str) -> Reply {
        let reply = self.house.token(client, form).await;
        self.tell("token", &seen(&reply));
        if let Some(token) = reply.status.is_success().then(|| reply.json()["id_token"].clone()) {
            let token = token.as_str().unwrap();
            self.tell("ID token", &format!("{}\n{}", alg(token), pretty(&claims(token))));
        }
        reply
    }

    /// Asks userinfo by GET, tells what it says, and gives it.
    pub(crate) async fn userinfo(&mut self, tokens: &Reply) -> Value {
        let access = tokens.json()["access_token"].as_str().unwrap().to_owned();
        let request = Request::get("/userinfo").header(AUTHORIZATION, format!("Bearer {access}"));
        let reply = self.house.send(request.body(Body::empty()).unwrap()).await;
        self.told_of(&reply, tokens)
    }

    /// Tells what userinfo said; it is about the person of the ID token.
    pub(crate) fn told_of(&mut self, reply: &Reply, tokens: &Reply) -> Value {
        self.tell("userinfo", &seen(reply));
        assert_eq!(reply.status.as_u16(), 200);
        let told = reply.json();
        assert_eq!(told["sub"], claims(tokens.json()["id_token"].as_str().unwrap())["sub"]);
        told
    }

    /// The whole way: a code, tokens, and userinfo. Gives the claims of the ID token and of userinfo.
    pub(crate) async fn happy(&mut self, changes: &[(&str, &str)]) -> (Value, Value) {
        let reply = self.ask(changes).await;
        self.arrived(&reply).await
    }

    /// The rest of the way, from an answer with a code.
    pub(crate) async fn arrived(&mut self, reply: &Reply) -> (Value, Value) {
        let code = self.code_of(reply);
        let tokens = self.redeem(&code).await;
        let id = claims(tokens.json()["id_token"].as_str().unwrap());
        let told = self.userinfo(&tokens).await;
        for released in ["name", "email", "phone_number", "address", "birthdate"] {
            assert!(id.get(released).is_none(), "{released} in the ID token");
        }
        (id, told)
    }

    /// The person proves again who they are, and the request of `led`, which led them there, goes on.
    pub(crate) async fn sign_in_again(&mut self, led: &Reply) -> (Value, Value) {
        let code = self.house.again(&mut self.browser, led).await;
        let tokens = self.redeem(&code).await;
        let id = claims(tokens.json()["id_token"].as_str().unwrap());
        (id, self.userinfo(&tokens).await)
    }
}

/// What the protocol says of an answer: status, the headers it is about, and the body; of a page its main part.
pub(super) fn seen(reply: &Reply) -> String {
    let shown = reply.shown();
    let (head, body) = shown.split_once("\n\n").unwrap();
    let about = |line: &&str| HEADERS.iter().any(|name| line.starts_with(&format!("{name}: ")));
    let lines: Vec<&str> = head.lines().take(1).chain(head.lines().skip(1).filter(about)).collect();
    let body = match body.split_once("<main") {
        Some((_, rest)) => rest.split_once("</main>").map_or(rest, |(main, _)| main),
        None => body,
    };
    format!("{}\n\n{}", lines.join("\n"), body.trim())
}

/// The headers that the protocol is about.
const HEADERS: [&str; 8] = [
    "cache-control",
    "clear-site-data",
    "content-security-policy",
    "content-type",
    "location",
    "pragma",
    "referrer-policy",
    "www-authenticate",
];

fn alg(token: &str) -> String {
    let header = header(token);
    assert!(header["kid"].as_str().is_some_and(|kid| !kid.is_empty()));
    format!("{} {}", header["alg"].as_str().unwrap(), header["typ"].as_str().unwrap())
}

fn pretty(claims: &Value) -> String {
    masked(&serde_json::to_string_pretty(claims).unwrap())
}

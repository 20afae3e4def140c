//! `sekisho client try`: somebody at the terminal, who opens what is printed in a browser and pastes where that ends.

use std::io::{self, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, Sender, channel};

use axum::body::Body;
use axum::http::Request;
use sekisho_domain::factor::FactorKind::{self, Password, Sms};
use sekisho_domain::oidc::client::Registration;
use sekisho_idp::cli::client::try_client::{Keyboard, Paper, Try, try_client};
use sekisho_idp::flows::clients::apply;
use sekisho_site::http::{Client, Reach};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::house::{Browser, CALLBACK, House, ISSUER, KEY, Reply, SECRET, form, registration, registrations};

/// What is printed, as it is printed.
struct Screen {
    said: Vec<u8>,
    seen: UnboundedSender<String>,
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.said.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.seen.send(String::from_utf8_lossy(&self.said).into_owned());
        Ok(())
    }
}

/// What is typed: a line for each time that something is asked.
struct Lines(Receiver<String>, Vec<u8>);

impl Read for Lines {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.1.is_empty() {
            // Whoever has nothing more to type has left.
            self.1 = self.0.recv().map(|line| format!("{line}\n").into_bytes()).unwrap_or_default();
        }
        let length = self.1.len().min(to.len());
        to[..length].copy_from_slice(&self.1[..length]);
        self.1.drain(..length);
        Ok(length)
    }
}

fn wanted(id: &str) -> Try {
    let id = id.parse().unwrap();
    let (insurer, scope, acr, prompt, port, key, secret) = (None, None, None, None, None, None, None);
    Try { id, insurer, scope, acr, prompt, port, key, show_tokens: false, secret }
}

/// Where a browser ends that opens `uri`; a page that asks is answered with `decision`.
async fn walk(house: &House, browser: &mut Browser, uri: &str, decision: &str) -> String {
    let reply = browser.get(house, uri.strip_prefix(ISSUER).unwrap()).await;
    let ended =
        if reply.status.as_u16() == 200 { decide(house, browser, &reply, decision).await } else { reply };
    ended.location().unwrap_or("nowhere").to_owned()
}

async fn decide(house: &House, browser: &mut Browser, asked: &Reply, decision: &str) -> Reply {
    let answer = form(&[
        ("form", &asked.hidden("form")),
        ("request", &asked.hidden("request")),
        ("decision", decision),
    ]);
    browser.post(house, "/consent", &answer).await
}

/// A trial, and how it went.
struct Trial {
    said: String,
    ended: Result<(), String>,
    /// Where the browser ended, with the code.
    address: String,
}

/// Who opens the address, and what they type when they are asked for a secret or for where they ended.
struct Person {
    browser: Browser,
    secret: &'static str,
    decision: &'static str,
    /// What they paste in place of the address they ended at, before that.
    first: Option<&'static str>,
}

impl Person {
    async fn of(house: &House, factors: &[FactorKind]) -> Self {
        Self { browser: house.member(factors).await, secret: SECRET, decision: "allow", first: None }
    }

    async fn sit(
        mut self,
        house: House,
        mut seen: UnboundedReceiver<String>,
        typed: Sender<String>,
    ) -> String {
        let mut ended = String::new();
        while let Some(said) = seen.recv().await {
            if said.ends_with("(not shown): ") {
                let _ = typed.send(self.secret.to_owned());
            } else if said.ends_with("Address: ") {
                if let Some(first) = self.first.take() {
                    let _ = typed.send(first.to_owned());
                    continue;
                }
                let uri = address(&said);
                ended = walk(&house, &mut self.browser, &uri, self.decision).await;
                let _ = typed.send(ended.clone());
            } else if said.ends_with("for the answer.\n") {
                ended = walk(&house, &mut self.browser, &address(&said), self.decision).await;
                call(&ended).await;
            }
        }
        ended
    }
}

/// A browser arrives at an app, and asks for more than its answer.
async fn call(uri: &str) {
    let client = Client::new(Reach::Loopback);
    let go = async |uri: &str| client.send(Request::get(uri).body(Vec::new()).unwrap()).await.unwrap();
    let favicon = uri.split("/cb").next().unwrap().to_owned() + "/favicon.ico";
    assert_eq!(go(&favicon).await.status().as_u16(), 404);
    assert!(String::from_utf8_lossy(go(uri).await.body()).contains("can be closed"));
}

/// The address that is printed to be opened.
fn address(said: &str) -> String {
    let line =
        said.lines().find_map(|line| line.strip_prefix("    https://")).expect("no address is printed");
    format!("https://{line}")
}

async fn attempt(house: &House, wanted: &Try, person: Person) -> Trial {
    let (seen, sees) = unbounded_channel();
    let (typed, types) = channel();
    let sitting = tokio::spawn(person.sit(house.clone(), sees, typed));
    let mut screen = Screen { said: Vec::new(), seen };
    let mut keyboard = Keyboard::new(BufReader::new(Lines(types, Vec::new())), false);
    let mut paper = Paper::new(&mut screen, wanted.show_tokens);
    let wire = async |request: http::Request<Vec<u8>>| {
        let reply = house.send(request.map(Body::from)).await;
        let mut answer = http::Response::new(reply.body.into_bytes());
        *answer.status_mut() = reply.status;
        Ok(answer)
    };
    let ended = try_client(&house.state, wanted, (&mut keyboard, &mut paper), &wire).await;
    let said = String::from_utf8(std::mem::take(&mut screen.said)).unwrap();
    drop(screen);
    let address = sitting.await.unwrap();
    Trial { said, ended: ended.map_err(|error| format!("{error:#}")), address }
}

/// The lines of the report with this name.
fn lines<'a>(said: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = move |line: &&str| line.starts_with("  ") && line.split_whitespace().next() == Some(name);
    said.lines().filter(named)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_explained_from_the_request_to_the_last_claim() {
    let house = House::open().await;
    let person = Person::of(&house, &[Password, Sms]).await;
    let Trial { said, ended, address } = attempt(&house, &wanted("rp"), person).await;
    assert_eq!(ended, Ok(()), "{said}");
    for (name, part) in [
        ("serves", "aoba"),
        ("code_challenge", "PKCE"),
        ("expires_in", "300"),
        ("signature", "fits"),
        ("iss", ISSUER),
        ("aud", "rp"),
        ("acr", "two factors"),
        ("amr", "a password, a code by SMS"),
        ("email", "email: proven to be theirs"),
        ("membership.symbol", "91  — insurance:"),
        ("insurer.code", "aoba  — insurance:"),
        ("active", "true"),
        ("access_denied", "minato"),
    ] {
        assert!(lines(&said, name).any(|line| line.contains(part)), "{name} {part}: {said}");
    }
    assert!(said.contains("address was granted, and nothing of it is known"), "{said}");
    assert!(said.contains("The tokens were given back"));
    // The terminal is no place for what opens something.
    let code = address.split("code=").nth(1).unwrap().split('&').next().unwrap();
    assert!(code.len() > 30);
    for secret in [SECRET, code, "eyJ"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_shown_to_who_asks_for_them_and_open_nothing_afterwards() {
    let house = House::open().await;
    let person = Person::of(&house, &[Password, Sms]).await;
    let shown = Try { show_tokens: true, scope: Some("openid phone".to_owned()), ..wanted("rp") };
    let Trial { said, ended, .. } = attempt(&house, &shown, person).await;
    assert_eq!(ended, Ok(()));
    assert!(!said.contains(SECRET));
    let token = lines(&said, "access_token").next().unwrap().split_whitespace().nth(1).unwrap();
    assert!(token.starts_with("eyJ"));
    assert_eq!(house.userinfo(token).await.status.as_u16(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_to_change() {
    let house = House::open().await;
    let denies = Person { decision: "deny", ..Person::of(&house, &[Password, Sms]).await };
    let denied = attempt(&house, &wanted("third"), denies).await.ended.unwrap_err();
    assert!(
        denied.contains("access_denied (the person said no)") && denied.contains("first_party"),
        "{denied}"
    );

    let person = Person::of(&house, &[Password, Sms]).await;
    let foreign = attempt(&house, &Try { insurer: "aoba".parse().ok(), ..wanted("far") }, person).await;
    assert!(foreign.said.contains("! aoba is passed over: the client serves minato"), "{}", foreign.said);
    let foreign = foreign.ended.unwrap_err();
    assert!(foreign.contains("access_denied") && foreign.contains("(minato)"), "{foreign}");

    let person = Person::of(&house, &[Password, Sms]).await;
    let silent = Try { prompt: Some("none".to_owned()), ..wanted("third") };
    let silent = attempt(&house, &silent, person).await.ended.unwrap_err();
    assert!(silent.contains("consent_required") && silent.contains("start again without"), "{silent}");

    let person = Person::of(&house, &[Password, Sms]).await;
    let without = Try { scope: Some("profile hotel offline_access".to_owned()), ..wanted("rp") };
    let Trial { said, ended, .. } = attempt(&house, &without, person).await;
    for doubt in ["invalid_scope will come back", "hotel is no scope here", "offline_access falls away"] {
        assert!(said.contains(doubt), "{doubt}: {said}");
    }
    assert!(ended.unwrap_err().contains("invalid_scope"));
}

#[tokio::test(flavor = "multi_thread")]
async fn assurance_that_the_person_cannot_reach_is_said_to_be_missing() {
    let house = House::open().await;
    let mut strict: Registration = registration("strict");
    strict.min_acr = "urn:sekisho:acr:pr".parse().ok();
    let all = registrations().into_iter().chain([strict]).collect();
    apply(&house.state, all, &mut house.state.cx()).await.unwrap();
    let person = Person::of(&house, &[Password]).await;
    let asked = Try { acr: Some("urn:sekisho:acr:pr gold".to_owned()), ..wanted("strict") };
    let Trial { said, ended, .. } = attempt(&house, &asked, person).await;
    assert!(lines(&said, "accepts").any(|line| line.contains("urn:sekisho:acr:pr")));
    assert!(said.contains("! gold is no assurance here"), "{said}");
    let ended = ended.unwrap_err();
    assert!(ended.contains("unmet_authentication_requirements"), "{ended}");
    assert!(ended.contains("min_acr is urn:sekisho:acr:pr") && ended.contains("/account"), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_said_to_be_wrong_before_anybody_signs_in() {
    let house = House::open().await;
    let person = Person { secret: "another", ..Person::of(&house, &[Password, Sms]).await };
    let Trial { said, ended, .. } = attempt(&house, &wanted("rp"), person).await;
    assert!(!said.contains("/authorize?") && !said.contains("another"), "{said}");
    let ended = ended.unwrap_err();
    assert!(ended.contains("invalid_client") && ended.contains("rotate-secret rp"), "{ended}");

    let person = Person { secret: "never asked for", ..Person::of(&house, &[Password, Sms]).await };
    let given = Try { secret: Some(SECRET.into()), ..wanted("post") };
    assert_eq!(attempt(&house, &given, person).await.ended, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_request_is_refused_as_a_client_must() {
    let house = House::open().await;
    let mut other = house.member(&[Password, Sms]).await;
    let theirs = other.get(&house, &crate::house::authorize(&[])).await;
    let theirs: &'static str = Box::leak(theirs.location().unwrap().to_owned().into_boxed_str());
    let person = Person { first: Some(theirs), ..Person::of(&house, &[Password, Sms]).await };
    let ended = attempt(&house, &wanted("rp"), person).await.ended.unwrap_err();
    assert!(ended.contains("belongs to another request"), "{ended}");

    let person =
        Person { first: Some("https://id.example.jp/login"), ..Person::of(&house, &[Password, Sms]).await };
    let Trial { said, ended, .. } = attempt(&house, &wanted("rp"), person).await;
    assert!(said.contains(&format!("it begins with {CALLBACK}")) && ended.is_ok(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_signs_is_tried_with_its_key() {
    let house = House::open().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    let pem = |key: &sekisho_domain::jose::SigningKey| {
        use base64::Engine as _;
        let der = base64::engine::general_purpose::STANDARD.encode(key.to_pkcs8().unwrap());
        format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n")
    };
    let asked = Try { key: Some(file.clone()), ..wanted("keyed") };
    let other = sekisho_domain::jose::SigningKey::generate(sekisho_domain::jose::Alg::Es256).unwrap();
    std::fs::write(&file, pem(&other)).unwrap();
    let person = Person::of(&house, &[Password, Sms]).await;
    let ended = attempt(&house, &asked, person).await.ended.unwrap_err();
    assert!(ended.contains("key.pem") && ended.contains("Its public half, for jwks"), "{ended}");

    std::fs::write(&file, pem(&KEY)).unwrap();
    let person = Person::of(&house, &[Password, Sms]).await;
    let Trial { said, ended, .. } = attempt(&house, &asked, person).await;
    assert_eq!(ended, Ok(()), "{said}");
    let person = Person::of(&house, &[Password, Sms]).await;
    let without = attempt(&house, &wanted("keyed"), person).await.ended.unwrap_err();
    assert!(without.contains("--key"), "{without}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_on_a_loopback_address_is_listened_for() {
    let house = House::open().await;
    let person = Person::of(&house, &[Password, Sms]).await;
    let Trial { said, ended, address } = attempt(&house, &wanted("app"), person).await;
    assert_eq!(ended, Ok(()), "{said}");
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    assert!(said.contains("a public client") && !said.contains("Introspection"), "{said}");

    let taken = Try { port: Some(1), ..wanted("rp") };
    let person = Person::of(&house, &[Password, Sms]).await;
    assert!(attempt(&house, &taken, person).await.ended.unwrap_err().contains("loopback redirect URI"));
}

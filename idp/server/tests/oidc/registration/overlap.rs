//! Secrets that change while many ask for tokens: with an overlap nobody is turned away, and after it the old one is none.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use secrecy::ExposeSecret as _;
use sekisho_domain::oidc::client::{Registration, Secret, SecretDigest};
use sekisho_idp::flows::clients::apply;
use sekisho_idp::flows::registration::{finish, rotate};
use serde_json::json;

use super::desk::{Desk, invited, text};
use crate::house::{House, SECRET};

const NEW: &str = "another-secret-of-two-hundred-and-fifty-six-";
const ASK: &str = "grant_type=client_credentials&resource=https%3A%2F%2Fapi.example.jp";

/// How many ask at once.
const CALLERS: usize = 24;
/// How many answers of each round are waited for.
const ROUND: usize = 120;

/// Many that ask for tokens by a secret, until they are told to stop.
struct Callers {
    stop: Arc<AtomicBool>,
    answers: Arc<AtomicUsize>,
    tasks: Vec<tokio::task::JoinHandle<Vec<u16>>>,
}

impl Callers {
    fn start(house: &House, client: &str, secret: &str, ask: &'static str) -> Self {
        let (stop, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let tasks = (0..CALLERS)
            .map(|_| {
                let (house, client, secret) = (house.clone(), client.to_owned(), secret.to_owned());
                let (stop, answers) = (Arc::clone(&stop), Arc::clone(&answers));
                tokio::spawn(async move {
                    let mut statuses = Vec::new();
                    while !stop.load(Ordering::Relaxed) {
                        statuses.push(house.token((&client, &secret), ask).await.status.as_u16());
                        answers.fetch_add(1, Ordering::Relaxed);
                        tokio::task::yield_now().await;
                    }
                    statuses
                })
            })
            .collect();
        Self { stop, answers, tasks }
    }

    /// Waits until so many more have been answered.
    async fn go_on(&self) {
        let enough = self.answers.load(Ordering::Relaxed) + ROUND;
        while self.answers.load(Ordering::Relaxed) < enough {
            tokio::task::yield_now().await;
        }
    }

    async fn end(self) -> Vec<u16> {
        self.stop.store(true, Ordering::Relaxed);
        let mut statuses = Vec::new();
        for task in self.tasks {
            statuses.extend(task.await.unwrap());
        }
        statuses
    }
}

async fn set(house: &House, secret: Secret) {
    let wanted: Vec<Registration> = crate::house::registrations()
        .into_iter()
        .filter(|client| client.id.as_str() == "caller")
        .map(|client| Registration { secret_sha256: Some(secret.clone()), ..client })
        .collect();
    let plan = apply(&house.state, wanted.clone(), &mut house.state.cx()).await.unwrap();
    assert_eq!(plan.changed.len(), 1);
    assert!(apply(&house.state, wanted, &mut house.state.cx()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_the_file_changes_under_load_and_nobody_is_turned_away() {
    let [nodes, _] = House::pairs().await;
    let house = &nodes[0];
    let (old, new) = (SecretDigest::of(&SECRET.into()), SecretDigest::of(&NEW.into()));
    let before = Callers::start(house, "caller", SECRET, ASK);
    before.go_on().await;
    set(house, Secret::Changing([old, new])).await;
    let after = Callers::start(&nodes[1], "caller", NEW, ASK);
    after.go_on().await;
    before.go_on().await;
    let statuses = before.end().await;
    assert!(statuses.len() >= 2 * ROUND && statuses.iter().all(|status| *status == 200), "{statuses:?}");
    set(house, Secret::One(new)).await;
    for node in &nodes {
        assert_eq!(node.token(("caller", SECRET), ASK).await.status.as_u16(), 401, "the old one is none");
    }
    after.go_on().await;
    let statuses = after.end().await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_a_client_that_registered_changes_under_load_as_well() {
    const OWN: &str = "grant_type=client_credentials";
    let desk = Desk::open().await;
    let (house, state) = (&desk.house, &desk.house.state);
    let token = invited(house, &json!({ "client_credentials": true }), 1).await;
    let asked = json!({ "redirect_uris": [], "grant_types": ["client_credentials"], "response_types": [] });
    let told = desk.register_with(&token, &asked).await.json();
    let (name, first) = (text(&told, "client_id"), text(&told, "client_secret"));
    let id = name.parse().unwrap();
    let before = Callers::start(house, name, first, OWN);
    before.go_on().await;
    let second = rotate(state, &id, &mut state.cx()).await.unwrap().unwrap();
    let after = Callers::start(house, name, second.expose_secret(), OWN);
    after.go_on().await;
    before.go_on().await;
    let statuses = before.end().await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert!(finish(state, &id, &mut state.cx()).await.unwrap());
    assert!(!finish(state, &id, &mut state.cx()).await.unwrap());
    assert_eq!(house.token((name, first), OWN).await.status.as_u16(), 401);
    after.go_on().await;
    assert!(after.end().await.iter().all(|status| *status == 200));
    assert!(rotate(state, &"nobody".parse().unwrap(), &mut state.cx()).await.unwrap().is_none());
}

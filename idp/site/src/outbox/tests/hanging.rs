//! Hundreds of targets that never answer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sekisho_base::Timestamp;
use serde_json::{Value, json};

use super::fakes::{House, Running, eventually, mail};
use crate::outbox::{
    Call, CallSender, Failure, Intent, Lane, Outgoing, Render, RenderError, Senders, Worker,
};

/// Answers as `well.…`, hangs as anybody else.
#[derive(Default)]
struct Targets {
    hanging: AtomicUsize,
    most: AtomicUsize,
    answered: Mutex<usize>,
}

#[async_trait]
impl CallSender for Targets {
    async fn call(&self, call: &Call) -> Result<(), Failure> {
        if call.url.host_str() == Some("well.example.jp") {
            *self.answered.lock().unwrap() += 1;
            return Ok(());
        }
        let hanging = self.hanging.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(hanging, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(30)).await;
        self.hanging.fetch_sub(1, Ordering::SeqCst);
        Err(Failure::Later("no answer in time".to_owned()))
    }
}

struct Calls;

impl Render for Calls {
    fn render(&self, kind: &str, payload: &Value, _: Timestamp) -> Result<Outgoing, RenderError> {
        if kind == "mail" {
            return Ok(Outgoing::Mail(mail("123456")));
        }
        let host = payload["host"].as_str().unwrap();
        let url = format!("https://{host}/logout").parse().unwrap();
        Ok(Outgoing::Call(Call { url, form: Vec::new() }))
    }
}

async fn call(house: &House, host: String) {
    let payload = json!({ "host": host });
    house.put_intent(Intent { kind: "call", payload, target: host, ..house.intent(Lane::Call, 600) }).await;
}

#[tokio::test]
async fn ss_09_five_hundred_targets_that_hang_delay_nobody_else() {
    for house in House::both().await {
        let targets = Arc::new(Targets::default());
        let senders = Senders {
            mail: Arc::clone(&house.mail) as _,
            sms: Arc::clone(&house.sms) as _,
            call: Arc::clone(&targets) as _,
        };
        let clock = Arc::new(house.clock.clone());
        let (db, ring) = (house.trial.db.clone(), house.ring.clone());
        let _worker = Running::start(Worker::new(db, ring, clock, Arc::new(Calls), senders));
        let answered = |times: usize| {
            let targets = Arc::clone(&targets);
            move || *targets.answered.lock().unwrap() == times
        };
        call(&house, "well.example.jp".to_owned()).await;
        eventually(answered(1), "the one that answers is told").await;
        for number in 0..500 {
            call(&house, format!("slow-{number}.example.jp")).await;
        }
        let room = Lane::Call.width() - Lane::Call.kept();
        eventually(|| targets.hanging.load(Ordering::SeqCst) == room, "all room is taken").await;
        let waited = async {
            for times in 2..=20 {
                call(&house, "well.example.jp".to_owned()).await;
                eventually(answered(times), "the one that answers is told again").await;
            }
            house.put(Lane::Mail, 600).await;
            eventually(|| house.mail.delivered() == 1, "mail leaves").await;
        };
        tokio::time::timeout(Duration::from_secs(10), waited).await.expect("none of it waits for the others");
        assert_eq!(targets.most.load(Ordering::SeqCst), room, "no more than that are on their way at once");
    }
}

//! Two gateways: what the first does not take, the second is given at once, under the same key.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Failure, Sms, SmsGateway};
use crate::breaker::{Breaker, Change};
use crate::clock::Clock;

/// So many failures in a row, and a gateway is passed over for a while. With an answer waited for five seconds it takes
/// ten at most to find out that one is dead (F-10).
const FAILURES: u32 = 2;
/// How long it is passed over before one message tries it again.
const PAUSE: Duration = Duration::from_secs(30);

/// A gateway, and how it fared.
struct Gate {
    name: &'static str,
    gateway: Arc<dyn SmsGateway>,
    breaker: Breaker,
}

/// Hands a message to the first gateway, and to the second where the first does not take it or is known to be away.
///
/// One call asks each gateway once at most. Both know the message by the same key, so that a gateway that took it without
/// saying so sends it once however often it is asked. Where both took it, the person reads the same code twice.
pub struct Failover {
    gates: Vec<Gate>,
    clock: Arc<dyn Clock>,
}

impl Failover {
    /// The first gateway and, where there is one, the second.
    pub fn new(
        first: Arc<dyn SmsGateway>,
        second: Option<Arc<dyn SmsGateway>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let gate = |(name, gateway)| Gate { name, gateway, breaker: Breaker::new(FAILURES, PAUSE) };
        let gates = [("first", first)].into_iter().chain(second.map(|second| ("second", second)));
        Self { gates: gates.map(gate).collect(), clock }
    }

    /// What a gateway answered; nothing when it was passed over.
    async fn through(&self, gate: &Gate, sms: &Sms, key: &str) -> Option<Result<(), Failure>> {
        let admitted = gate.breaker.admit(self.clock.now()).ok()?;
        let outcome = gate.asked(sms, key).await;
        gate.tell(match &outcome {
            Err(Failure::Later(_)) => admitted.failed(self.clock.now()),
            // A gateway that refuses a message is there.
            Ok(()) | Err(Failure::Refused(_) | Failure::Hopeless(_)) => admitted.succeeded(),
        });
        Some(outcome)
    }
}

#[async_trait]
impl SmsGateway for Failover {
    async fn send(&self, sms: &Sms, key: &str) -> Result<(), Failure> {
        let mut worst = None;
        for gate in &self.gates {
            match self.through(gate, sms, key).await {
                None => {}
                Some(Ok(())) => return Ok(()),
                Some(Err(failure)) => worst = Some(hopeful(worst, failure)),
            }
        }
        match (worst, self.gates.first()) {
            (Some(failure), _) => Err(failure),
            // All are thought to be away. Waiting costs nobody anything then, and the first may be back.
            (None, Some(gate)) => gate.asked(sms, key).await,
            (None, None) => Err(Failure::Hopeless("there is no gateway".to_owned())),
        }
    }
}

impl Gate {
    async fn asked(&self, sms: &Sms, key: &str) -> Result<(), Failure> {
        let outcome = self.gateway.send(sms, key).await;
        let word = match &outcome {
            Ok(()) => "taken",
            Err(Failure::Later(_)) => "away",
            Err(Failure::Refused(_) | Failure::Hopeless(_)) => "refused",
        };
        metrics::counter!("sms_gateway_tries_total", "gateway" => self.name, "outcome" => word).increment(1);
        outcome.map_err(|failure| match failure {
            Failure::Later(reason) => Failure::Later(self.named(&reason)),
            Failure::Refused(reason) => Failure::Refused(self.named(&reason)),
            Failure::Hopeless(reason) => Failure::Hopeless(self.named(&reason)),
        })
    }

    fn named(&self, reason: &str) -> String {
        format!("{} gateway: {reason}", self.name)
    }

    fn tell(&self, change: Change) {
        let gateway = self.name;
        let open = match change {
            Change::None => return,
            Change::Opened => {
                tracing::error!(gateway, "an SMS gateway is away: nothing is given to it for a while");
                1.0
            }
            Change::Closed => {
                tracing::info!(gateway, "an SMS gateway is back");
                0.0
            }
        };
        metrics::gauge!("sms_gateway_away", "gateway" => gateway).set(open);
    }
}

/// Of two failures the one that leaves more hope: it decides whether the message is tried again.
fn hopeful(before: Option<Failure>, failure: Failure) -> Failure {
    let hope = |failure: &Failure| match failure {
        Failure::Later(_) => 2,
        Failure::Refused(_) => 1,
        Failure::Hopeless(_) => 0,
    };
    before.filter(|before| hope(before) > hope(&failure)).unwrap_or(failure)
}

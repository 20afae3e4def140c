//! How mails leave: the outbox's worker with this portal's letters. It sends nothing but mail.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use sekisho_base::Table;
use sekisho_portal_kit::front::{House, Insurer};
use sekisho_site::mail::{SmtpConfig, SmtpError, SmtpTransport};
use sekisho_site::outbox::{Call, CallSender, Failure, Senders, Sms, SmsGateway, Worker};

use super::letter::{Letters, Writer};

/// The worker that sends the mails of a house by `mail`; `addresses` says whom each insurer's mails come from.
///
/// # Errors
/// When no mail can be sent that way.
pub fn worker(
    house: &House,
    mail: &SmtpConfig,
    addresses: &BTreeMap<String, String>,
    words: Table,
) -> Result<Worker, SmtpError> {
    let sections = &house.sections;
    let senders = Senders {
        mail: Arc::new(SmtpTransport::new(mail, &sections.outbound)?),
        sms: Arc::new(Nowhere),
        call: Arc::new(Nowhere),
    };
    let writers = sections.insurers.iter().filter_map(|(code, insurer)| {
        addresses.get(code).map(|address| (code.clone(), writer(insurer, address)))
    });
    let public_url = sections.server.public_url.clone();
    let letters = Arc::new(Letters { words, writers: writers.collect(), public_url });
    let clock = Arc::clone(&house.door.clock);
    Ok(Worker::new(house.db.clone(), house.ring.clone(), clock, letters, senders))
}

fn writer(insurer: &Insurer, address: &str) -> Writer {
    let names = [insurer.name.ja.clone(), insurer.name.en.clone()];
    Writer { names, address: address.to_owned(), phone: insurer.phone.clone() }
}

/// The ways out that this portal does not have. Nothing it writes takes them.
struct Nowhere;

#[async_trait]
impl SmsGateway for Nowhere {
    async fn send(&self, _: &Sms, _: &str) -> Result<(), Failure> {
        Err(Failure::Hopeless("this portal sends no text messages".to_owned()))
    }
}

#[async_trait]
impl CallSender for Nowhere {
    async fn call(&self, _: &Call) -> Result<(), Failure> {
        Err(Failure::Hopeless("this portal calls nobody".to_owned()))
    }
}

//! Where everything that is mailed or sent by SMS arrives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sekisho_base::Timestamp;
use sekisho_site::mail::{Mail, MailTransport};
use sekisho_site::outbox::{Failure, Sms, SmsGateway};

use crate::browser::ORIGIN;

/// What was delivered, oldest first: address, subject, text.
#[derive(Clone, Default)]
pub struct LetterBox(Arc<Mutex<Vec<(String, String, String)>>>);

impl LetterBox {
    fn put(&self, to: &str, subject: &str, text: &str) {
        self.0.lock().unwrap().push((to.to_owned(), subject.to_owned(), text.to_owned()));
    }

    /// Everything that was delivered to somebody: subject and text.
    pub fn all_to(&self, to: &str) -> Vec<(String, String)> {
        let all = self.0.lock().unwrap();
        all.iter()
            .filter(|(name, ..)| name == to)
            .map(|(_, subject, text)| (subject.clone(), text.clone()))
            .collect()
    }

    /// Everybody something was delivered to.
    pub fn everybody(&self) -> Vec<String> {
        let all = self.0.lock().unwrap();
        let mut names: Vec<String> = all.iter().map(|(name, ..)| name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Waits for the `count`th message to somebody.
    pub async fn wait(&self, to: &str, count: usize) -> (String, String) {
        for _ in 0..1_000 {
            if let Some(found) = self.all_to(to).into_iter().nth(count - 1) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {count} messages were delivered to {to}", self.all_to(to).len());
    }

    /// The code in the `count`th message to somebody: the first run of digits in its text.
    pub async fn code(&self, to: &str, count: usize) -> String {
        let (_, text) = self.wait(to, count).await;
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
    }

    /// The path of the link in the `count`th message to somebody.
    pub async fn link(&self, to: &str, count: usize) -> String {
        let (_, text) = self.wait(to, count).await;
        let after = text.split(ORIGIN).find(|part| part.starts_with("/link/")).unwrap();
        after.split_whitespace().next().unwrap().to_owned()
    }
}

#[async_trait]
impl MailTransport for LetterBox {
    async fn send(&self, mail: &Mail, _message_id: &str, _now: Timestamp) -> Result<(), Failure> {
        self.put(&mail.to, &mail.subject, &mail.text);
        Ok(())
    }
}

#[async_trait]
impl SmsGateway for LetterBox {
    async fn send(&self, sms: &Sms, _key: &str) -> Result<(), Failure> {
        self.put(&sms.to, "", &sms.text);
        Ok(())
    }
}

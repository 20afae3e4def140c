//! How much is asked for at once.

use serde::Deserialize;

/// How much one source, number or address may ask for. Beyond it people are asked to wait; nobody is locked out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Throttle {
    /// Passwords tried from one source in ten minutes, on devices that their owners never used.
    pub sign_ins_per_source: u32,
    /// The same at one insurer, from anywhere.
    pub sign_ins_per_insurer: u32,
    /// Refused sign-ins from one source in ten minutes that raise the alarm.
    pub alarm_per_source: u32,
    /// Refused sign-ins at one insurer in a minute that raise the alarm.
    pub alarm_per_insurer: u32,
    /// Registrations begun from one source in an hour.
    pub sign_ups_per_source: u32,
    /// How long a number is sent no other code after one that nobody typed, in seconds.
    pub sms_pause_seconds: u64,
    /// Codes by SMS to one number in an hour, of those that nobody typed.
    pub sms_per_number: u32,
    /// Codes by SMS to one number in 24 hours, typed or not.
    pub sms_per_number_per_day: u32,
    /// Codes by SMS that one account asks for in an hour.
    pub sms_per_account: u32,
    /// Codes by SMS that one source asks for in an hour.
    pub sms_per_source: u32,
    /// Mails to one address in an hour.
    pub mails_per_address: u32,
    /// Inquiries from one source in an hour.
    pub inquiries_per_source: u32,
    /// Clients that one source tries to register in an hour.
    pub registrations_per_source: u32,
    /// Wrong tries in a row before a factor rests.
    pub failures_per_factor: u32,
    /// Claims on one symbol and number before they rest, for 15 minutes at first and an hour at most.
    pub claims_per_record: u32,
    /// Claims on member records from one source in an hour.
    pub claims_per_source: u32,
    /// Claims on the member records of one insurer in a minute, from anywhere.
    pub claims_per_insurer: u32,
    /// How long a refused sign-in takes at least, in milliseconds: longer than any of the work behind it.
    pub refusal_milliseconds: u64,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            sign_ins_per_source: 60,
            sign_ins_per_insurer: 6_000,
            alarm_per_source: 40,
            alarm_per_insurer: 120,
            sign_ups_per_source: 60,
            sms_pause_seconds: 60,
            sms_per_number: 5,
            sms_per_number_per_day: 20,
            sms_per_account: 20,
            sms_per_source: 60,
            mails_per_address: 10,
            inquiries_per_source: 10,
            registrations_per_source: 60,
            failures_per_factor: 10,
            claims_per_record: 10,
            claims_per_source: 60,
            claims_per_insurer: 300,
            refusal_milliseconds: 250,
        }
    }
}

impl Throttle {
    /// How long a refused sign-in takes at least.
    pub const fn refusal(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.refusal_milliseconds)
    }
}

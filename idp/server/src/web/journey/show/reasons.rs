//! Why an answer was not enough, as sentences.

use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use jiff::civil::Date;
use sekisho_base::{Language, Timestamp, era};
use sekisho_domain::factor::passkey::Refused;
use sekisho_domain::journey::{Reason, Refusal};
use sekisho_site::page::{FieldError, Shell};

use crate::web::page::Frame;
use crate::web::view;

/// The sentences of a page's refusals, in the reader's language.
pub fn errors(shell: &Shell<'_>, frame: &Frame<'_>, refusals: &[Refusal]) -> Vec<FieldError> {
    told(shell, frame, refusals, view::Medium::Mail)
}

/// The same where a code was asked for, which came by `medium`.
pub fn told(
    shell: &Shell<'_>,
    frame: &Frame<'_>,
    refusals: &[Refusal],
    medium: view::Medium,
) -> Vec<FieldError> {
    refusals
        .iter()
        .map(|refusal| {
            // What comes from a device has no field that one could go to.
            let field = refusal.field.as_deref().filter(|field| *field != "passkey").unwrap_or_default();
            let message = match &refusal.reason {
                Reason::CodeWrong { left } if medium == view::Medium::Sms => {
                    shell.fill("error.code_wrong_sms", "left", left)
                }
                Reason::CodeUsed if medium == view::Medium::App => shell.say("error.app_used").to_owned(),
                reason => sentence(shell, frame, field, reason),
            };
            FieldError::new(field, message)
        })
        .collect()
}

/// A page that asks somebody to wait says so to programs too, and for how long (RFC 6585 §4).
pub fn waiting(mut response: Response, refusals: &[Refusal], now: Timestamp) -> Response {
    let until = refusals.iter().find_map(|refusal| match refusal.reason {
        Reason::Wait { until } => Some(until),
        _ => None,
    });
    if let Some(until) = until {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let seconds = HeaderValue::from(until.since(now).as_secs().max(1));
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

/// A day as people read it.
pub fn date(language: Language, date: Date) -> String {
    era::day(date, language)
}

fn sentence(shell: &Shell<'_>, frame: &Frame<'_>, field: &str, reason: &Reason) -> String {
    let say = |key: &str| shell.say(key).to_owned();
    let fill = |key: &str, name: &str, value: String| shell.fill(key, name, value);
    let language = frame.language;
    match reason {
        Reason::Empty => {
            let key = if field == "factor" { "error.choose" } else { "error.empty" };
            fill(key, "item", view::item(&shell.speech, field))
        }
        Reason::EmailShape => say("error.email_shape"),
        Reason::EmailAtRisk => say("error.email_at_risk"),
        Reason::EmailOwn => say("error.email_own"),
        Reason::EmailDiffers => say("error.email_again"),
        Reason::PasswordDiffers => say("error.password_again"),
        Reason::PasswordWrong => say("error.password_wrong"),
        Reason::LoginIdShape => say("error.login_id_shape"),
        Reason::LoginIdShort { least } => fill("error.login_id_short", "least", least.to_string()),
        Reason::LoginIdLong { most } => fill("error.login_id_long", "most", most.to_string()),
        Reason::LoginIdAddress => say("error.login_id_address"),
        Reason::LoginIdTaken => say("error.login_id_taken"),
        Reason::NicknameLong { most } => fill("error.nickname_long", "most", most.to_string()),
        Reason::InsurerUnknown => say("error.insurer_code"),
        Reason::MarksShape => say("error.marks_shape"),
        Reason::BranchNeeded => say("error.branch_needed"),
        Reason::Temporary => say("error.temporary"),
        Reason::KeyWrong { left } => fill("error.key_wrong", "left", left.to_string()),
        Reason::ProofWrong { left } => fill("error.proof_wrong", "left", left.to_string()),
        Reason::PasswordShort { least } => fill("error.password_short", "least", least.to_string()),
        Reason::PasswordLong { most } => fill("error.password_long", "most", most.to_string()),
        Reason::PasswordKnown => say("error.password_known"),
        Reason::PasswordKinds => say("error.password_kinds"),
        Reason::SignIn => say("error.sign_in"),
        Reason::CodeWrong { left } => fill("error.code_wrong", "left", left.to_string()),
        Reason::CodeOld => say("error.code_old"),
        Reason::CodeUsed => say("error.code_used"),
        Reason::CodeSpent { tries } => fill("error.code_spent", "tries", tries.to_string()),
        Reason::RecoveryCodeWrong => say("error.recovery_code_wrong"),
        Reason::AppWrong => say("error.app_wrong"),
        Reason::Passkey(refused) => say(passkey_key(*refused)),
        Reason::PasskeyMissing => say("error.passkey_missing"),
        Reason::ResendEarly { seconds } => fill("error.resend_early", "seconds", seconds.to_string()),
        Reason::SmsRests { until } => {
            // The clock shows minutes: whoever comes back when it shows this one is not too early.
            let until = *until + Duration::from_secs(59);
            let until = era::near(until, frame.state.door.clock.now(), language);
            fill("error.sms_rests", "until", until)
        }
        Reason::PhoneShape => say("error.phone_shape"),
        Reason::PhoneNoSms => say("error.phone_no_sms"),
        Reason::DateShape => say("error.date_shape"),
        Reason::KanaShape => say("error.kana_shape"),
        Reason::NoMatch => say("error.no_match"),
        Reason::NoMatchLast => fill("error.no_match_last", "phone", office_phone(frame)),
        Reason::CoverEnded { on } => fill("error.cover_ended", "on", date(language, *on)),
        Reason::CoverAhead { on } => fill("error.cover_ahead", "on", date(language, *on)),
        Reason::Enrolled => say("error.enrolled"),
        Reason::NotAccepted { document } => fill("error.not_accepted", "document", title(frame, document)),
        Reason::MessageLong { most } => fill("error.message_long", "most", most.to_string()),
        Reason::MyNumber => say("error.my_number"),
        Reason::Wait { until } => fill("error.wait", "until", era::clock(*until)),
        Reason::Unavailable if frame.insurer.is_none() => say("error.unavailable"),
        Reason::Unavailable => fill("error.unavailable_office", "phone", office_phone(frame)),
        Reason::StartAgain => say("error.start_again"),
    }
}

const fn passkey_key(refused: Refused) -> &'static str {
    match refused {
        Refused::Old => "error.passkey_old",
        Refused::Unknown => "error.passkey_unknown",
        Refused::Unverified => "error.passkey_unverified",
        Refused::Cloned => "error.passkey_cloned",
        Refused::Faulty => "error.passkey_faulty",
    }
}

fn office_phone(frame: &Frame<'_>) -> String {
    frame.insurer.map(|insurer| insurer.office.phone.clone()).unwrap_or_default()
}

fn title(frame: &Frame<'_>, document: &str) -> String {
    frame
        .insurer
        .and_then(|insurer| insurer.document(document))
        .map(|document| document.title.get(frame.language).to_owned())
        .unwrap_or_default()
}

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
    let key = match reason {
        Reason::Empty if field == "factor" => "error.choose",
        Reason::Unavailable if frame.insurer.is_some() => "error.unavailable_office",
        _ => key(reason),
    };
    match reason {
        Reason::Empty => shell.fill(key, "item", view::item(&shell.speech, field)),
        reason => match value(frame, reason) {
            Some((name, value)) => shell.fill(key, name, value),
            None => shell.say(key).to_owned(),
        },
    }
}

/// What a sentence names, and the name that stands for it.
fn value(frame: &Frame<'_>, reason: &Reason) -> Option<(&'static str, String)> {
    Some(match reason {
        Reason::LoginIdShort { least } | Reason::PasswordShort { least } => ("least", least.to_string()),
        Reason::LoginIdLong { most }
        | Reason::NicknameLong { most }
        | Reason::PasswordLong { most }
        | Reason::MessageLong { most } => ("most", most.to_string()),
        Reason::KeyWrong { left } | Reason::ProofWrong { left } | Reason::CodeWrong { left } => {
            ("left", left.to_string())
        }
        Reason::CodeSpent { tries } => ("tries", tries.to_string()),
        Reason::ResendEarly { seconds } => ("seconds", seconds.to_string()),
        Reason::SmsRests { until } => ("until", rested(frame, *until)),
        Reason::Wait { until } => ("until", era::clock(*until)),
        Reason::CoverEnded { on } | Reason::CoverAhead { on } => ("on", date(frame.language, *on)),
        Reason::NotAccepted { document } => ("document", title(frame, document)),
        Reason::NoMatchLast | Reason::Unavailable => ("phone", office_phone(frame)),
        _ => return None,
    })
}

/// When something may be asked for again. The clock shows minutes: whoever comes back when it shows this one is not too
/// early.
fn rested(frame: &Frame<'_>, until: Timestamp) -> String {
    era::near(until + Duration::from_secs(59), frame.state.door.clock.now(), frame.language)
}

/// The key of a sentence.
const fn key(reason: &Reason) -> &'static str {
    match reason {
        Reason::Empty => "error.empty",
        Reason::EmailShape => "error.email_shape",
        Reason::EmailAtRisk => "error.email_at_risk",
        Reason::EmailOwn => "error.email_own",
        Reason::EmailDiffers => "error.email_again",
        Reason::PasswordDiffers => "error.password_again",
        Reason::PasswordWrong => "error.password_wrong",
        Reason::LoginIdShape => "error.login_id_shape",
        Reason::LoginIdAddress => "error.login_id_address",
        Reason::LoginIdTaken => "error.login_id_taken",
        Reason::InsurerUnknown => "error.insurer_code",
        Reason::MarksShape => "error.marks_shape",
        Reason::BranchNeeded => "error.branch_needed",
        Reason::Temporary => "error.temporary",
        Reason::PasswordKnown => "error.password_known",
        Reason::PasswordKinds => "error.password_kinds",
        Reason::SignIn => "error.sign_in",
        Reason::CodeOld => "error.code_old",
        Reason::CodeUsed => "error.code_used",
        Reason::RecoveryCodeWrong => "error.recovery_code_wrong",
        Reason::AppWrong => "error.app_wrong",
        Reason::PasskeyMissing => "error.passkey_missing",
        Reason::PhoneShape => "error.phone_shape",
        Reason::PhoneNoSms => "error.phone_no_sms",
        Reason::DateShape => "error.date_shape",
        Reason::KanaShape => "error.kana_shape",
        Reason::NoMatch => "error.no_match",
        Reason::Enrolled => "error.enrolled",
        Reason::MyNumber => "error.my_number",
        Reason::StartAgain => "error.start_again",
        Reason::LoginIdShort { .. } => "error.login_id_short",
        Reason::LoginIdLong { .. } => "error.login_id_long",
        Reason::NicknameLong { .. } => "error.nickname_long",
        Reason::KeyWrong { .. } => "error.key_wrong",
        Reason::ProofWrong { .. } => "error.proof_wrong",
        Reason::PasswordShort { .. } => "error.password_short",
        Reason::PasswordLong { .. } => "error.password_long",
        Reason::CodeWrong { .. } => "error.code_wrong",
        Reason::CodeSpent { .. } => "error.code_spent",
        Reason::Passkey(refused) => passkey_key(*refused),
        Reason::ResendEarly { .. } => "error.resend_early",
        Reason::SmsRests { .. } => "error.sms_rests",
        Reason::NoMatchLast => "error.no_match_last",
        Reason::CoverEnded { .. } => "error.cover_ended",
        Reason::CoverAhead { .. } => "error.cover_ahead",
        Reason::NotAccepted { .. } => "error.not_accepted",
        Reason::MessageLong { .. } => "error.message_long",
        Reason::Wait { .. } => "error.wait",
        Reason::Unavailable => "error.unavailable",
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

//! What each claim means, in words.

use sekisho_base::{Language, Timestamp, era};
use sekisho_domain::oidc::authorize::Claim;
use serde_json::Value;

/// A value on one line: text as it is, everything else as JSON.
pub fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The same, with the moment that a number of seconds stands for.
pub fn shown_at(name: &str, value: &Value) -> String {
    match (name, value.as_i64()) {
        ("exp" | "iat" | "auth_time" | "updated_at", Some(seconds)) => {
            format!("{seconds} ({})", era::moment(Timestamp::from_seconds(seconds), Language::En))
        }
        _ => shown(value),
    }
}

/// A member of an ID token's header.
pub fn header(name: &str) -> &'static str {
    match name {
        "alg" => "how it is signed: id_token_signed_response_alg of the registration; accept no other",
        "kid" => "which key of jwks_uri signed it; read jwks_uri again when it is unknown",
        "typ" => "what kind of token it is",
        _ => "nothing that a client must look at",
    }
}

/// A claim of the ID token (OpenID Connect Core §2).
pub fn of_id_token(name: &str, value: &Value) -> String {
    let fixed = match name {
        "iss" => "who says so; checked: it is the issuer that was asked",
        "sub" => {
            "the person, as this client knows them: keep iss and sub together, never an address or a name"
        }
        "aud" => "for whom it is; checked: it is this client",
        "exp" => "until when it may be accepted; it is read once, so no session depends on it",
        "iat" => "when it was made",
        "auth_time" => "when the person last showed a first factor; what max_age is judged by",
        "nonce" => "checked: it is the one that was sent",
        "acr" => return acr(&shown(value)),
        "amr" => return amr(value),
        "sid" => "the session at the issuer: a logout token names it when that ends",
        _ => "asked for by name in the claims parameter",
    };
    fixed.to_owned()
}

fn acr(value: &str) -> String {
    let meaning = match value {
        "urn:sekisho:acr:pr" => "a passkey or a card: cannot be phished",
        "urn:sekisho:acr:2f" => "two factors",
        "urn:sekisho:acr:1f" => "one factor",
        _ => "an assurance that is not ours",
    };
    format!("how sure the sign-in is: {meaning}")
}

/// RFC 8176 §2, as far as it is used here.
fn amr(value: &Value) -> String {
    let words = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let meanings: Vec<&str> = words
        .map(|word| match word {
            "pwd" => "a password",
            "pop" => "a key that was proven to be held (a passkey)",
            "user" => "somebody was there",
            "sc" => "a card",
            "otp" => "a code from an app",
            "sms" => "a code by SMS",
            "mfa" => "more than one of them",
            _ => "something else",
        })
        .collect();
    format!("what was shown: {}", meanings.join(", "))
}

/// A member of an introspection answer (RFC 7662 §2.2).
pub fn of_introspection(name: &str) -> &'static str {
    match name {
        "active" => "whether it opens anything now; false says nothing else",
        "aud" => "for whom it is: this service, or the resource servers that were asked for",
        "client_id" => "to whom it was given",
        "scope" => "what it covers",
        "exp" => "until when",
        _ => "as in the token itself",
    }
}

/// A claim at userinfo: which scope releases it, and what it is.
pub fn of_userinfo(name: &str) -> (&'static str, &'static str) {
    if let Ok(claim) = name.parse::<Claim>() {
        return (claim.scope().as_str(), about(name));
    }
    let (top, _) = name.split_once('.').unwrap_or((name, ""));
    match top {
        "sub" => ("openid", "the same as in the ID token; checked"),
        "iss" | "aud" => ("openid", "said because this answer is signed"),
        "insurer" => ("insurance", "whose member the person is"),
        "membership" => ("insurance", membership(name)),
        "household" => ("insurance", "who else this account may see or act for"),
        "opt_ins" => ("insurance", "what the person wishes to be told of"),
        _ => ("openid", "a claim that this command does not know"),
    }
}

fn about(name: &str) -> &'static str {
    match name {
        "name" | "family_name" | "given_name" | "middle_name" => "as the insurer writes it",
        "name#ja-Kana-JP" | "family_name#ja-Kana-JP" | "given_name#ja-Kana-JP" => "in kana",
        "nickname" => "what they want to be called",
        "preferred_username" => "what they sign in with; it may change, so nobody is known by it",
        "birthdate" | "gender" => "as on record",
        "locale" => "the language chosen here",
        "zoneinfo" => "the time of the insurer's days",
        "updated_at" => "when the record was last changed",
        "email_verified" | "phone_number_verified" => {
            "whether it was proven to be theirs; only then is it told at all"
        }
        "email" | "phone_number" => {
            "proven to be theirs; it may change hands later, so nobody is known by it"
        }
        "address" => "as on record, unless it is hidden",
        _ => "as the office tells it",
    }
}

fn membership(name: &str) -> &'static str {
    match name.split_once('.').map_or("", |(_, member)| member) {
        "person_key" => "the insurer's key for the person: what records are joined by",
        "symbol" | "number" | "branch" => "記号, 番号, 枝番, as the insurer writes them",
        "relationship" => "self for the insured, dependent for family members",
        "acquired_on" | "lost_on" => "the first day of cover, and the first day without",
        "burden" | "burden_from" => "the share of costs in tenths, and from when",
        "insured_name" => "whose family member this is",
        "address" => "as on record, unless it is hidden",
        _ => "as the insurer's record has it",
    }
}

//! What relying parties are told when something is refused.

use std::fmt;

/// A registered error code. Each names where it is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, malformed or repeated (RFC 6749 §4.1.2.1, §5.2).
    InvalidRequest,
    /// The client may not use this way (RFC 6749 §4.1.2.1).
    UnauthorizedClient,
    /// The person, or a rule about them, says no (RFC 6749 §4.1.2.1).
    AccessDenied,
    /// Another response type than `code` (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
    /// The scope is missing `openid` or malformed (RFC 6749 §4.1.2.1).
    InvalidScope,
    /// Something failed here (RFC 6749 §4.1.2.1).
    ServerError,
    /// Too busy for the moment (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable,
    /// The client could not be authenticated (RFC 6749 §5.2).
    InvalidClient,
    /// The code or token is wrong, spent, expired or another's (RFC 6749 §5.2).
    InvalidGrant,
    /// Another grant type than those offered (RFC 6749 §5.2).
    UnsupportedGrantType,
    /// `prompt=none`, but the person would have to sign in (OpenID Connect Core §3.1.2.6).
    LoginRequired,
    /// `prompt=none`, but the person would have to consent (OpenID Connect Core §3.1.2.6).
    ConsentRequired,
    /// `request` is not offered (OpenID Connect Core §3.1.2.6).
    RequestNotSupported,
    /// `request_uri` is not offered (OpenID Connect Core §3.1.2.6).
    RequestUriNotSupported,
    /// `registration` is not offered (OpenID Connect Core §3.1.2.6).
    RegistrationNotSupported,
    /// The assurance asked for cannot be reached (Unmet Authentication Requirements 1.0 §2).
    UnmetAuthenticationRequirements,
    /// The resource asked for is not ours to issue tokens for (RFC 8707 §2).
    InvalidTarget,
    /// The access token is missing, wrong or dead (RFC 6750 §3.1).
    InvalidToken,
    /// The access token does not cover this (RFC 6750 §3.1).
    InsufficientScope,
}

impl ErrorCode {
    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }

    /// An error of this code with a sentence for the client's developer.
    pub const fn because(self, description: &'static str) -> Error {
        Error { code: self, description }
    }
}

/// A refusal on the wire.
///
/// The description is fixed text in the characters that RFC 6749 §5.2 allows: it never repeats what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// What software acts upon.
    pub code: ErrorCode,
    /// What a developer reads.
    pub description: &'static str,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.description)
    }
}

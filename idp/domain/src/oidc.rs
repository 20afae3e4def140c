//! OpenID Connect and OAuth 2: the rules of the protocol, without its transport.
//!
//! What must stay true: a value that exists is valid (a [`client::Client`] passed registration, an
//! [`authorize::Callback`] is an address that its client registered); descriptions of errors never repeat what
//! was sent; what is not offered is refused with the registered error and absent from [`discovery`].

pub mod access_token;
pub mod authorize;
pub mod client;
pub mod code;
pub mod discovery;
pub mod error;
pub mod grant;
pub mod id_token;
pub mod introspection;
pub mod issuer;
pub mod logout;
pub mod logout_token;
pub mod params;
pub mod refresh;
pub mod scope;
pub mod subject;
pub mod token;
pub mod userinfo;

use std::time::Duration;

/// How long a code lives (design §6.2).
pub const CODE_LIFETIME: Duration = Duration::from_mins(1);
/// How long an access token lives (design §6.2).
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_mins(5);
/// How long an ID token may be accepted; a client looks at it once, when it arrives.
pub const ID_TOKEN_LIFETIME: Duration = Duration::from_mins(5);
/// How long a request waits for the person to sign in (design §6.2).
pub const REQUEST_LIFETIME: Duration = Duration::from_mins(15);

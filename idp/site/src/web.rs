//! What each request meets before a page is made, and each answer before it leaves: cookies, form tokens, the origin
//! check, security headers, the language, the client's address, a request number.
//!
//! What must stay true: nothing here trusts `Host` or a forwarded header of a peer that is not a configured proxy, and
//! nothing logs a query, a header or a raw path.

mod address;
mod cookies;
mod csp;
mod edge;
mod form_token;
mod headers;
mod language;
mod origin;
mod request_id;

pub use address::{ClientAddr, Proxies, ProxyError, client_address};
pub use cookies::{CookieValue, Cookies};
pub use csp::Csp;
pub use edge::{Arrival, Edge};
pub use form_token::FormTokens;
pub use headers::Security;
pub use language::language;
pub use origin::{from_here, origin_of};
pub use request_id::RequestId;

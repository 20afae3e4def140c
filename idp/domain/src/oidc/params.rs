//! The parameters of a request, read once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Longer requests are refused unread: what we carry sealed through a sign-in must fit into an address.
const LONGEST: usize = 8 * 1024;

/// The one parameter that may stand several times (RFC 8707 §2).
const REPEATABLE: &str = "resource";

/// Why parameters cannot be read. Nobody is redirected for such a request: nothing in it can be relied upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// A parameter stands twice (RFC 6749 §3.1).
    #[error("a parameter is repeated")]
    Repeated,
    /// A value is not UTF-8 once its escapes are undone, or holds a NUL.
    #[error("a parameter is not text")]
    NotText,
    /// The request is longer than any real one.
    #[error("the request is too long")]
    TooLong,
}

/// Parameters by name. An empty value is an absent one (RFC 6749 §3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Params {
    single: BTreeMap<String, String>,
    resources: Vec<String>,
}

impl Params {
    /// Reads `application/x-www-form-urlencoded` text: a query or a form. Escapes are undone exactly once.
    pub fn parse(form: &str) -> Result<Self, ParamsError> {
        if form.len() > LONGEST {
            return Err(ParamsError::TooLong);
        }
        let mut params = Self::default();
        for pair in form.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (Self::decode(name)?, Self::decode(value)?);
            if name == REPEATABLE {
                params.resources.extend((!value.is_empty()).then_some(value));
            } else if params.single.insert(name, value).is_some() {
                return Err(ParamsError::Repeated);
            }
        }
        params.single.retain(|_, value| !value.is_empty());
        Ok(params)
    }

    /// The value of `name`, unless absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.single.get(name).map(String::as_str)
    }

    /// All values of `resource`.
    pub fn resources(&self) -> &[String] {
        &self.resources
    }

    /// The parameters as a query again, for an address of our own.
    pub fn to_query(&self) -> String {
        let resources = self.resources.iter().map(|resource| (REPEATABLE, resource));
        let single = self.single.iter().map(|(name, value)| (name.as_str(), value));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(single.chain(resources)).finish()
    }

    /// Only the named parameters, so that what nobody understands is not carried about.
    #[must_use]
    pub fn only(mut self, names: &[&str]) -> Self {
        self.single.retain(|name, _| names.contains(&name.as_str()));
        self
    }

    /// Undoes form encoding (`+` and `%XX`); a broken escape stands for itself, as browsers read it.
    pub(super) fn decode(text: &str) -> Result<String, ParamsError> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            match (first, after) {
                (b'+', _) => bytes.push(b' '),
                (b'%', [high, low, beyond @ ..]) => match (hex(*high), hex(*low)) {
                    (Some(high), Some(low)) => {
                        bytes.push(high << 4 | low);
                        rest = beyond;
                    }
                    _ => bytes.push(first),
                },
                _ => bytes.push(first),
            }
        }
        String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or(ParamsError::NotText)
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_once_and_empty_is_absent() {
        let params = Params::parse("a=1+2&b=%E9%96%A2&c=&d&e=%2525&f=%zz&&g=x=y").unwrap();
        assert_eq!(params.get("a"), Some("1 2"));
        assert_eq!(params.get("b"), Some("関"));
        assert_eq!((params.get("c"), params.get("d"), params.get("h")), (None, None, None));
        assert_eq!(params.get("e"), Some("%25"));
        assert_eq!(params.get("f"), Some("%zz"));
        assert_eq!(params.get("g"), Some("x=y"));
    }

    #[test]
    fn ru_06_a_repeated_parameter_spoils_the_request() {
        let cases =
            ["state=a&state=b", "state=a&state=", "client_id=a&client%5Fid=b", "x=1&x=1", "code=a&code=a"];
        for form in cases {
            assert_eq!(Params::parse(form), Err(ParamsError::Repeated), "{form}");
        }
        assert_eq!(
            Params::parse("b=%C3%A4+x&a=&resource=r%26").unwrap().to_query(),
            "b=%C3%A4+x&resource=r%26"
        );
        let resources = Params::parse("resource=https://a.example&resource=https://b.example").unwrap();
        assert_eq!(resources.resources(), ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn xs_06_what_is_not_text_is_refused() {
        for form in ["a=%00", "a=%ff%fe", "a=%C3%28", "%00=a"] {
            assert_eq!(Params::parse(form), Err(ParamsError::NotText), "{form}");
        }
    }

    #[test]
    fn az_20_half_a_megabyte_is_refused_unread() {
        assert_eq!(Params::parse(&format!("claims={}", "[".repeat(500_000))), Err(ParamsError::TooLong));
    }
}

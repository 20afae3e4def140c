//! Addresses as they are written into an envelope.

/// An address that cannot be written into an envelope. It is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address that can be sent to")]
pub struct AddressError;

/// Local part and domain of an address.
///
/// Japanese carriers gave out addresses that RFC 5321 does not allow, such as `taro..yamada@` and `taro.@`. They are
/// taken as they are; refused is what could end the envelope's line or add a recipient.
///
/// # Errors
/// [`AddressError`] for anything but printable ASCII without spaces, quotes, brackets and the like.
pub fn split(address: &str) -> Result<(&str, &str), AddressError> {
    let (local, domain) = address.rsplit_once('@').ok_or(AddressError)?;
    let lengths = (1..=64).contains(&local.len()) && (1..=253).contains(&domain.len());
    let local_fits =
        local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte));
    let domain_fits = domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    if lengths && local_fits && domain_fits { Ok((local, domain)) } else { Err(AddressError) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carrier_addresses_are_taken_as_they_are() {
        for (address, expected) in [
            ("hanako@example.jp", ("hanako", "example.jp")),
            ("taro..yamada@carrier.example.jp", ("taro..yamada", "carrier.example.jp")),
            ("taro.@carrier.example.jp", ("taro.", "carrier.example.jp")),
            (".t/a?r+o@example.jp", (".t/a?r+o", "example.jp")),
        ] {
            assert_eq!(split(address), Ok(expected));
        }
    }

    #[test]
    fn rc_09_what_could_add_a_recipient_or_a_header_is_refused() {
        for address in [
            "a@b.jp\r\nBcc: x@y.jp",
            "a@b.jp, x@y.jp",
            "a@b.jp>",
            "<a@b.jp",
            "a b@c.jp",
            "a@b@c.jp",
            "\"a\"@b.jp",
            "ａ@b.jp",
            "a@",
            "@b.jp",
            "a@b..jp",
            "a@-b.jp",
            "a\u{0}@b.jp",
            "a",
        ] {
            assert_eq!(split(address), Err(AddressError), "{address:?}");
        }
        assert_eq!(split(&format!("{}@b.jp", "a".repeat(10_000))), Err(AddressError));
    }
}

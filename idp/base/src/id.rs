//! Typed ids: a `UUIDv7` behind a prefix that says what it names.

use std::fmt;

/// A text that is not an id of the expected type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError {
    /// The prefix that was expected, without the underscore.
    pub expected: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an id of the form {}_…", self.expected)
    }
}

impl std::error::Error for IdError {}

/// Declares an id type: `id!(/// An account. AccountId, "acc");`
///
/// It prints and parses as `acc_<32 hexadecimal digits>`, sorts by the time it was made, and is drawn from a [`crate::Cx`].
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::private::uuid::Uuid);

        impl $name {
            /// A new id of this moment.
            pub fn draw(cx: &mut $crate::Cx) -> Self {
                let millis = u64::try_from(cx.now.micros() / 1_000).unwrap_or(0);
                let random = cx.bytes::<10>();
                Self($crate::private::uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The id's sixteen bytes, for places that hold no text.
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.into_bytes()
            }

            /// The id of sixteen bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self($crate::private::uuid::Uuid::from_bytes(bytes))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::IdError;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|digits| digits.len() == 32)
                    .and_then(|digits| $crate::private::uuid::Uuid::try_parse(digits).ok())
                    .map(Self)
                    .ok_or($crate::IdError { expected: $prefix })
            }
        }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as $crate::private::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err($crate::private::serde::de::Error::custom)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::{Cx, Timestamp};

    crate::id!(
        /// Something for this test.
        ThingId,
        "thg"
    );

    #[test]
    fn an_id_prints_parses_and_refuses_other_prefixes() {
        let mut cx = Cx::seeded(Timestamp::from_seconds(1_000), 3);
        let id = ThingId::draw(&mut cx);
        assert_eq!(id.to_string().parse::<ThingId>().unwrap(), id);
        assert_eq!(ThingId::from_bytes(id.to_bytes()), id);
        assert!(id.to_string().starts_with("thg_"));
        assert!(id.to_string().replace("thg", "acc").parse::<ThingId>().is_err());
        assert!("thg_12".parse::<ThingId>().is_err());
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let earlier = ThingId::draw(&mut Cx::seeded(Timestamp::from_seconds(1_000), 9));
        let later = ThingId::draw(&mut Cx::seeded(Timestamp::from_seconds(1_001), 1));
        assert!(earlier < later);
    }
}

//! The values a statement carries: four kinds, as the columns are.

use sekisho_base::{Digest, Timestamp};

/// A value bound to a placeholder. Null has a kind too: `PostgreSQL` asks which.
#[derive(Clone)]
pub enum Value {
    /// For a `text` column.
    Text(Option<String>),
    /// For a `bigint` column.
    Integer(Option<i64>),
    /// For a `boolean` column.
    Boolean(Option<bool>),
    /// For a `bytea` column.
    Bytes(Option<Vec<u8>>),
}

/// A type that a column can hold, and which null stands for its absence.
pub trait Storable: Into<Value> {
    /// The null of this type's kind.
    const NULL: Value;
}

macro_rules! storable {
    ($($type:ty => $kind:ident, |$value:ident| $convert:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                Self::$kind(Some($convert))
            }
        }

        impl Storable for $type {
            const NULL: Value = Value::$kind(None);
        }
    )*};
}

storable! {
    String => Text, |value| value;
    &str => Text, |value| value.to_owned();
    &String => Text, |value| value.clone();
    i64 => Integer, |value| value;
    i32 => Integer, |value| i64::from(value);
    u32 => Integer, |value| i64::from(value);
    Timestamp => Integer, |value| value.micros();
    bool => Boolean, |value| value;
    Vec<u8> => Bytes, |value| value;
    &[u8] => Bytes, |value| value.to_vec();
    &Vec<u8> => Bytes, |value| value.clone();
    Digest => Bytes, |value| value.as_bytes().to_vec();
    &Digest => Bytes, |value| value.as_bytes().to_vec();
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}

impl<const N: usize> Storable for [u8; N] {
    const NULL: Value = Value::Bytes(None);
}

impl<T: Storable> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(T::NULL, Into::into)
    }
}

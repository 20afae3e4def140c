//! Deserialises the merged tree: a text of the environment becomes the type that is asked for, and a fault knows its
//! key but no value.

use std::collections::btree_map;
use std::fmt;
use std::vec;

use serde::de::value::{MapAccessDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::node::Node;

/// What does not fit, and where.
#[derive(Debug)]
pub(super) struct Fault {
    /// The keys, innermost first.
    pub(super) path: Vec<String>,
    /// The variable of the environment, when the value came from there.
    pub(super) variable: Option<String>,
    pub(super) message: String,
}

impl Fault {
    fn new(message: String) -> Self {
        Self { path: Vec::new(), variable: None, message }
    }

    fn under(mut self, key: String) -> Self {
        self.path.push(key);
        self
    }

    fn told_by(mut self, variable: Option<String>) -> Self {
        self.variable = self.variable.or(variable);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }
}

impl Node {
    fn variable(&self) -> Option<String> {
        match self {
            Self::Text { variable, .. } => Some(variable.clone()),
            _ => None,
        }
    }
}

/// A number or truth value: parsed from a text of the environment, taken as it is from a file.
macro_rules! parsed {
    ($($method:ident => $visit:ident: $type:ty, $name:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self {
                Self::Text { text, variable } => match text.trim().parse::<$type>() {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => Err(Fault::new(concat!("expected ", $name).to_owned())),
                }
                .map_err(|fault| fault.told_by(Some(variable))),
                other => other.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let variable = self.variable();
        match self {
            Self::Table(table) => visitor.visit_map(Entries { entries: table.into_iter(), value: None }),
            Self::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), place: 0 }),
            Self::Text { text, .. } | Self::Value(toml::Value::String(text)) => visitor.visit_string(text),
            Self::Value(toml::Value::Integer(value)) => visitor.visit_i64(value),
            Self::Value(toml::Value::Float(value)) => visitor.visit_f64(value),
            Self::Value(toml::Value::Boolean(value)) => visitor.visit_bool(value),
            // Dates are read as their text; tables and arrays were taken apart when the tree was made.
            Self::Value(other) => visitor.visit_string(other.to_string()),
        }
        .map_err(|fault| fault.told_by(variable))
    }

    parsed! {
        deserialize_bool => visit_bool: bool, "true or false";
        deserialize_i8 => visit_i64: i64, "a whole number";
        deserialize_i16 => visit_i64: i64, "a whole number";
        deserialize_i32 => visit_i64: i64, "a whole number";
        deserialize_i64 => visit_i64: i64, "a whole number";
        deserialize_u8 => visit_u64: u64, "a whole number";
        deserialize_u16 => visit_u64: u64, "a whole number";
        deserialize_u32 => visit_u64: u64, "a whole number";
        deserialize_u64 => visit_u64: u64, "a whole number";
        deserialize_f32 => visit_f64: f64, "a number";
        deserialize_f64 => visit_f64: f64, "a number";
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    /// A text of the environment is a list by its commas.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let Self::Text { text, variable } = self else { return self.deserialize_any(visitor) };
        let item = |part: &str| Self::Text { text: part.to_owned(), variable: variable.clone() };
        let items: Vec<Self> =
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(item).collect();
        visitor.visit_seq(Items { items: items.into_iter(), place: 0 })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let variable = self.variable();
        match self {
            Self::Text { text, .. } | Self::Value(toml::Value::String(text)) => {
                let text: StringDeserializer<Fault> = text.into_deserializer();
                visitor.visit_enum(text)
            }
            Self::Table(table) => {
                let entries = Entries { entries: table.into_iter(), value: None };
                MapAccessDeserializer::new(entries).deserialize_enum(name, variants, visitor)
            }
            _ => Err(Fault::new(format!("expected one of {}", variants.join(", ")))),
        }
        .map_err(|fault| fault.told_by(variable))
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

struct Entries {
    entries: btree_map::IntoIter<String, Node>,
    value: Option<(String, Node)>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, node)) = self.entries.next() else { return Ok(None) };
        let name: StrDeserializer<'_, Fault> = key.as_str().into_deserializer();
        let known = seed.deserialize(name).map_err(|fault| fault.told_by(node.variable()))?;
        self.value = Some((key, node));
        Ok(Some(known))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, node) = self.value.take().unwrap_or_default();
        let variable = node.variable();
        seed.deserialize(node).map_err(|fault| fault.under(key).told_by(variable))
    }
}

struct Items {
    items: vec::IntoIter<Node>,
    place: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        self.place += 1;
        let place = self.place;
        self.items
            .next()
            .map(|item| seed.deserialize(item).map_err(|fault| fault.under(format!("item {place}"))))
            .transpose()
    }
}

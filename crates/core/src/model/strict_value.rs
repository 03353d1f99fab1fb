//! A strict deserializer for the JSON of leaves: a structure must be an object, and an enum value must be a
//! string.
//!
//! `serde_json` itself accepts a list for a structure, and `{"inbound": null}` for the enum value `inbound`. The OpenAPI
//! document allows neither form, and the gateway would return such input in another form.

use serde::{
    Deserializer,
    de::{
        Error as _, IntoDeserializer, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Value};

/// A JSON value that is deserialized strictly.
#[derive(Clone, Copy)]
pub struct StrictValue<'de> {
    value: &'de Value,
    /// The names of the object's members that the deserializer skips.
    without: &'static [&'static str],
}

impl<'de> StrictValue<'de> {
    pub fn new(value: &'de Value) -> Self {
        Self { value, without: &[] }
    }

    pub fn without(value: &'de Value, members: &'static [&'static str]) -> Self {
        Self { value, without: members }
    }

    fn type_mismatch<V: Visitor<'de>>(self, expected: &str) -> Result<V::Value, Error> {
        let given = match self.value {
            Value::Null => Unexpected::Unit,
            Value::Bool(flag) => Unexpected::Bool(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Unexpected::Signed(whole),
                None => Unexpected::Float(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Err(Error::invalid_type(given, &expected))
    }
}

impl<'de> IntoDeserializer<'de, Error> for StrictValue<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for StrictValue<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.iter().map(StrictValue::new));
                let read = visitor.visit_seq(&mut items)?;
                items.end().map(|()| read)
            }
            Value::Object(members) => {
                let rest = members.iter().filter(|(name, _)| !self.without.contains(&name.as_str()));
                let mut members =
                    MapDeserializer::new(rest.map(|(name, value)| (name.as_str(), StrictValue::new(value))));
                let read = visitor.visit_map(&mut members)?;
                members.end().map(|()| read)
            }
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.value.is_object() {
            self.deserialize_any(visitor)
        } else {
            self.type_mismatch::<V>("an object")
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_object() {
            self.deserialize_any(visitor)
        } else {
            self.type_mismatch::<V>("an object")
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::String(word) => visitor.visit_enum(StrDeserializer::new(word)),
            _ => self.type_mismatch::<V>("a string"),
        }
    }

    /// Accepts `2.0` as a whole number, as JSON Schema does.
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value.as_f64() {
            Some(number) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) => {
                visitor.visit_u32(number as u32)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct identifier ignored_any
    }
}

//! Codecs for fields that share one vendor value.

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    model::Leaf,
    rule::{Codec, Domain, Encoded, Refusal, Translation, document_path::items},
};

/// Builds a codec for the first item of a list that the vendor stores as one string. A write preserves the
/// other items, except those that equal the new first item.
pub fn first_item<T: Leaf>(separator: &'static str, item: impl Codec<T>) -> impl Codec<T> {
    FirstItem { separator, item }
}

struct FirstItem<C> {
    separator: &'static str,
    item: C,
}

impl<T: Leaf, C: Codec<T>> Codec<T> for FirstItem<C> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let Encoded { wire, loss } = self.item.encode(value, with)?;
        let others = with.held.as_str().map(|text| items(text, self.separator)).unwrap_or_default();
        let given = wire.as_str().unwrap_or_default();
        let others = others.into_iter().skip(1).filter(|item| *item != given);
        let all: Vec<_> = std::iter::once(given).chain(others).collect();
        Ok(Encoded { wire: json!(all.join(self.separator)), loss })
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T> {
        let first =
            wire.as_str().and_then(|text| items(text, self.separator).first().map(|item| json!(item)));
        self.item.decode(first.as_ref().unwrap_or(wire), facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.as_str().map_or(wire.is_null(), |text| items(text, self.separator).is_empty())
    }
    fn domain(&self) -> Domain {
        self.item.domain()
    }
    fn conversion(&self) -> Option<String> {
        self.item.conversion()
    }
}

/// Builds a codec for the items after the first item of a list that the vendor stores as one string. A write
/// preserves the first item. If the vendor's list has no first item, the value is reported as unsupported.
pub fn other_items<T: Leaf>(separator: &'static str, items: impl Codec<Vec<T>>) -> impl Codec<Vec<T>> {
    OtherItems { separator, items }
}

struct OtherItems<C> {
    separator: &'static str,
    items: C,
}

impl<T: Leaf, C: Codec<Vec<T>>> Codec<Vec<T>> for OtherItems<C> {
    fn encode(&self, value: &Vec<T>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let Encoded { wire, loss } = self.items.encode(value, with)?;
        let held = with.held.as_str().unwrap_or_default();
        let Some(first) = items(held, self.separator).into_iter().next() else {
            return Err(Refusal::Unsupported(
                "the vendor accepts further items only after a first item.".to_owned(),
            ));
        };
        let given = wire.as_array().into_iter().flatten().filter_map(Value::as_str);
        let all: Vec<_> = std::iter::once(first).chain(given).collect();
        Ok(Encoded { wire: json!(all.join(self.separator)), loss })
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<Vec<T>> {
        let others =
            wire.as_str().map(|text| json!(items(text, self.separator).get(1..).unwrap_or_default()));
        self.items.decode(others.as_ref().unwrap_or(wire), facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.as_str().map_or(wire.is_null(), |text| items(text, self.separator).len() < 2)
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        let first = items(held.as_str()?, self.separator).into_iter().next().unwrap_or_default();
        Some(json!(first))
    }
    fn domain(&self) -> Domain {
        self.items.domain()
    }
    fn conversion(&self) -> Option<String> {
        self.items.conversion()
    }
}

/// Builds a codec for a vendor value in which the string `wire` has a meaning for another field. The codec reads `wire`
/// as no value. If a value would be written as `wire`, the codec reports the value as unsupported.
pub fn besides<T: Leaf>(wire: &'static str, codec: impl Codec<T>) -> impl Codec<T> {
    Besides { wire, codec }
}

struct Besides<C> {
    wire: &'static str,
    codec: C,
}

impl<T: Leaf, C: Codec<T>> Codec<T> for Besides<C> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let encoded = self.codec.encode(value, with)?;
        match encoded.wire == self.wire {
            true => {
                Err(Refusal::Unsupported(format!("{:?} stands for something else at the vendor.", self.wire)))
            }
            false => Ok(encoded),
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T> {
        self.codec.decode(wire, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire == self.wire || self.codec.lacks(wire)
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        Some(if held == self.wire { held.clone() } else { Value::Null })
    }
    fn domain(&self) -> Domain {
        self.codec.domain()
    }
    fn conversion(&self) -> Option<String> {
        self.codec.conversion()
    }
}

/// Builds a codec for a choice of two values, at a path that another field shares. `stated` is written as `wire`.
/// Any other wire value is read as `other`. Writing `other` removes `wire`, and keeps any other wire value.
pub fn reserved_value<T: Leaf>(wire: &'static str, stated: T, other: T) -> impl Codec<T> {
    ReservedValue { wire, stated, other }
}

struct ReservedValue<T> {
    wire: &'static str,
    stated: T,
    other: T,
}

impl<T: Leaf> Codec<T> for ReservedValue<T> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value {
            value if *value == self.stated => Ok(json!(self.wire).into()),
            value if *value == self.other => Ok(self.without(with.held).into()),
            _ => Err(Refusal::Unsupported("the vendor has no such choice.".to_owned())),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        Some(if wire == self.wire { self.stated.clone() } else { self.other.clone() })
    }
    fn lacks(&self, _: &Value) -> bool {
        false
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        Some(self.without(held))
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: vec![json!(self.stated), json!(self.other)] }
    }
    fn conversion(&self) -> Option<String> {
        Some(format!("{} as {:?}", json!(self.stated), self.wire))
    }
}

impl<T> ReservedValue<T> {
    fn without(&self, held: &Value) -> Value {
        if held == self.wire { Value::Null } else { held.clone() }
    }
}

/// A codec for a choice of two values, which depends on whether the vendor value of another field is present.
pub(crate) struct Presence<T> {
    /// The normalized field to which the vendor value belongs.
    pub field: &'static str,
    /// The explanation that precedes the reason in reports.
    pub why: &'static str,
    pub present: T,
    pub absent: T,
    /// The wire value that stands for absence: null, or another value such as `""` if the vendor does not use null
    /// here.
    pub off: Value,
}

impl<T: Leaf> Codec<T> for Presence<T> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let is_absent = with.held.is_null() || *with.held == self.off;
        match *value == self.present {
            true if is_absent => {
                Err(Refusal::Unsupported(format!("{} {} has no value.", self.why, self.field)))
            }
            true => Ok(with.held.clone().into()),
            false => Ok(self.off.clone().into()),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        Some(if *wire == self.off { self.absent.clone() } else { self.present.clone() })
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: vec![json!(self.present), json!(self.absent)] }
    }
}

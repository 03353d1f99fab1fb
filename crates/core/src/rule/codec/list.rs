//! Codecs for lists and maps.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    model::Leaf,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict},
};

/// Builds a codec for a list. The codec `items` converts each item.
pub fn list<T: Leaf>(items: impl Codec<T>) -> impl Codec<Vec<T>> {
    List(items)
}

struct List<C>(C);

impl<T: Leaf, C: Codec<T>> Codec<Vec<T>> for List<C> {
    fn encode(&self, value: &Vec<T>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let mut wires = Vec::with_capacity(value.len());
        let (mut sent, mut whys) = (Vec::with_capacity(value.len()), Vec::new());
        for item in value {
            let encoded = self.0.encode(item, with)?;
            wires.push(encoded.wire);
            match encoded.loss {
                Some(loss) => {
                    sent.push(loss.sent);
                    whys.push(loss.why);
                }
                None => sent.push(json!(item)),
            }
        }
        whys.dedup();
        let loss = (!whys.is_empty()).then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(sent),
            why: whys.join(" "),
        });
        Ok(Encoded { wire: Value::Array(wires), loss })
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<Vec<T>> {
        wire.as_array()?.iter().map(|item| self.0.decode(item, facts)).collect()
    }
    fn domain(&self) -> Domain {
        Domain::List { items: Box::new(self.0.domain()), max_items: None }
    }
    fn conversion(&self) -> Option<String> {
        self.0.conversion()
    }
}

/// Builds a codec for a list at a vendor that stores a single item. An empty list is written as null. A list
/// with several items is reported as unsupported.
pub fn single<T: Leaf>(item: impl Codec<T>) -> impl Codec<Vec<T>> {
    Single(item)
}

struct Single<C>(C);

impl<T: Leaf, C: Codec<T>> Codec<Vec<T>> for Single<C> {
    fn encode(&self, value: &Vec<T>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value.as_slice() {
            [] => Ok(Value::Null.into()),
            [one] => self.0.encode(one, with),
            _ => Err(Refusal::Unsupported("the vendor accepts only one item.".to_owned())),
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<Vec<T>> {
        self.0.decode(wire, facts).map(|one| vec![one])
    }
    fn domain(&self) -> Domain {
        Domain::List { items: Box::new(self.0.domain()), max_items: Some(1) }
    }
    fn conversion(&self) -> Option<String> {
        self.0.conversion()
    }
}

/// Builds a codec that writes a list as one string with separators, for a vendor without lists. The codec removes
/// spaces around an item and reports this. It refuses an item that is empty or contains the separator.
pub fn joined(separator: &'static str) -> impl Codec<Vec<String>> {
    Joined(separator)
}

struct Joined(&'static str);

impl Codec<Vec<String>> for Joined {
    fn encode(&self, value: &Vec<String>, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let Self(separator) = self;
        if let Some(item) = value.iter().find(|item| item.contains(separator)) {
            return Err(Refusal::Refused(format!(
                "{item:?} contains {separator:?}, which separates items at the vendor."
            )));
        }
        match value.iter().any(|item| item.trim().is_empty()) {
            true => {
                Err(Refusal::Refused("the vendor cannot distinguish an empty item from none.".to_owned()))
            }
            false => {
                let items: Vec<&str> = value.iter().map(|item| item.trim()).collect();
                let loss = (items != *value).then(|| Loss {
                    verdict: Verdict::Substituted,
                    sent: json!(items),
                    why: "The vendor does not distinguish spaces around an item from spaces around the separator.".to_owned(),
                });
                Ok(Encoded { wire: json!(items.join(separator)), loss })
            }
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<String>> {
        let text = wire.as_str()?;
        Some(text.split(self.0).map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
    }
    fn domain(&self) -> Domain {
        Domain::List { items: Box::new(Domain::Text { max_length: None }), max_items: None }
    }
    fn conversion(&self) -> Option<String> {
        Some(format!("one text, separated by {:?}", self.0))
    }
}

/// Builds a codec for a map of strings. The codec reads an empty list as an empty map, because PHP encodes
/// empty maps as lists.
pub fn map() -> impl Codec<BTreeMap<String, String>> {
    TextMap
}

struct TextMap;

impl Codec<BTreeMap<String, String>> for TextMap {
    fn encode(&self, value: &BTreeMap<String, String>, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(json!(value).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<BTreeMap<String, String>> {
        match wire {
            Value::Array(items) if items.is_empty() => Some(BTreeMap::new()),
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| crate::rule::scalar(value).map(|text| (key.clone(), text)))
                .collect(),
            _ => None,
        }
    }
}

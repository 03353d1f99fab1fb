//! A codec for a flag that a vendor stores as an item of a list.

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict},
};

/// Builds a codec for a flag that is true if the vendor's list has `item`. It is used in a
/// [`facet`](crate::rule::facet()), and a write preserves the other items. `otherwise` is the list that the vendor uses
/// if none is sent. If the item only resembles the flag in meaning, `substitute` explains the difference in reports for
/// the value true.
pub fn has_item(
    item: &'static str,
    otherwise: &'static [&'static str],
    substitute: Option<&'static str>,
) -> impl Codec<bool> {
    HasItem { item, otherwise, substitute }
}

struct HasItem {
    item: &'static str,
    otherwise: &'static [&'static str],
    substitute: Option<&'static str>,
}

impl Codec<bool> for HasItem {
    fn encode(&self, value: &bool, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let held = with.held.as_array().cloned();
        let mut list = held.unwrap_or_else(|| self.otherwise.iter().map(|item| json!(item)).collect());
        match list.iter().any(|item| item == self.item) {
            false if *value => list.push(json!(self.item)),
            true if !value => list.retain(|item| item != self.item),
            _ => {}
        }
        let loss = self.substitute.filter(|_| *value).map(|why| Loss {
            verdict: Verdict::Substituted,
            sent: json!(true),
            why: why.to_owned(),
        });
        Ok(Encoded { wire: Value::Array(list), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<bool> {
        Some(wire.as_array()?.iter().any(|item| item == self.item))
    }
    fn domain(&self) -> Domain {
        match self.substitute {
            None => Domain::Flag,
            Some(_) => Domain::Choice { values: vec![json!(false)] },
        }
    }
}

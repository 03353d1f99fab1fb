//! Codecs for closed sets of values, in the vendor's spelling.

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    model::Leaf,
    rule::{Codec, Domain, Encoded, Refusal, Translation, decode::truth},
};

/// Builds a codec for a boolean. The codec also reads 0 and 1, and strings such as `"0"` and `"true"`.
pub fn flag() -> impl Codec<bool> {
    Flag
}

struct Flag;

impl Codec<bool> for Flag {
    fn encode(&self, value: &bool, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(json!(value).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<bool> {
        truth(wire)
    }
    fn domain(&self) -> Domain {
        Domain::Flag
    }
}

/// Builds a codec for a closed set from (normalized, wire) pairs. The codec reports any other value as unsupported.
pub fn one_of<T: Leaf>(pairs: &'static [(T, &'static str)]) -> impl Codec<T> {
    OneOf(pairs)
}

struct OneOf<T: 'static>(&'static [(T, &'static str)]);

impl<T: Leaf> Codec<T> for OneOf<T> {
    fn encode(&self, value: &T, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match self.0.iter().find(|(known, _)| known == value) {
            Some((_, wire)) => Ok(json!(wire).into()),
            None => {
                let known: Vec<_> = self.0.iter().map(|(value, _)| json!(value).to_string()).collect();
                Err(Refusal::Unsupported(format!("the vendor takes {}.", known.join(", "))))
            }
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        self.0.iter().find(|(_, known)| wire == known).map(|(value, _)| value.clone())
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: self.0.iter().map(|(value, _)| json!(value)).collect() }
    }
    fn conversion(&self) -> Option<String> {
        let spelled = self.0.iter().filter(|(value, wire)| json!(value) != json!(wire));
        let pairs: Vec<_> = spelled.map(|(value, wire)| format!("{} as {wire:?}", json!(value))).collect();
        (!pairs.is_empty()).then(|| pairs.join(", "))
    }
}

/// A codec for a string field. The model allows any string, but the vendor accepts only a closed set.
pub struct Words {
    words: &'static [&'static str],
    refuses: bool,
}

/// Builds a codec for a string field. The model allows any string, but the vendor accepts only `words`. The codec
/// reports any other string as unsupported.
pub fn words(words: &'static [&'static str]) -> Words {
    Words { words, refuses: false }
}

impl Words {
    /// Makes the codec refuse the write of any other string, instead of omitting the string. Use this option for fields
    /// that the vendor requires.
    pub fn or_refuse(self) -> Self {
        Self { refuses: true, ..self }
    }
}

impl Codec<String> for Words {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        if self.words.contains(&value.as_str()) {
            return Ok(json!(value).into());
        }
        let why = format!("the vendor takes {}.", self.words.join(", "));
        Err(if self.refuses { Refusal::Refused(why) } else { Refusal::Unsupported(why) })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        wire.as_str().map(ToOwned::to_owned)
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: self.words.iter().map(|word| json!(word)).collect() }
    }
}

/// Builds a codec for a choice that the vendor stores as a flag: `yes` as true and `no` as false. The codec
/// reports any other value as unsupported.
pub fn yes_no<T: Leaf>(yes: T, no: T) -> impl Codec<T> {
    YesNo { yes, no }
}

struct YesNo<T> {
    yes: T,
    no: T,
}

impl<T: Leaf> Codec<T> for YesNo<T> {
    fn encode(&self, value: &T, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value {
            value if *value == self.yes => Ok(json!(true).into()),
            value if *value == self.no => Ok(json!(false).into()),
            _ => Err(Refusal::Unsupported(format!(
                "the vendor takes {}, {}.",
                json!(self.yes),
                json!(self.no)
            ))),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        truth(wire).map(|yes| if yes { self.yes.clone() } else { self.no.clone() })
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: vec![json!(self.yes), json!(self.no)] }
    }
    fn conversion(&self) -> Option<String> {
        Some(format!("{} as true", json!(self.yes)))
    }
}

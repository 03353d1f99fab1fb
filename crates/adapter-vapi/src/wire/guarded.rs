//! Codecs that refuse some values before another codec converts them.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// A function that returns the reason why the vendor cannot hold a value together with the other values in the body, or
/// `None` if it can.
type Objection<T> = fn(&T, &Translation<'_>) -> Option<&'static str>;

/// Builds a codec that reports a value as unsupported if there is an objection to it.
pub fn unless<T: Leaf>(codec: impl Codec<T>, objection: Objection<T>) -> impl Codec<T> {
    Guarded { codec, objection }
}

struct Guarded<T, C> {
    codec: C,
    objection: Objection<T>,
}

impl<T: Leaf, C: Codec<T>> Codec<T> for Guarded<T, C> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match (self.objection)(value, with) {
            Some(why) => Err(Refusal::Unsupported(why.to_owned())),
            None => self.codec.encode(value, with),
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T> {
        self.codec.decode(wire, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        self.codec.lacks(wire)
    }
    fn domain(&self) -> Domain {
        self.codec.domain()
    }
    fn conversion(&self) -> Option<String> {
        self.codec.conversion()
    }
}

/// Builds the codec for a number whose zero the vendor cannot hold. Zero stands for no value at the vendor.
pub fn zero_or<T: Leaf>(codec: impl Codec<T>) -> impl Codec<T> {
    ZeroOr(codec)
}

struct ZeroOr<C>(C);

impl<T: Leaf, C: Codec<T>> Codec<T> for ZeroOr<C> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value.measure() {
            Measure::Number(0.0) => Ok(json!(0).into()),
            _ => self.0.encode(value, with),
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T> {
        self.0.decode(wire, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.is_null() || wire.as_f64() == Some(0.0)
    }
    fn domain(&self) -> Domain {
        self.0.domain()
    }
    fn conversion(&self) -> Option<String> {
        Some("0 as no hook".to_owned())
    }
}

/// Builds the codec for a sentence that the agent says. The vendor plays a URL as an audio file (vendor OpenAPI
/// document, 2026-08-20), so the codec refuses to write a URL and cannot read one.
pub fn spoken(max_length: Option<usize>) -> impl Codec<String> {
    Spoken(max_length.map_or(text(), |max| text().max_len(max)))
}

struct Spoken<C>(C);

fn is_url(text: &str) -> bool {
    let text = text.trim_start();
    let starts =
        |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    starts("http://") || starts("https://")
}

impl<C: Codec<String>> Codec<String> for Spoken<C> {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match is_url(value) {
            true => Err(Refusal::Refused(
                "the vendor plays a URL as an audio file instead of saying it.".to_owned(),
            )),
            false => self.0.encode(value, with),
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<String> {
        self.0.decode(wire, facts).filter(|text| !is_url(text))
    }
    fn domain(&self) -> Domain {
        self.0.domain()
    }
}

/// Builds a codec that publishes a description of the accepted values. Such a description is needed if the accepted
/// values depend on other fields, or if no [`Domain`] describes them.
pub fn described<T: Leaf>(codec: impl Codec<T>, conversion: &'static str) -> impl Codec<T> {
    Described { codec, conversion }
}

struct Described<C> {
    codec: C,
    conversion: &'static str,
}

impl<T: Leaf, C: Codec<T>> Codec<T> for Described<C> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        self.codec.encode(value, with)
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T> {
        self.codec.decode(wire, facts)
    }
    fn conversion(&self) -> Option<String> {
        Some(self.conversion.to_owned())
    }
}

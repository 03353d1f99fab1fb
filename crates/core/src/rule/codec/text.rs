//! A codec that sends strings unchanged.

use serde_json::Value;

use crate::{
    facts::Facts,
    model::{EventName, Language, Leaf, PhoneNumber, Timezone, WebUrl},
    rule::{Codec, Domain, Encoded, Refusal, Translation},
};

/// A leaf that has the form of a string.
pub trait Textual: Leaf {
    /// Returns the string.
    fn text(&self) -> &str;
    /// Builds the leaf from a string, if the string is valid.
    fn from_text(text: &str) -> Option<Self>;
}

impl Textual for String {
    fn text(&self) -> &str {
        self
    }
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

macro_rules! textual {
    ($($ty:ty),*) => { $(
        impl Textual for $ty {
            fn text(&self) -> &str {
                self.as_str()
            }
            fn from_text(text: &str) -> Option<Self> {
                Self::new(text).ok()
            }
        }
    )* };
}

textual!(EventName, Language, PhoneNumber, Timezone, WebUrl);

/// A codec that sends strings unchanged. A string that exceeds the vendor's maximum length, or that does not start as
/// the vendor requires, is not sent.
pub struct Text {
    max_len: Option<usize>,
    start: &'static str,
}

/// Builds a codec that sends strings unchanged, without a maximum length.
pub fn text() -> Text {
    Text { max_len: None, start: "" }
}

impl Text {
    /// Sets the maximum number of characters that the vendor accepts. A longer string is not sent.
    pub fn max_len(self, characters: usize) -> Self {
        Self { max_len: Some(characters), ..self }
    }

    /// Sets the text with which a string must start, such as `https://`. Any other string is not sent.
    pub fn starting_with(self, start: &'static str) -> Self {
        Self { start, ..self }
    }
}

impl<T: Textual> Codec<T> for Text {
    fn encode(&self, value: &T, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match self.max_len {
            // A shortened string could have another meaning, so the value is not sent at all.
            Some(max) if value.text().chars().count() > max => {
                Err(Refusal::Unsupported(format!("the vendor takes at most {max} characters.")))
            }
            _ if !value.text().starts_with(self.start) => Err(Refusal::Unsupported(format!(
                "the vendor takes only values that start with {}.",
                self.start
            ))),
            _ => Ok(Value::from(value.text()).into()),
        }
    }

    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        T::from_text(&crate::rule::scalar(wire)?)
    }

    fn domain(&self) -> Domain {
        Domain::Text { max_length: self.max_len }
    }
}

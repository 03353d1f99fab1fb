//! Strings, carried unchanged.

use serde_json::Value;

use crate::{
    Codec, Domain, Encoded, Facts, Language, Leaf, PhoneNumber, Refusal, Timezone, Translation, WebUrl,
};

/// A leaf that is a string.
pub trait Textual: Leaf {
    /// The text.
    fn text(&self) -> &str;
    /// The leaf of this text, if it is one.
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

textual!(Language, PhoneNumber, Timezone, WebUrl);

/// A string, carried unchanged.
pub struct Text {
    max_len: Option<usize>,
}

/// A string, carried unchanged.
pub fn text() -> Text {
    Text { max_len: None }
}

impl Text {
    /// The vendor takes at most so many characters.
    pub fn max_len(self, characters: usize) -> Self {
        Self { max_len: Some(characters) }
    }
}

impl<T: Textual> Codec<T> for Text {
    fn encode(&self, value: &T, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match self.max_len {
            // A truncated string may mean something else, so the codec refuses to send it.
            Some(max) if value.text().chars().count() > max => {
                Err(Refusal::Unsupported(format!("the vendor takes at most {max} characters.")))
            }
            _ => Ok(Value::from(value.text()).into()),
        }
    }

    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        T::from_text(&crate::scalar(wire)?)
    }

    fn domain(&self) -> Domain {
        Domain::Text { max_length: self.max_len }
    }
}

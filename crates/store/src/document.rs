//! Documents: JSON strings that the store does not parse.

use std::{fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use switchboard_core::error::{Error, Kind, Result};

/// Maximum length, in bytes, of the part of a document that `Debug` prints.
const SHOWN_BYTES: usize = 80;

/// A JSON document in its serialized form, cheap to clone. The store does not parse the document, so only
/// [`read`](Self::read) detects a damaged one.
#[derive(Clone, PartialEq, Eq)]
pub struct Document(Arc<str>);

impl Document {
    /// Serializes a value as JSON.
    ///
    /// # Errors
    /// `internal` if the value cannot be serialized as JSON.
    pub fn new(value: &(impl Serialize + ?Sized)) -> Result<Self> {
        let text = serde_json::to_string(value)
            .map_err(|cause| Error::new(Kind::Internal, "The document cannot be stored.").caused_by(cause))?;
        Ok(Self(text.into()))
    }

    /// Returns the document `null`.
    pub fn null() -> Self {
        Self("null".into())
    }

    /// Deserializes the document as a `T`.
    ///
    /// # Errors
    /// The parser's error if the document is not JSON or does not represent a `T`.
    pub fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.0)
    }

    /// Returns the JSON string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the JSON string without copying it.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl From<Arc<str>> for Document {
    /// Wraps a string that must be JSON. Does not check the string.
    fn from(text: Arc<str>) -> Self {
        Self(text)
    }
}

impl From<String> for Document {
    /// Wraps a string that must be JSON. Does not check the string.
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..self.0.floor_char_boundary(SHOWN_BYTES)];
        let rest = self.0.len() - shown.len();
        match rest {
            0 => write!(f, "Document({shown:?})"),
            _ => write!(f, "Document({shown:?} and {rest} bytes more)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use switchboard_core::error::Kind;

    use super::Document;

    #[test]
    fn a_value_is_written_and_read() {
        let document = Document::new(&("a", 1.15)).unwrap();
        assert_eq!(document.as_str(), r#"["a",1.15]"#);
        assert_eq!(document, document.as_str().to_owned().into());
        assert_eq!(document.read::<(String, f64)>().unwrap(), ("a".to_owned(), 1.15));
        assert_eq!(Document::null(), Document::new(&()).unwrap());
    }

    #[test]
    fn a_value_that_json_cannot_hold_is_an_internal_error() {
        let error = Document::new(&BTreeMap::from([([1, 2], "not a name")])).unwrap_err();
        assert_eq!(error.kind, Kind::Internal);
    }

    #[test]
    fn printing_shows_a_prefix() {
        assert_eq!(format!("{:?}", Document::null()), r#"Document("null")"#);
        // A prefix of exactly `SHOWN_BYTES` would end inside a character.
        let long = Document::from(format!("a{}", "ü".repeat(100)));
        let printed = format!("Document({:?} and 122 bytes more)", format!("a{}", "ü".repeat(39)));
        assert_eq!(format!("{long:?}"), printed);
    }
}

//! Request bodies that differ in one number.

use anyhow::Context as _;
use bytes::Bytes;
use serde_json::Value;

/// The placeholder for the number.
const MARK: &str = "{number}";

/// A JSON document with a number in it. All its bodies have the same length in bytes.
pub struct Template {
    before: String,
    after: String,
}

impl Template {
    /// # Errors
    /// Fails if the document has no placeholder for a number.
    pub fn new(document: &Value) -> anyhow::Result<Self> {
        let text = document.to_string();
        let (before, after) = text.split_once(MARK).context("there is no place for the number")?;
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }

    pub fn with(&self, number: u64) -> Bytes {
        format!("{}{number:08}{}", self.before, self.after).into()
    }
}

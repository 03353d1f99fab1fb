//! The stored form of a body.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};
use switchboard_core::{error::Result, model::schema};

use super::{Envelope, Managed, body::Body, not_serializable};

/// The stored form of a body, for reading. It contains no secrets.
#[derive(Deserialize)]
pub struct Stored {
    pub(super) record: Value,
    #[serde(default)]
    pub(super) extensions: Map<String, Value>,
    pub(super) envelope: Envelope,
}

/// The stored form of a body, for writing.
#[derive(Serialize)]
struct Storing<'a, R> {
    record: &'a R,
    #[serde(skip_serializing_if = "Map::is_empty")]
    extensions: &'a Map<String, Value>,
    envelope: &'a Envelope,
}

/// A cache of the stored form of a body. The body is serialised once for the record's row, its revision and later rows with
/// the same body.
#[derive(Debug, Clone, Default)]
pub struct BodyDocument(Arc<OnceLock<Box<RawValue>>>);

impl BodyDocument {
    /// Returns the stored form of `body`. All calls on the same value must pass the same body.
    ///
    /// # Errors
    /// `internal` if the body cannot be serialised.
    pub fn for_body<R: Managed>(&self, body: &Body<R>) -> Result<&RawValue> {
        if let Some(written) = self.0.get() {
            return Ok(written);
        }
        let Body { desired, envelope } = body;
        let storing = Storing { record: &desired.record, extensions: &desired.extensions, envelope };
        let document = to_raw_value(&storing).map_err(|cause| not_serializable(R::NAME, cause))?;
        Ok(self.0.get_or_init(|| document))
    }
}

/// Treats all values as equal, because the body determines the stored form and is compared separately.
impl PartialEq for BodyDocument {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Stored {
    /// Sets the value of a field of the record or of its extensions.
    pub fn put(&mut self, field: &str, value: Value) {
        match field.strip_prefix("/extensions") {
            Some(below) => {
                let mut extensions = Value::Object(std::mem::take(&mut self.extensions));
                schema::put(&mut extensions, below, value);
                if let Value::Object(extensions) = extensions {
                    self.extensions = extensions;
                }
            }
            None => schema::put(&mut self.record, field, value),
        }
    }
}

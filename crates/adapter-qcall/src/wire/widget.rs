//! The configuration of an assistant as a widget on a web page.

use serde_json::{Map, Value};
use switchboard_core::prelude::*;

/// The member that holds the credential of the widget.
const KEY: &str = "api_key";

/// Converts the widget to the vendor's form. A widget without a key keeps the key that the vendor has.
pub fn write_widget(widget: &AnyObject, with: &Translation<'_>) -> Result<Map<String, Value>, Refusal> {
    let mut written = widget.0.clone();
    if let Some(key) = with.observed.and_then(|observed| observed.get(KEY)) {
        written.entry(KEY).or_insert_with(|| key.clone());
    }
    Ok(written)
}

/// Reads the widget without its key.
pub fn read_widget(mut widget: Map<String, Value>, _: &Facts) -> Option<AnyObject> {
    widget.shift_remove(KEY);
    Some(AnyObject(widget))
}

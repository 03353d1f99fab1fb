//! Parsing of options, shared by all vendors.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Parses a vendor's options. Returns the parser's message if an option is unknown or invalid.
pub(crate) fn read<T: DeserializeOwned>(options: Value) -> Result<T, String> {
    serde_json::from_value(options).map_err(|error| error.to_string())
}

/// The number of rows on a page, from 1 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct PageSize(usize);

impl PageSize {
    pub(crate) const fn new(rows: usize) -> Self {
        Self(rows)
    }

    pub(crate) const fn get(self) -> usize {
        self.0
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = usize::deserialize(deserializer)?;
        if (1..=10_000).contains(&rows) {
            Ok(Self(rows))
        } else {
            Err(D::Error::custom("a page size is 1 to 10000"))
        }
    }
}

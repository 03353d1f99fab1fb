//! `[store]`.

use secrecy::SecretString;

use super::table::Table;

/// Where records are kept.
#[derive(Debug, Clone)]
pub struct Store {
    /// `sqlite://` and a path.
    pub url: String,
    /// What secrets and cursors are protected with, as the reference gave it; absent, a key file is made.
    pub key: Option<SecretString>,
}

impl Store {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let url: Option<String> = table.must("url", Table::take);
        // The message does not repeat the value: URLs of other databases have passwords in them.
        if url.as_ref().is_some_and(|url| !url.starts_with("sqlite:")) {
            table.refuse("url", "must begin with \"sqlite:\"");
        }
        let key = table.secret("key");
        table.end();
        Some(Self { url: url?, key })
    }
}

//! `[store]`.

use secrecy::{ExposeSecret, SecretString};

use super::table::Table;

/// Where records are kept.
#[derive(Debug, Clone)]
pub struct Store {
    /// `sqlite://` and a path, or a PostgreSQL URL, which may hold a password.
    pub url: SecretString,
    /// What secrets and cursors are protected with, as the reference gave it; absent, a key file is made.
    pub key: Option<SecretString>,
    /// Whether other processes may use it too.
    pub shared: bool,
}

impl Store {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let url = table.must("url", Table::reference_or_text);
        let is_of = |schemes: &[&str]| {
            url.as_ref().is_some_and(|url| {
                schemes.iter().any(|scheme| url.expose_secret().starts_with(&format!("{scheme}:")))
            })
        };
        let shared = is_of(&["postgres", "postgresql"]);
        // The message does not repeat the value: it may have a password in it.
        if url.is_some() && !shared && !is_of(&["sqlite"]) {
            table.refuse("url", "must begin with \"sqlite:\" or \"postgres:\"");
        }
        if shared && !table.has("key") {
            table.refuse("key", "is missing: those who share a database must have the same key");
        }
        let key = table.secret("key");
        table.end();
        Some(Self { url: url?, key, shared })
    }
}

//! The store: `[store]`.

use secrecy::{ExposeSecret, SecretString};

use super::table::Table;

/// Settings of the store.
#[derive(Debug, Clone)]
pub struct Store {
    /// URL of the database, after resolution of a reference: a SQLite URL, or a PostgreSQL URL, which may contain a
    /// password.
    pub url: SecretString,
    /// Key that protects secrets and cursors, after resolution of its reference. Required for PostgreSQL. Without a
    /// configured key, the store uses the key file beside a SQLite file, and generates a key for a database in memory.
    pub key: Option<SecretString>,
    /// True if the database is PostgreSQL, which several processes may share.
    pub shared: bool,
}

/// Returns true if the store accepts the URL as that of a SQLite database.
fn is_sqlite(url: &str) -> bool {
    let is_path = |path: &str| !path.is_empty() && !path.starts_with(':') && !path.contains('?');
    url == "sqlite::memory:" || url.strip_prefix("sqlite://").is_some_and(is_path)
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
        // The message does not repeat the value, which may contain a password.
        if url.is_some() && !shared && !is_of(&["sqlite"]) {
            table.refuse("url", "must begin with \"sqlite:\" or \"postgres:\"");
        } else if !shared && url.as_ref().is_some_and(|url| !is_sqlite(url.expose_secret())) {
            table.refuse("url", "must be \"sqlite://PATH\", without parameters, or \"sqlite::memory:\"");
        }
        if shared && !table.has("key") {
            table.refuse("key", "is missing: all processes that share a database need the same key");
        }
        let key = table.secret("key");
        table.end();
        Some(Self { url: url?, key, shared })
    }
}

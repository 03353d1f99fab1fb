//! Opening a store by its URL.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use switchboard_core::error::{Error, Kind, Result};

use crate::{MasterKey, Migrated, Store, postgres, sqlite};

/// An open store, with a notice for its operator.
pub struct Opened {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Key for signing values that callers send back, such as cursors. Derived from the master key, so it lasts as long.
    pub signing_key: [u8; 32],
    /// Event to log.
    pub notice: Option<Notice>,
}

/// An event during opening that the operator should know. `Display` gives a sentence for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A new master key in this file, because none was configured.
    KeyCreated(PathBuf),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyCreated(path) => write!(
                f,
                "A new master key was written to {}: back it up apart from the database, whose secrets need it.",
                path.display()
            ),
        }
    }
}

/// Opens the store at `url` and verifies that it can be read and written.
///
/// `sqlite://PATH` is a file. It is created if it does not exist and migrated to this version's schema. `PATH` is taken
/// literally, relative to the working directory. `sqlite::memory:` lasts until it is closed. A file has one process at
/// a time, which locks `PATH.lock`; opening the file ends the holds of earlier processes.
///
/// `postgres://USER:PASSWORD@HOST/DATABASE`, also spelled `postgresql://`, is a database that any number of processes
/// share. It must have this version's schema: see [`migrate`]. `sslmode` and the other connection parameters of libpq
/// URLs are supported: <https://www.postgresql.org/docs/current/libpq-connect.html>.
///
/// `key` seals the secrets. Without one, a file's key is read from `PATH.key`, which is created if the
/// database was never sealed; a store in memory generates its own key; PostgreSQL refuses.
///
/// # Errors
/// `validation_failed` for a URL of another kind, and for PostgreSQL without a key. `storage_unavailable` if the
/// database is unusable or open elsewhere, does not have this version's schema, or was sealed with another key.
pub async fn open(url: &str, key: Option<MasterKey>) -> Result<Opened> {
    match StoreUrl::parse(url)? {
        StoreUrl::Memory => sqlite::open_memory(key).await,
        StoreUrl::File(path) => sqlite::open_file(path, key).await,
        StoreUrl::Postgres(url) => postgres::open(url, key).await,
    }
}

/// Migrates the store at `url` to the newest schema and returns the applied schema files. Leaves no connection open.
///
/// # Errors
/// `validation_failed` for a URL of another kind, and for a store in memory, which has nothing to migrate.
/// `storage_unavailable` if the database is unusable, open elsewhere, or was written by a later version.
pub async fn migrate(url: &str) -> Result<Migrated> {
    match StoreUrl::parse(url)? {
        StoreUrl::Memory => {
            Err(Error::new(Kind::ValidationFailed, "A store in memory has nothing to migrate."))
        }
        StoreUrl::File(path) => sqlite::migrate_file(path).await,
        StoreUrl::Postgres(url) => postgres::migrate(url).await,
    }
}

/// Location of a store.
enum StoreUrl<'u> {
    Memory,
    File(&'u Path),
    Postgres(&'u str),
}

impl<'u> StoreUrl<'u> {
    fn parse(url: &'u str) -> Result<Self> {
        if url == "sqlite::memory:" {
            return Ok(Self::Memory);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url));
        }
        match url.strip_prefix("sqlite://") {
            Some(path) if !path.is_empty() && !path.starts_with(':') && !path.contains('?') => {
                Ok(Self::File(Path::new(path)))
            }
            // The URL is not repeated: that of another database may hold a password.
            _ => Err(Error::new(
                Kind::ValidationFailed,
                "A store URL is `sqlite://PATH`, without parameters, `sqlite::memory:`, or \
                 `postgres://USER:PASSWORD@HOST/DATABASE`; nothing else is supported.",
            )),
        }
    }
}

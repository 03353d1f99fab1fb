//! Opening a store by its URL.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use switchboard_core::error::{Error, Kind, Result};

use crate::{MasterKey, Migrated, Store, postgres, sqlite};

/// An open store, with its signing key and any notice for the operator.
pub struct Opened {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Key for signing values that callers send back, such as cursors. The key is derived from the master key and
    /// changes only if the master key changes.
    pub signing_key: [u8; 32],
    /// The notice to log, if there is one.
    pub notice: Option<Notice>,
}

/// An event during opening that concerns the operator. `Display` formats the event as a sentence for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A new master key was written to this file because no key was configured.
    KeyCreated(PathBuf),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyCreated(path) => write!(
                f,
                "A new master key was written to {}. Back it up separately from the database, whose secrets cannot be read without it.",
                path.display()
            ),
        }
    }
}

/// Opens the store at `url` and verifies that the store can be read and written.
///
/// `sqlite://PATH` is a database in a file. The file is created if it does not exist, and migrated to this version's
/// schema. `PATH` is taken literally, relative to the working directory. `PATH` must not contain `?` or start with `:`.
/// The process locks `PATH.lock`, so only one process at a time can open the file. A file with several names (hard
/// links) is refused. Opening the file ends the leases of earlier processes and their holds of operations and of calls
/// that are intended or sent. Every write fails while `PATH` does not lead to the file that was opened.
/// `sqlite::memory:` is a database in memory that lasts until it is closed.
///
/// `postgres://USER:PASSWORD@HOST/DATABASE`, also written `postgresql://`, is a database that any number of processes
/// share. The database must have this version's schema; see [`migrate`]. The URL may have the connection parameters
/// that the driver supports, such as `sslmode`. Most of them are libpq's:
/// <https://www.postgresql.org/docs/current/libpq-connect.html>. A parameter that the driver does not support is
/// refused.
///
/// `key` seals the secrets. If `key` is `None`, a database in a file uses the key in `PATH.key`. If this key file does
/// not exist, `open` creates it for a database that was never sealed, and refuses a sealed database. A store in memory
/// generates its own key. PostgreSQL requires a key.
///
/// # Errors
/// `validation_failed` for any other URL, and for PostgreSQL without a key. `storage_unavailable` if the database is
/// unusable, is open elsewhere, lacks this version's schema, or was sealed with another key. `storage_unavailable` also
/// if the key file is missing or unusable. `internal` if a key cannot be generated.
pub async fn open(url: &str, key: Option<MasterKey>) -> Result<Opened> {
    match StoreUrl::parse(url)? {
        StoreUrl::Memory => sqlite::open_memory(key).await,
        StoreUrl::File(path) => sqlite::open_file(path, key).await,
        StoreUrl::Postgres(url) => postgres::open(url, key).await,
    }
}

/// Migrates the store at `url` to the newest schema and closes the connection. Returns the applied schema files and the
/// version of the schema.
///
/// # Errors
/// `validation_failed` for a URL that [`open()`] does not accept, and for a store in memory, which has nothing to
/// migrate. `storage_unavailable` if the database is unusable, open elsewhere, or was written by a later version.
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
pub(crate) enum StoreUrl<'u> {
    Memory,
    File(&'u Path),
    Postgres(&'u str),
}

impl<'u> StoreUrl<'u> {
    pub(crate) fn parse(url: &'u str) -> Result<Self> {
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
            // The error does not repeat the URL, because the URL may contain a password.
            _ => Err(Error::new(
                Kind::ValidationFailed,
                "A store URL is `sqlite://PATH`, without parameters, `sqlite::memory:`, or \
                 `postgres://USER:PASSWORD@HOST/DATABASE`; nothing else is supported.",
            )),
        }
    }
}

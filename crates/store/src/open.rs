//! From a URL to a store.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use switchboard_core::{Error, Kind, Result};

use crate::{MasterKey, Migrated, Store, postgres, sqlite};

/// An open store, and what its operator should hear of.
pub struct Opened {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Signs what callers hand back, such as cursors. It lasts as long as the master key, from which it is derived.
    pub signing_key: [u8; 32],
    /// Worth a line in the log.
    pub notice: Option<Notice>,
}

/// Something that happened at opening which the operator should know. Its text is a sentence for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// No master key was configured, so one was made in this file.
    KeyCreated(PathBuf),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyCreated(path) => write!(
                f,
                "A new master key was written to {}: back it up apart from the database, which cannot be read without it.",
                path.display()
            ),
        }
    }
}

/// Opens the store at `url`, and proves that it can be read and written.
///
/// `sqlite://PATH` is a file, created if it is not there and brought to this version's schema; `PATH` is taken as
/// written and relative to the working directory. `sqlite::memory:` is gone when closed. One process has a file at a
/// time: `PATH.lock` is locked for that, and the holds that a process before left behind are over.
///
/// `postgres://USER:PASSWORD@HOST/DATABASE`, or `postgresql://` the same, is a database that any number of processes
/// share. It has to have this version's schema: see [`migrate`]. `sslmode` and the other parameters of libpq's URLs that
/// have to do with connecting are understood: <https://www.postgresql.org/docs/current/libpq-connect.html>.
///
/// `key` seals the secrets. Without one, a file's key is kept in `PATH.key`, made at first need; memory has a
/// key of its own; PostgreSQL refuses.
///
/// # Errors
/// `validation_failed` for a URL of another kind, and for PostgreSQL without a key. `storage_unavailable` where the
/// database cannot be used, is open elsewhere, has not this version's schema, or was sealed with another key.
pub async fn open(url: &str, key: Option<MasterKey>) -> Result<Opened> {
    match StoreUrl::parse(url)? {
        StoreUrl::Memory => sqlite::open_memory(key).await,
        StoreUrl::File(path) => sqlite::open_file(path, key).await,
        StoreUrl::Postgres(url) => postgres::open(url, key).await,
    }
}

/// Brings the store at `url` to the newest schema, and says what that took. It holds nothing open after.
///
/// # Errors
/// `validation_failed` for a URL of another kind, or of memory, which has nothing to migrate. `storage_unavailable`
/// where the database cannot be used, is open elsewhere, or was written by a later version.
pub async fn migrate(url: &str) -> Result<Migrated> {
    match StoreUrl::parse(url)? {
        StoreUrl::Memory => {
            Err(Error::new(Kind::ValidationFailed, "A store in memory has nothing to migrate."))
        }
        StoreUrl::File(path) => sqlite::migrate_file(path).await,
        StoreUrl::Postgres(url) => postgres::migrate(url).await,
    }
}

/// Where a store is.
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
            // The URL is not repeated: another database's may hold a password.
            _ => Err(Error::new(
                Kind::ValidationFailed,
                "A store URL is `sqlite://PATH`, without parameters, `sqlite::memory:`, or \
                 `postgres://USER:PASSWORD@HOST/DATABASE`; nothing else is supported.",
            )),
        }
    }
}

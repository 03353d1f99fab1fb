//! From a URL to a store.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use switchboard_core::{Error, Kind, Result};

use crate::{MasterKey, Store, sqlite};

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

/// Opens the store at `url`, bringing it up to date, and proves that it can be read and written.
///
/// `sqlite://PATH` is a file, created if it is not there; `PATH` is taken as written and relative to the working
/// directory. `sqlite::memory:` is gone when closed. One process has a file at a time: `PATH.lock` is locked for that.
///
/// `key` seals the secrets. Without one, a file's key is kept in `PATH.key`, made at first need; memory has a
/// key of its own.
///
/// # Errors
/// `validation_failed` for a URL of another kind. `storage_unavailable` where the database cannot be used, is open
/// elsewhere, was written by a later version, or was sealed with another key.
pub async fn open(url: &str, key: Option<MasterKey>) -> Result<Opened> {
    if url == "sqlite::memory:" {
        return sqlite::open_memory(key).await;
    }
    match url.strip_prefix("sqlite://") {
        Some(path) if !path.is_empty() && !path.starts_with(':') && !path.contains('?') => {
            sqlite::open_file(Path::new(path), key).await
        }
        // The URL is not repeated: another database's may hold a password.
        _ => Err(Error::new(
            Kind::ValidationFailed,
            "A store URL is `sqlite://PATH`, without parameters, or `sqlite::memory:`; nothing else is supported.",
        )),
    }
}

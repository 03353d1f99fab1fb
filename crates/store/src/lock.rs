//! One process for each database.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use switchboard_core::{Error, Kind, Result};

/// An exclusive lock on a file, held until released, dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes the lock, creating the file if need be.
    ///
    /// The file stays when the lock is gone: removing it would let two processes lock two files of one name.
    ///
    /// # Errors
    /// `storage_unavailable` where another process has the lock, or the file cannot be made.
    pub(crate) fn take(path: &Path) -> Result<Self> {
        let refuse = |why: &str| {
            Error::new(Kind::StorageUnavailable, format!("The lock file {} {why}", path.display()))
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(|cause| refuse("cannot be opened.").caused_by(cause))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                Err(refuse("is held by another process: its database is already open."))
            }
            Err(TryLockError::Error(cause)) => Err(refuse("cannot be locked.").caused_by(cause)),
        }
    }

    /// Lets another process take it.
    pub(crate) fn release(&self) {
        if let Err(cause) = self.0.unlock() {
            tracing::warn!(error = %cause, "the database lock could not be released before the process ends");
        }
    }
}

//! The lock file, which limits a database to one process.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use switchboard_core::error::{Error, Kind, Result};

/// An exclusive lock on a file, held until it is released or dropped or the process ends in any way.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes the lock and creates the file if it does not exist.
    ///
    /// The file remains after the lock is released: without it, two processes could lock two files of one name.
    ///
    /// # Errors
    /// `storage_unavailable` if another process holds the lock or the file cannot be created.
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
                Err(refuse("is held by another process, which has the database open."))
            }
            Err(TryLockError::Error(cause)) => Err(refuse("cannot be locked.").caused_by(cause)),
        }
    }

    /// Releases the lock, so that another process can take it.
    pub(crate) fn release(&self) {
        if let Err(cause) = self.0.unlock() {
            tracing::warn!(error = %cause, "failed to release the database lock before the end of the process");
        }
    }
}

//! The lock file, which ensures that only one process at a time has a database open.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use switchboard_core::error::{Error, Kind, Result};

/// An exclusive lock on a file. The lock is held until it is released or dropped, or until the process ends for any
/// reason.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes the lock on the file at `path`. Creates the file if it does not exist.
    ///
    /// The file is not deleted when the lock is released. Otherwise, two processes could hold locks on two different
    /// files with the same path.
    ///
    /// # Errors
    /// `storage_unavailable` if the lock is already held, usually by another process, or if the file cannot be opened,
    /// created or locked.
    pub(crate) fn take(path: &Path) -> Result<Self> {
        let refuse = |why: &str| {
            Error::new(Kind::StorageUnavailable, format!("The lock file {} {why}", path.display()))
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
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

    /// Releases the lock, so that another process can take it. Logs a failure as a warning.
    pub(crate) fn release(&self) {
        if let Err(cause) = self.0.unlock() {
            tracing::warn!(error = %cause, "failed to release the database lock before the end of the process");
        }
    }
}

//! The identity of the file that holds the database.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use switchboard_core::error::{Error, Result};

use crate::sql::fault;

/// The first bytes of a database (<https://www.sqlite.org/fileformat.html>, section 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// The file of an open database: its path, and the device and inode that were found there when the database was opened.
///
/// SQLite continues to write to a file that was moved away or deleted, where no later process finds the data.
/// Therefore, every batch verifies the file first.
#[derive(Debug, Clone)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl DatabaseFile {
    /// Identifies the file at `path`, before SQLite opens it.
    ///
    /// # Errors
    /// `storage_unavailable` if there is no file, or if the file has several names. The lock and the write-ahead log
    /// belong to a name, so a process that opens another name would neither see the lock nor find data that is only in
    /// the log.
    pub(super) fn identify(path: &Path) -> Result<Self> {
        let found = fs::metadata(path).map_err(|cause| refuse(path, "cannot be found.").caused_by(cause))?;
        if found.is_file() && found.nlink() > 1 {
            let why = format!("has {} names (hard links), of which only one may exist.", found.nlink());
            return Err(refuse(path, &why));
        }
        Ok(Self { path: path.to_owned(), identity: identity(&found) })
    }

    /// Returns the path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks that the path still leads to the same file.
    ///
    /// # Errors
    /// `storage_unavailable` if there is no file at the path, or a different one.
    pub(super) fn verify(&self) -> Result<()> {
        let found = fs::metadata(&self.path)
            .map_err(|cause| refuse(&self.path, "was moved away or deleted.").caused_by(cause))?;
        if identity(&found) == self.identity {
            Ok(())
        } else {
            Err(refuse(&self.path, "was replaced by another file."))
        }
    }
}

/// Refuses a file that is not a database, before anything changes the file. A new database has no file, or an empty one.
///
/// # Errors
/// `storage_unavailable` if there is a file that is neither empty nor begins like a database of SQLite 3, or if the file
/// cannot be read.
pub(super) fn refuse_foreign(path: &Path) -> Result<()> {
    let found = match fs::metadata(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.map_err(|cause| refuse(path, "cannot be found.").caused_by(cause))?,
    };
    if !found.is_file() {
        return Err(refuse(path, "is not a regular file."));
    }
    let mut start = Vec::with_capacity(MAGIC.len());
    File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start))
        .map_err(|cause| refuse(path, "cannot be read.").caused_by(cause))?;
    if start.is_empty() || start == MAGIC {
        return Ok(());
    }
    Err(refuse(path, "is not a database of SQLite: `store.url` names another file."))
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

fn refuse(path: &Path, why: &str) -> Error {
    fault::unavailable(format!("The database {} {why}", path.display()))
}

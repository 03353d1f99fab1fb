//! The check that a store can be opened on this machine, without opening it.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};

use rustix::fs::{Access, access};
use switchboard_core::error::Result;

use crate::{MasterKey, lock::Lock, open::StoreUrl, sql::fault, sqlite};

/// Checks whether [`open`](crate::open()) could open the store at `url` with this key. For a database in a file, checks
/// the folder, the permissions, the lock, the kind of the file and, unless a killed process has left its log, the schema
/// and the key. If `key` is `None`, the key is the one in the key file. For PostgreSQL and a store in memory, checks only
/// the URL. Changes nothing.
///
/// # Errors
/// `validation_failed` for a URL that [`open`](crate::open()) does not accept. `storage_unavailable` if the file, its
/// folder or the key cannot be used, if the file is no database or was written by a later version, or if another process
/// has the database open.
pub fn preflight(url: &str, key: Option<&MasterKey>) -> Result<()> {
    let StoreUrl::File(path) = StoreUrl::parse(url)? else { return Ok(()) };
    let path = sqlite::resolve(path)?;
    let refuse = |path: &Path, why: &str| fault::unavailable(format!("{} {why}", path.display()));
    let folder = path.parent().unwrap_or(Path::new("/"));
    // SQLite creates files beside the database, even if the database exists already.
    access(folder, Access::WRITE_OK | Access::EXEC_OK).map_err(|cause| {
        refuse(folder, "is a folder without permission to create files.").caused_by(cause)
    })?;
    if path.exists() {
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|cause| refuse(&path, "cannot be read and written.").caused_by(cause))?;
    }
    let lock = path.with_added_extension("lock");
    let lock = fs::exists(&lock).unwrap_or(true).then(|| Lock::take(&lock)).transpose()?;
    let inspected = sqlite::inspect(&path, key);
    if let Some(lock) = lock {
        lock.release();
    }
    inspected
}

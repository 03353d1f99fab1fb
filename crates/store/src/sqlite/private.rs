//! The permissions of the database's files.

use std::{
    fs::{self, OpenOptions, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

/// The permissions: only the owner may read and write.
const MODE: u32 = 0o600;
/// The suffixes of the database's files. SQLite gives the other files the permissions of the database when it creates
/// them.
const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// Makes the files of a database private. Creates the database as an empty file if it does not exist.
///
/// A failure is only logged: the files may belong to another user, and opening the database reports every other
/// failure.
pub(super) fn ensure(path: &Path) {
    for suffix in SUFFIXES {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        if let Err(error) = restrict(Path::new(&file), suffix.is_empty()) {
            tracing::warn!(%error, file = %Path::new(&file).display(), "failed to make a file of the database private");
        }
    }
}

fn restrict(file: &Path, create: bool) -> io::Result<()> {
    if create {
        OpenOptions::new().create(true).append(true).mode(MODE).open(file)?;
    }
    match fs::metadata(file) {
        Ok(found) if found.permissions().mode() & 0o777 == MODE => Ok(()),
        Ok(_) => fs::set_permissions(file, Permissions::from_mode(MODE)),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

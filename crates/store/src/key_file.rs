//! The key file: a master key beside the database, for installations that configure none.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use secrecy::SecretString;
use switchboard_core::error::{Error, Kind, Result};
use zeroize::Zeroizing;

use crate::MasterKey;

/// Limit for reading a key file, in case the path leads to some other file.
const MAX_FILE_BYTES: usize = 1024;

/// Reads the key from this file. Returns `None` if the file does not exist.
///
/// # Errors
/// `storage_unavailable` if the file cannot be read, is accessible to other users, or holds no key.
pub(crate) fn load(path: &Path) -> Result<Option<MasterKey>> {
    let refuse =
        |why: &str| Error::new(Kind::StorageUnavailable, format!("The key file {} {why}", path.display()));
    let file = match File::open(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|cause| refuse("cannot be opened.").caused_by(cause))?,
    };
    let mode =
        file.metadata().map_err(|cause| refuse("cannot be read.").caused_by(cause))?.permissions().mode();
    if mode & 0o077 != 0 {
        let mode = mode & 0o777;
        return Err(refuse(&format!(
            "is open to other users (mode {mode:03o}); make it private with `chmod 600`."
        )));
    }
    let mut text = Zeroizing::new(String::with_capacity(MAX_FILE_BYTES));
    file.take(MAX_FILE_BYTES as u64)
        .read_to_string(&mut text)
        .map_err(|cause| refuse("cannot be read.").caused_by(cause))?;
    MasterKey::parse(&SecretString::from(text.as_str()))
        .map(Some)
        .map_err(|cause| refuse("does not hold a master key.").caused_by(cause))
}

/// Writes a new key to a new file that only its owner may read.
///
/// The file appears whole or not at all, even if the machine stops meanwhile, and never replaces another file.
///
/// # Errors
/// `storage_unavailable` if the file exists or cannot be written.
pub(crate) fn create(path: &Path) -> Result<MasterKey> {
    let key = MasterKey::generate()?;
    write_new(path, &key).map_err(|cause| {
        let detail = format!("The key file {} cannot be created.", path.display());
        Error::new(Kind::StorageUnavailable, detail).caused_by(cause)
    })?;
    Ok(key)
}

fn write_new(path: &Path, key: &MasterKey) -> io::Result<()> {
    let draft = path.with_added_extension("new");
    match fs::remove_file(&draft) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(key.to_text().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // Unlike a rename, a link fails if the name is taken.
    fs::hard_link(&draft, path)?;
    fs::remove_file(&draft)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

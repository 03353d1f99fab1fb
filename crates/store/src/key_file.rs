//! The key file: a master key in a file beside the database, for installations without a configured key.

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

/// Maximum number of bytes to read from a key file. The limit matters if the path leads to a large, unrelated file.
const MAX_FILE_BYTES: usize = 1024;

/// Reads the master key from a key file. Returns `None` if the file does not exist.
///
/// # Errors
/// `storage_unavailable` if the file cannot be read, is accessible to its group or to other users, or does not contain
/// a key.
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
            "is accessible to other users (mode {mode:03o}); restrict it with `chmod 600`."
        )));
    }
    let mut text = Zeroizing::new(String::with_capacity(MAX_FILE_BYTES));
    file.take(MAX_FILE_BYTES as u64)
        .read_to_string(&mut text)
        .map_err(|cause| refuse("cannot be read.").caused_by(cause))?;
    MasterKey::parse(&SecretString::from(text.as_str()))
        .map(Some)
        .map_err(|cause| refuse("contains no master key.").caused_by(cause))
}

/// Generates a key and writes it to a new file that only its owner may read or write.
///
/// Writes a draft beside `path` first, so that the key file is created completely or not at all, even if the machine
/// crashes. Never replaces an existing key file.
///
/// # Errors
/// `storage_unavailable` if the file exists or cannot be written. `internal` if the system's random source fails.
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
    // Creating a link fails if the name exists. A rename would replace the existing file.
    fs::hard_link(&draft, path)?;
    fs::remove_file(&draft)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

//! Opening a database: lock, schema, key, connections, proof.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use switchboard_core::{Error, Kind, Result};

use super::{Sqlite, fault, key_check, migrations, pool};
use crate::{MasterKey, Notice, Opened, Store as _, key_file, lock::Lock, seal::Seal};

/// What the key that signs is derived for; never changes, as signatures would.
const SIGNING: &str = "switchboard signing key";

/// Opens a database that is gone when closed.
pub(crate) async fn open_memory(key: Option<MasterKey>) -> Result<Opened> {
    let key = key.map_or_else(MasterKey::generate, Ok)?;
    let only = pool::memory().await?;
    migrations::run(&only).await?;
    let signing_key = key.derive(SIGNING);
    let store = Sqlite { writer: only.clone(), reader: only, seal: Seal::new(&key), lock: None };
    Ok(Opened { store: Arc::new(store), signing_key, notice: None })
}

/// Opens a database in a file, creating it if it is not there.
pub(crate) async fn open_file(path: &Path, key: Option<MasterKey>) -> Result<Opened> {
    let path = resolve(path)?;
    let lock = Lock::take(&path.with_added_extension("lock"))?;
    let writer = pool::writer(&path).await?;
    migrations::run(&writer).await?;

    let check = key_check::read(&writer).await?;
    let (key, notice) = match key {
        Some(key) => (key, None),
        None => own_key(path.with_added_extension("key"), check.is_some())?,
    };
    let seal = Seal::new(&key);
    match check {
        Some(check) => check.verify(&seal)?,
        None => key_check::write(&writer, &seal).await?,
    }

    let reader = pool::readers(&path).await?;
    let signing_key = key.derive(SIGNING);
    let store = Sqlite { writer, reader, seal, lock: Some(lock) };
    // SQLite opens a file it may not write without a complaint.
    store.check().await?;
    Ok(Opened { store: Arc::new(store), signing_key, notice })
}

/// The key in the file beside the database, made if the database has never had one.
fn own_key(path: PathBuf, sealed: bool) -> Result<(MasterKey, Option<Notice>)> {
    match key_file::load(&path)? {
        Some(key) => Ok((key, None)),
        None if sealed => Err(Error::new(
            Kind::StorageUnavailable,
            format!(
                "The database has a master key, but none is configured and {} is not there.",
                path.display()
            ),
        )),
        None => Ok((key_file::create(&path)?, Some(Notice::KeyCreated(path)))),
    }
}

/// The one name of the file, whatever links lead to it: two names would be two locks.
fn resolve(path: &Path) -> Result<PathBuf> {
    let refuse = |why: &str| fault::unavailable(format!("The database {} {why}", path.display()));
    if let Ok(path) = fs::canonicalize(path) {
        return Ok(path);
    }
    let name: &OsStr = path.file_name().ok_or_else(|| refuse("has no file name."))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder =
        fs::canonicalize(folder).map_err(|cause| refuse("is in no folder that exists.").caused_by(cause))?;
    Ok(folder.join(name))
}

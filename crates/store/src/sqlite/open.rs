//! Opening a database: lock, schema migration, master key, connections, and write check.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::Connection;
use switchboard_core::error::{Error, Kind, Result};

use super::{
    Sqlite, connect,
    database_file::{self, DatabaseFile},
    migrate::Migrating,
    private,
    readers::Readers,
    statement,
    writer::Writer,
};
use crate::{
    MasterKey, Migrated, Notice, Opened, Store as _, key_file,
    lock::Lock,
    schema,
    seal::Seal,
    sql::{
        Dialect, SqlStore, Statement, fault,
        key_check::{self, KeyCheck},
    },
};

/// Opens a database in memory, which lasts until it is closed.
pub(crate) async fn open_memory(key: Option<MasterKey>) -> Result<Opened> {
    let key = key.map_or_else(MasterKey::generate, Ok)?;
    let mut connection = connect::memory()?;
    schema::run(&schema::SQLITE, &mut Migrating(&mut connection)).await?;
    let engine = Sqlite { writer: Writer::start(connection, None)?, readers: None, lock: None };
    let store = SqlStore::new(engine, Seal::new(&key));
    Ok(Opened { store: Arc::new(store), signing_key: key.signing(), notice: None })
}

/// Opens a database in a file. Creates the file if it does not exist.
pub(crate) async fn open_file(path: &Path, key: Option<MasterKey>) -> Result<Opened> {
    let path = resolve(path)?;
    let lock = take_lock(&path)?;
    private::ensure(&path);
    let file = DatabaseFile::identify(&path)?;
    let mut connection = connect::writer(&path)?;
    schema::run(&schema::SQLITE, &mut Migrating(&mut connection)).await?;

    let found = statement::rows(&connection, &key_check::select(Dialect::Sqlite)).map_err(fault::storage)?;
    let check = KeyCheck::read(&found)?;
    let (key, notice) = match key {
        Some(key) => (key, None),
        None => own_key(path.with_added_extension("key"), check.is_some())?,
    };
    let seal = Seal::new(&key);
    match check {
        Some(check) => check.verify(&seal)?,
        None => execute(&connection, &key_check::insert(Dialect::Sqlite, &seal)?)?,
    }
    // This process has the lock, so every process with an earlier hold or lease has ended. All leases, and all holds except
    // those of settling calls, end now. `due_at` of a live or settling call is either the end of a hold or the time of the
    // next look, and the store cannot distinguish them. A live call becomes due, because an early look does no harm. A
    // settling call keeps its due time, because its looks are counted: a process that restarts repeatedly would otherwise
    // settle the call before the vendor has added all data.
    for let_go in [
        "UPDATE operations SET due_at = @now WHERE state = 'held' AND due_at > @now",
        "UPDATE calls SET due_at = @now WHERE progress IN ('intended', 'sent', 'live') AND due_at > @now",
        "DELETE FROM leases",
    ] {
        execute(&connection, &Statement::new(Dialect::Sqlite, let_go, []))?;
    }

    let readers = Some(Readers::open(&path)?);
    let engine = Sqlite { writer: Writer::start(connection, Some(file))?, readers, lock: Some(lock) };
    let store = SqlStore::new(engine, seal);
    // Check reading and writing through the finished store, as the health check does.
    store.check().await?;
    Ok(Opened { store: Arc::new(store), signing_key: key.signing(), notice })
}

/// Migrates a database in a file to the newest schema. Creates the file if it does not exist.
pub(crate) async fn migrate_file(path: &Path) -> Result<Migrated> {
    let path = resolve(path)?;
    let lock = take_lock(&path)?;
    private::ensure(&path);
    DatabaseFile::identify(&path)?;
    let mut connection = connect::writer(&path)?;
    let migrated = schema::run(&schema::SQLITE, &mut Migrating(&mut connection)).await;
    connect::close(connection);
    lock.release();
    migrated
}

fn execute(connection: &Connection, statement: &Statement) -> Result<()> {
    statement::change(connection, statement).map(drop).map_err(fault::storage)
}

/// Takes the lock of the database at `path`. Refuses a file that is not a database before anything beside it is created.
fn take_lock(path: &Path) -> Result<Lock> {
    let lock = path.with_added_extension("lock");
    // The system releases the locks of a process on a file when the process closes the file. A database that this
    // process may have open is therefore read under its lock only.
    if !lock.exists() {
        database_file::refuse_foreign(path)?;
    }
    let lock = Lock::take(&lock)?;
    database_file::refuse_foreign(path)?;
    Ok(lock)
}

/// Reads the master key from the key file beside the database. If there is no key file, creates one for a database that
/// was never sealed, and returns an error for a sealed one.
fn own_key(path: PathBuf, sealed: bool) -> Result<(MasterKey, Option<Notice>)> {
    match key_file::load(&path)? {
        Some(key) => Ok((key, None)),
        None if sealed => Err(key_missing(&path)),
        None => Ok((key_file::create(&path)?, Some(Notice::KeyCreated(path)))),
    }
}

/// Creates the error for a sealed database without its key file.
fn key_missing(path: &Path) -> Error {
    let path = path.display();
    let detail = format!("The database is sealed with a master key: restore {path}, or set `store.key`.");
    Error::new(Kind::StorageUnavailable, detail)
}

/// Checks that [`open_file`] could open the database at `path` with this key, or with its key file if `key` is `None`.
/// The caller has the lock, if there is a lock file. Changes neither the database nor its log.
///
/// # Errors
/// `storage_unavailable` if the file is not a database, was written by a later version, or was sealed with another key.
pub(crate) fn inspect(path: &Path, key: Option<&MasterKey>) -> Result<()> {
    database_file::refuse_foreign(path)?;
    let key_path = path.with_added_extension("key");
    let own = if key.is_none() { key_file::load(&key_path)? } else { None };
    if fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return Ok(());
    }
    let Some(connection) = connect::inspector(path)? else { return Ok(()) };
    if has_table(&connection, schema::TABLE)? {
        let newest = format!("SELECT max(version) FROM {}", schema::TABLE);
        let newest = connection.query_row(&newest, [], |row| row.get(0)).map_err(fault::storage)?;
        schema::refuse_later(&schema::SQLITE, newest)?;
    }
    match (read_check(&connection)?, key.or(own.as_ref())) {
        (Some(check), Some(key)) => check.verify(&Seal::new(key)),
        (Some(_), None) => Err(key_missing(&key_path)),
        (None, _) => Ok(()),
    }
}

fn has_table(connection: &Connection, name: &str) -> Result<bool> {
    let select = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?";
    let found = connection.query_row(select, [name], |row| row.get::<_, i64>(0)).map_err(fault::storage)?;
    Ok(found > 0)
}

/// Reads the key check. Returns `None` if the database was never sealed, or has no schema yet.
fn read_check(connection: &Connection) -> Result<Option<KeyCheck>> {
    if !has_table(connection, "meta")? {
        return Ok(None);
    }
    let found = statement::rows(connection, &key_check::select(Dialect::Sqlite)).map_err(fault::storage)?;
    KeyCheck::read(&found)
}

/// Resolves the symbolic links in a path, also if there is no file yet. Two paths to one file would lead to two
/// different lock files. For the same reason, [`DatabaseFile::identify`] refuses hard links.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf> {
    let refuse = |why: &str| fault::unavailable(format!("The database {} {why}", path.display()));
    let is_missing = match fs::canonicalize(path) {
        Ok(path) => return Ok(path),
        Err(cause) => cause.kind() == io::ErrorKind::NotFound,
    };
    let name: &OsStr = path.file_name().ok_or_else(|| refuse("has no file name."))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder)
        .map_err(|cause| refuse("is in a folder that does not exist.").caused_by(cause))?;
    let path = folder.join(name);
    match fs::read_link(&path) {
        // The link leads to the file that SQLite will create. The chain of such links ends, because the system reports
        // another error for a circle.
        Ok(target) if is_missing => resolve(&folder.join(target)),
        _ => Ok(path),
    }
}

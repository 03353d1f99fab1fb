//! The database schemas, and the migration of a database to the newest schema.

use std::{collections::BTreeSet, error::Error as StdError};

use sqlx::{
    SqlSafeStr as _,
    migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator},
};
use switchboard_core::error::Result;

use crate::sql::fault;

/// A schema file: its number, name and content. A released file must never change.
type MigrationFile = (i64, &'static str, &'static str);

/// All files of `migrations/sqlite`.
pub(crate) const SQLITE: [MigrationFile; 4] = [
    (1, "resources", include_str!("../migrations/sqlite/0001_resources.sql")),
    (2, "migrations", include_str!("../migrations/sqlite/0002_migrations.sql")),
    (3, "search", include_str!("../migrations/sqlite/0003_search.sql")),
    (4, "calls", include_str!("../migrations/sqlite/0004_calls.sql")),
];

/// All files of `migrations/postgres`.
pub(crate) const POSTGRES: [MigrationFile; 4] = [
    (1, "resources", include_str!("../migrations/postgres/0001_resources.sql")),
    (2, "migrations", include_str!("../migrations/postgres/0002_migrations.sql")),
    (3, "search", include_str!("../migrations/postgres/0003_search.sql")),
    (4, "calls", include_str!("../migrations/postgres/0004_calls.sql")),
];

/// Name of the table in which the driver records the applied files.
pub(crate) const TABLE: &str = "_sqlx_migrations";
const NEWER_DATABASE: &str = "The database was written by a later version of Switchboard.";

/// Result of a schema migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Names of the files that were applied, such as `0001_resources`. Empty if the schema was already the newest.
    pub applied: Vec<String>,
    /// Number of the newest file, which is the schema's version after the migration.
    pub version: i64,
}

/// Migrates a database to the newest schema. Applies each file in its own transaction. Only one process migrates a
/// database at a time.
pub(crate) async fn run<C: Migrate>(files: &[MigrationFile], connection: &mut C) -> Result<Migrated> {
    try_run(files, connection).await.map_err(|cause| {
        let detail = match &cause {
            MigrateError::VersionMissing(_) => NEWER_DATABASE,
            _ => "The database cannot be migrated to this version's schema.",
        };
        fault::unavailable(detail).caused_by(innermost(&cause))
    })
}

/// Returns the message of the innermost cause. The outer ones of the driver repeat it.
fn innermost(cause: &MigrateError) -> String {
    let mut innermost: &dyn StdError = cause;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

async fn try_run<C: Migrate>(files: &[MigrationFile], connection: &mut C) -> Result<Migrated, MigrateError> {
    connection.lock().await?;
    connection.ensure_migrations_table(TABLE).await?;
    let before = versions(connection).await?;
    Migrator::with_migrations(steps(files)).run_direct(None, connection, false).await?;
    connection.unlock().await?;
    let missing = files.iter().filter(|(number, ..)| !before.contains(number));
    Ok(Migrated {
        applied: missing.map(|(number, name, _)| format!("{number:04}_{name}")).collect(),
        version: newest(files),
    })
}

/// Returns `storage_unavailable` unless the database has exactly this version's schema.
pub(crate) async fn verify<C: Migrate>(files: &[MigrationFile], connection: &mut C) -> Result<()> {
    let old =
        || fault::unavailable("The database does not have this version's schema: run `switchboard migrate`.");
    // The table is missing if the database was never migrated.
    let applied = connection.list_applied_migrations(TABLE).await.map_err(|cause| old().caused_by(cause))?;
    if applied.iter().any(|applied| applied.version > newest(files)) {
        return Err(fault::unavailable(NEWER_DATABASE));
    }
    let has = |step: &Migration| {
        applied.iter().any(|applied| applied.version == step.version && applied.checksum == step.checksum)
    };
    if steps(files).iter().all(has) { Ok(()) } else { Err(old()) }
}

/// Returns `storage_unavailable` if the newest file that was applied to a database belongs to a later version.
pub(crate) fn refuse_later(files: &[MigrationFile], applied: Option<i64>) -> Result<()> {
    match applied.is_some_and(|applied| applied > newest(files)) {
        true => Err(fault::unavailable(NEWER_DATABASE)),
        false => Ok(()),
    }
}

async fn versions<C: Migrate>(connection: &mut C) -> Result<BTreeSet<i64>, MigrateError> {
    let applied = connection.list_applied_migrations(TABLE).await?;
    Ok(applied.into_iter().map(|applied| applied.version).collect())
}

fn newest(files: &[MigrationFile]) -> i64 {
    files.iter().map(|(number, ..)| *number).max().unwrap_or(0)
}

fn steps(files: &[MigrationFile]) -> Vec<Migration> {
    let step = |(number, name, text): &MigrationFile| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, (*text).into_sql_str(), false)
    };
    files.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    #[test]
    fn every_file_is_listed() {
        for (folder, files) in [("sqlite", super::SQLITE), ("postgres", super::POSTGRES)] {
            let folder = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            let on_disk: BTreeSet<String> = fs::read_dir(folder)
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            let listed: BTreeSet<String> =
                files.iter().map(|(number, name, _)| format!("{number:04}_{name}.sql")).collect();
            assert_eq!(on_disk, listed);
        }
    }
}

//! Schema migrations on SQLite.
//!
//! Applied schema files are recorded in the format of sqlx, because earlier versions of Switchboard used the SQLite
//! driver of sqlx.

use std::time::{Duration, Instant};

use futures::future::{BoxFuture, FutureExt as _, ready};
use rusqlite::{Connection, OptionalExtension as _, params};
use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migration};

/// The connection to a database that is being migrated. The futures of its methods are always ready.
pub(super) struct Migrating<'c>(pub(super) &'c mut Connection);

impl Migrating<'_> {
    fn applied(&self, table: &str) -> rusqlite::Result<Vec<AppliedMigration>> {
        let sql = format!("SELECT version, checksum FROM {table} ORDER BY version");
        let mut select = self.0.prepare(&sql)?;
        let read = |row: &rusqlite::Row<'_>| {
            let (version, checksum): (i64, Vec<u8>) = (row.get("version")?, row.get("checksum")?);
            Ok(AppliedMigration { version, checksum: checksum.into() })
        };
        select.query_map([], read)?.collect()
    }

    /// Runs a file and records it, in one transaction. Returns the duration.
    fn run(&mut self, table: &str, migration: &Migration) -> rusqlite::Result<Duration> {
        let begin = Instant::now();
        let transaction = self.0.transaction()?;
        transaction.execute_batch(migration.sql.as_str())?;
        let record = format!(
            "INSERT INTO {table} (version, description, success, checksum, execution_time) VALUES (?, ?, TRUE, ?, ?)"
        );
        let took = i64::try_from(begin.elapsed().as_nanos()).unwrap_or(i64::MAX);
        let (version, description) = (migration.version, &*migration.description);
        transaction.execute(&record, params![version, description, &*migration.checksum, took])?;
        transaction.commit()?;
        Ok(begin.elapsed())
    }
}

impl Migrate for Migrating<'_> {
    fn create_schema_if_not_exists<'e>(
        &'e mut self,
        schema_name: &'e str,
    ) -> BoxFuture<'e, Result<(), MigrateError>> {
        ready(Err(MigrateError::CreateSchemasNotSupported(schema_name.to_owned()))).boxed()
    }

    fn ensure_migrations_table<'e>(
        &'e mut self,
        table_name: &'e str,
    ) -> BoxFuture<'e, Result<(), MigrateError>> {
        let create = format!(
            "CREATE TABLE IF NOT EXISTS {table_name} (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
             installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
             checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)"
        );
        ready(self.0.execute_batch(&create).map_err(failed)).boxed()
    }

    fn dirty_version<'e>(
        &'e mut self,
        table_name: &'e str,
    ) -> BoxFuture<'e, Result<Option<i64>, MigrateError>> {
        let select = format!("SELECT version FROM {table_name} WHERE NOT success ORDER BY version LIMIT 1");
        ready(self.0.query_row(&select, [], |row| row.get(0)).optional().map_err(failed)).boxed()
    }

    fn list_applied_migrations<'e>(
        &'e mut self,
        table_name: &'e str,
    ) -> BoxFuture<'e, Result<Vec<AppliedMigration>, MigrateError>> {
        ready(self.applied(table_name).map_err(failed)).boxed()
    }

    /// Does nothing, because the lock file of the database excludes other processes.
    fn lock(&mut self) -> BoxFuture<'_, Result<(), MigrateError>> {
        ready(Ok(())).boxed()
    }

    fn unlock(&mut self) -> BoxFuture<'_, Result<(), MigrateError>> {
        ready(Ok(())).boxed()
    }

    fn apply<'e>(
        &'e mut self,
        table_name: &'e str,
        migration: &'e Migration,
    ) -> BoxFuture<'e, Result<Duration, MigrateError>> {
        let applied = self.run(table_name, migration).map_err(|cause| {
            let Migration { version, description, .. } = migration;
            let message = format!("the schema file {version:04}_{description} failed: {}", message(&cause));
            MigrateError::Source(message.into())
        });
        ready(applied).boxed()
    }

    /// Returns an error, because no schema file can be reverted.
    fn revert<'e>(
        &'e mut self,
        _table_name: &'e str,
        migration: &'e Migration,
    ) -> BoxFuture<'e, Result<Duration, MigrateError>> {
        ready(Err(MigrateError::VersionNotPresent(migration.version))).boxed()
    }
}

fn failed(cause: rusqlite::Error) -> MigrateError {
    MigrateError::Source(message(&cause).into())
}

/// Returns the message of the database, without the statement, which can be a whole schema file.
fn message(cause: &rusqlite::Error) -> String {
    match cause {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

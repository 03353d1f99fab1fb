//! The schema, step by step.

use sqlx::{
    SqlSafeStr as _, SqlitePool,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};
use switchboard_core::Result;

use super::fault;

/// Every file of `migrations/sqlite`: number, name, text. A file that was released is never changed.
const FILES: [(i64, &str, &str); 1] =
    [(1, "resources", include_str!("../../migrations/sqlite/0001_resources.sql"))];

/// Brings the database to the newest schema, each step in a transaction.
pub(super) async fn run(writer: &SqlitePool) -> Result<()> {
    let steps = FILES.iter().map(|(number, name, text)| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, (*text).into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect()).run(writer).await.map_err(|cause| {
        let detail = match &cause {
            MigrateError::VersionMissing(_) => "The database was written by a later version of Switchboard.",
            _ => "The database cannot be brought to this version's schema.",
        };
        fault::unavailable(detail).caused_by(cause)
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    #[test]
    fn every_file_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
        let on_disk: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let listed: BTreeSet<String> =
            super::FILES.iter().map(|(number, name, _)| format!("{number:04}_{name}.sql")).collect();
        assert_eq!(on_disk, listed);
    }
}

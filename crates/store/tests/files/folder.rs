//! The folder of one test's database.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use switchboard_store::{Opened, open};
use tempfile::TempDir;

pub fn url(folder: &Path) -> String {
    format!("sqlite://{}/test.db", folder.display())
}

pub async fn opened(folder: &TempDir) -> Opened {
    open(&url(folder.path()), None).await.unwrap()
}

/// Changes the database directly, without the store.
pub async fn tamper(folder: &TempDir, sql: &str) {
    let mut connection = SqliteConnection::connect(&url(folder.path())).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

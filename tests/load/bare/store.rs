//! A durable commit for each document, with the driver and the durability settings of Switchboard's own
//! store.

use std::path::Path;

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

#[derive(Clone)]
pub struct Store(SqlitePool);

impl Store {
    pub async fn open(file: &Path) -> sqlx::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        let table = "CREATE TABLE IF NOT EXISTS agents (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT";
        sqlx::query(table).execute(&pool).await?;
        Ok(Self(pool))
    }

    /// Stores a document, and returns after it has been written to the disk.
    pub async fn keep(&self, id: &str, document: &str) -> sqlx::Result<()> {
        let insert = "INSERT INTO agents (id, document) VALUES (?1, ?2) \
                      ON CONFLICT (id) DO UPDATE SET document = excluded.document";
        sqlx::query(insert).bind(id).bind(document).execute(&self.0).await?;
        Ok(())
    }
}

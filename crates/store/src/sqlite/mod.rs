//! The store on SQLite: one connection that writes for all, a few that read, write-ahead log, full durability.

mod checkpoint;
mod connect;
mod group;
mod open;
mod writer;

use sqlx::{SqlitePool, sqlite::SqliteRow};
use switchboard_core::Result;

pub(crate) use open::{migrate_file, open_file, open_memory};

use crate::{
    lock::Lock,
    sql::{Dialect, Engine, Statement, Work, fault},
};

/// A SQLite database.
struct Sqlite {
    writer: writer::Writer,
    /// Connections that cannot write; the writer's own where the database is in memory.
    readers: SqlitePool,
    /// Keeps other processes off the file; memory has none.
    lock: Option<Lock>,
}

impl Engine for Sqlite {
    const DIALECT: Dialect = Dialect::Sqlite;
    type Row = SqliteRow;

    async fn read(&self, statement: Statement) -> Result<Vec<SqliteRow>> {
        statement.query().fetch_all(&self.readers).await.map_err(fault::storage)
    }

    async fn write<W: Work>(&self, work: W) -> Result<W::Output> {
        self.writer.write(work).await
    }

    async fn close(&self) {
        // The last to close moves the log into the database and removes it, which a reader could not.
        self.readers.close().await;
        self.writer.close().await;
        if let Some(lock) = &self.lock {
            lock.release();
        }
    }
}

//! The store on SQLite: one writing connection, several readers, write-ahead log, full durability.

mod batch;
mod checkpoint;
mod connect;
mod open;
mod readers;
mod writer;

use sqlx::sqlite::SqliteRow;
use switchboard_core::error::Result;

pub(crate) use open::{migrate_file, open_file, open_memory};

use crate::{
    lock::Lock,
    sql::{Dialect, Engine, Read, Statement, UnitOfWork},
};

/// A SQLite database.
struct Sqlite {
    writer: writer::Writer,
    /// Readers of a file. A database in memory has only its writer's connection.
    readers: Option<readers::Readers>,
    /// Lock against other processes. A database in memory needs none.
    lock: Option<Lock>,
}

impl Engine for Sqlite {
    const DIALECT: Dialect = Dialect::Sqlite;
    type Row = SqliteRow;

    async fn read(&self, statement: Statement) -> Result<Vec<SqliteRow>> {
        match &self.readers {
            Some(readers) => readers.read(statement).await,
            None => self.writer.write(Read(statement)).await,
        }
    }

    async fn write<W: UnitOfWork>(&self, work: W) -> Result<W::Output<SqliteRow>> {
        self.writer.write(work).await
    }

    async fn close(&self) {
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
        // The last connection to close moves the log into the database and removes it, which a reader could not do.
        self.writer.close().await;
        if let Some(lock) = &self.lock {
            lock.release();
        }
    }
}

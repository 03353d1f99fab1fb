//! The store on SQLite: one writing connection with a thread of its own, several read-only connections, a write-ahead
//! log, and full durability.

mod batch;
mod checkpoint;
mod connect;
mod database_file;
mod migrate;
mod open;
#[cfg(test)]
mod panic_test;
#[cfg(test)]
pub(crate) mod plans;
mod private;
mod readers;
mod row;
mod statement;
mod writer;

use switchboard_core::error::Result;

pub(crate) use open::{inspect, migrate_file, open_file, open_memory, resolve};

use crate::{
    lock::Lock,
    sql::{Dialect, Engine, Read, Statement, UnitOfWork},
};

use row::SqliteRow;

/// A SQLite database.
struct Sqlite {
    writer: writer::Writer,
    /// Read-only connections to a file. `None` for a database in memory, which has only the writer's connection.
    readers: Option<readers::Readers>,
    /// Lock against other processes. `None` for a database in memory.
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

    async fn read_by_key(&self, statement: Statement) -> Result<Option<SqliteRow>> {
        let found = match &self.readers {
            Some(readers) => readers.read_here(&statement).await?,
            None => self.writer.write(Read(statement)).await?,
        };
        Ok(found.into_iter().next())
    }

    async fn write<W: UnitOfWork>(&self, work: W) -> Result<W::Output<SqliteRow>> {
        self.writer.write(work).await
    }

    async fn close(&self) {
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
        // The writer must be closed last. The last connection moves the log into the database and deletes the log,
        // which a read-only connection cannot do.
        self.writer.close().await;
        if let Some(lock) = &self.lock {
            lock.release();
        }
    }
}

//! The store on SQLite: one connection that writes, a few that read, write-ahead log, full durability.

mod columns;
mod fault;
mod key_check;
mod migrations;
mod open;
mod pool;
mod refusal;
mod store;

use sqlx::SqlitePool;

pub(crate) use open::{open_file, open_memory};

use crate::{lock::Lock, seal::Seal};

/// A SQLite database.
struct Sqlite {
    /// One connection: SQLite has one writer, and waiting here is fairer than in its lock.
    writer: SqlitePool,
    /// Connections that cannot write; the writer's own where the database is in memory.
    reader: SqlitePool,
    seal: Seal,
    /// Keeps other processes off the file; memory has none.
    lock: Option<Lock>,
}

//! Durable state: the [`Store`] trait, embedded on SQLite and shared by many processes on PostgreSQL.
//!
//! A store keeps [`Row`]s: a [`Document`] that it does not parse, the few values it searches by, and secrets that it
//! encrypts. It also keeps their [`Revision`]s, the [`Operation`]s that carry them to vendors, the [`Migration`]s that
//! move them between vendors, and [`Replay`]s of requests. It has no knowledge of agents, vendors or HTTP. [`open()`]
//! chooses the implementation by URL.

mod document;
mod key;
mod key_file;
mod lock;
mod migration;
mod mutation;
mod open;
mod operation;
mod postgres;
mod replay;
mod retention;
mod revision;
mod row;
mod schema;
mod seal;
mod sql;
mod sqlite;
mod store;

pub use document::Document;
pub use key::MasterKey;
pub use migration::{Migration, MigrationState, Move, MoveState};
pub use mutation::{Mutation, Next};
pub use open::{Notice, Opened, migrate, open};
pub use operation::{Ending, Operation, OperationFilter, OperationState};
pub use replay::Replay;
pub use retention::Retention;
pub use revision::Revision;
pub use row::{BoundId, Collection, Filter, Row};
pub use schema::Migrated;
pub use store::Store;

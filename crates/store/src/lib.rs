//! Durable state: the [`Store`] trait, embedded on SQLite and shared by many processes on PostgreSQL.
//!
//! A store keeps [`Row`]s: a document it does not look into, the few values it searches by, and secrets that it
//! encrypts; their [`Revision`]s, the [`Operation`]s that carry them to vendors, and [`Replay`]s of requests. It knows
//! nothing of agents, vendors or HTTP. [`open`] chooses the implementation by URL.

mod key;
mod key_file;
mod lock;
mod migrations;
mod open;
mod operation;
mod postgres;
mod replay;
mod revision;
mod row;
mod seal;
mod sql;
mod sqlite;
mod step;
mod store;

pub use key::MasterKey;
pub use migrations::Migrated;
pub use open::{Notice, Opened, migrate, open};
pub use operation::{Ending, Operation, OperationFilter, OperationState, Retention};
pub use replay::Replay;
pub use revision::Revision;
pub use row::{Collection, Filter, Row};
pub use step::{Next, Step};
pub use store::Store;

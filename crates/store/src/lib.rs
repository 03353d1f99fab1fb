//! Durable state: the [`Store`] trait, with implementations for SQLite (embedded, one process) and PostgreSQL (shared
//! by several processes).
//!
//! A store keeps [`Row`]s. A row has a [`Document`] that the store does not parse, the columns that the store searches
//! by, and secrets that the store encrypts. A store also keeps the [`Revision`]s of rows, the [`Operation`]s that write
//! records to vendors, the [`Migration`]s that move records between vendors, the [`Replay`]s of requests, and phone
//! calls ([`CallRow`]). The store has no logic for agents, vendors or HTTP. [`open()`] chooses the implementation by
//! the URL.

mod calls;
mod counts;
mod document;
mod key;
mod key_file;
mod lock;
mod metrics;
mod migration;
mod mutation;
mod open;
mod operation;
mod postgres;
mod preflight;
mod replay;
mod retention;
mod revision;
mod row;
mod schema;
mod seal;
mod search;
mod secrets;
mod sql;
mod sqlite;
mod store;

pub use calls::{
    CallCap, CallCaps, CallCount, CallMutation, CallPosition, CallProgress, CallRow, CallSearch, CallStore,
    CapUsage, DiallingCall, ExpiredCall, FoundCall,
};
pub use counts::{OperationCount, RowCount};
pub use document::Document;
pub use key::MasterKey;
pub use migration::{Migration, MigrationState, Move, MoveState};
pub use mutation::{Mutation, Next};
pub use open::{Notice, Opened, migrate, open};
pub use operation::{Ending, Operation, OperationFilter, OperationState};
pub use preflight::preflight;
pub use replay::Replay;
pub use retention::Retention;
pub use revision::Revision;
pub use row::{BoundId, Collection, Filter, Row};
pub use schema::Migrated;
pub use search::{
    Found, IndexedRoute, Search, SearchChange, SearchEntry, SearchKey, SearchOrder, SearchPosition, Term,
    Unrouted,
};
pub use secrets::StoredSecrets;
pub use store::Store;

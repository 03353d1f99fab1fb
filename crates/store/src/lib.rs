//! Durable state: the [`Store`] trait and its embedded implementation on SQLite.
//!
//! A store keeps [`Row`]s: a document it does not look into, the few values it searches by, and secrets that it
//! encrypts. It knows nothing of agents, vendors or HTTP. [`open`] chooses the implementation by URL.

mod key;
mod key_file;
mod lock;
mod open;
mod row;
mod seal;
mod sqlite;
mod store;

pub use key::MasterKey;
pub use open::{Notice, Opened, open};
pub use row::{Collection, Filter, Row};
pub use store::Store;

//! The store in SQL: the parts that all databases share.
//!
//! A [`SqlStore`] implements the store with [`Statement`]s and [`UnitOfWork`]s. An [`Engine`] runs the statements and
//! the units of work.

mod access;
mod calls;
mod check;
mod claim;
mod clock_check;
mod columns;
mod commit;
pub(crate) mod engine;
pub(crate) mod fault;
pub(crate) mod key_check;
mod migrations;
mod moves;
mod operations;
mod refusal;
mod replays;
mod resources;
mod revisions;
mod search;
pub(crate) mod statement;
mod store;
mod sweep;

pub(crate) use access::SqlStore;
pub(crate) use columns::Columns;
pub(crate) use commit::Guarded;
pub(crate) use engine::{Engine, Failure, Read, Session, UnitOfWork};
pub(crate) use fault::DatabaseError;
pub(crate) use statement::{Dialect, Statement, Value, values};

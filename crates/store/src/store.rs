//! The contract of a store.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use switchboard_core::error::Result;

use crate::{
    BoundId, Collection, Filter, Migration, MigrationState, Move, MoveState, Mutation, Operation,
    OperationFilter, Replay, Retention, Revision, Row,
};

/// A database of rows, their revisions, the operations that carry them to vendors, the migrations that move them between
/// vendors, and the requests that started them.
///
/// A commit that returned `Ok` survives a kill of the process and is visible to every later read. A commit that returned
/// an error changed nothing, with one exception: if the connection to PostgreSQL is lost during a commit, and the status
/// cannot be queried within seconds, the error states that the result is unknown. A commit whose future is dropped
/// happens whole or not at all.
///
/// Several processes may share a store if its implementation supports it; the store's own clock is used then.
///
/// # Errors
/// Every method may return `storage_unavailable` (worth a retry after a second), and `internal` if stored data cannot
/// be read, for example secrets that do not belong to their row. Documents are returned as stored: a damaged one is no
/// error here, but one for its reader ([`Document::read`](crate::Document::read)).
#[async_trait]
pub trait Store: Send + Sync {
    /// Applies these mutations in order, all of them or none.
    ///
    /// # Errors
    /// The refusal of the first [`Mutation`] that is refused.
    async fn commit(&self, mutations: Vec<Mutation>) -> Result<()>;

    /// Returns the row with this id, even if it is hidden.
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Row>>;

    /// Lists at most `limit` rows that match and are not hidden, in byte order of their ids, starting after `after`.
    ///
    /// Pages do not shift: a row that exists throughout is listed once, whatever is added or removed meanwhile.
    async fn list(
        &self,
        collection: Collection,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Row>>;

    /// Lists all remote ids in use at this vendor, including those of hidden rows, in no particular order.
    async fn remote_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<String>>;

    /// Lists all remote ids in use at this vendor with the rows that have them, in no particular order.
    async fn bound_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<BoundId>>;

    /// Returns the revision with this number, accepted or not.
    async fn revision(&self, collection: Collection, record: &str, number: u64) -> Result<Option<Revision>>;

    /// Lists at most `limit` revisions of a record, newest first, starting below `before`.
    async fn revisions(
        &self,
        collection: Collection,
        record: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>>;

    /// Returns the operation with this id.
    async fn operation(&self, id: &str) -> Result<Option<Operation>>;

    /// Lists at most `limit` operations that match, in byte order of their ids, starting after `after`.
    async fn operations(
        &self,
        filter: &OperationFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Operation>>;

    /// Claims at most `limit` operations, each with the next fence, and holds them for the duration `hold`: waiting ones
    /// that are due and held ones whose hold has expired, the longest due first. Excluded are operations whose record has
    /// another held operation (until that one's hold expires and it is claimed itself), and those of the vendors `except`.
    ///
    /// Of any number of concurrent callers, exactly one gets an operation.
    async fn claim(&self, hold: Duration, except: &[String], limit: u32) -> Result<Vec<Operation>>;

    /// Returns the time until the next claim can succeed: zero if it can now, `None` if no operation is waiting or held.
    /// Operations of the vendors `except` do not count.
    async fn next_due(&self, except: &[String]) -> Result<Option<Duration>>;

    /// Returns the migration with this id.
    async fn migration(&self, id: &str) -> Result<Option<Migration>>;

    /// Lists at most `limit` migrations in one of these states, or in any state if `states` is empty, in byte order of
    /// their ids, starting after `after`.
    async fn migrations(
        &self,
        states: &[MigrationState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Migration>>;

    /// Returns the move of a record in a migration.
    async fn move_of(&self, migration: &str, record: &str) -> Result<Option<Move>>;

    /// Lists at most `limit` moves of a migration in one of these states, or in any state if `states` is empty, in byte
    /// order of their records, starting after `after`.
    async fn moves(
        &self,
        migration: &str,
        states: &[MoveState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Move>>;

    /// Returns the open move of a record, in any migration.
    async fn open_move(&self, collection: Collection, record: &str) -> Result<Option<Move>>;

    /// Counts the moves of a migration per state. Empty states are omitted.
    async fn count_moves(&self, migration: &str) -> Result<BTreeMap<MoveState, u64>>;

    /// Returns the stored request with this key.
    async fn replay(&self, scope: &str, key: &str) -> Result<Option<Replay>>;

    /// Deletes a bounded number of expired rows and returns how many were deleted. A migration is deleted before its
    /// moves, so that it is never visible with only some of them.
    async fn sweep(&self, retention: &Retention) -> Result<u64>;

    /// Verifies by a read and a write that the store is usable now.
    async fn check(&self) -> Result<()>;

    /// Flushes pending writes and releases the store. Every later call fails; a second close does nothing.
    async fn close(&self);
}

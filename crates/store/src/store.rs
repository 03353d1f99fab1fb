//! The contract of a store.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use switchboard_core::error::Result;

use crate::{
    BoundId, CallStore, Collection, Filter, Found, Migration, MigrationState, Move, MoveState, Mutation,
    Operation, OperationCount, OperationFilter, Replay, Retention, Revision, Row, RowCount, Search,
    SearchPosition, Unrouted,
};

/// A database of rows, their revisions, the operations that write records to vendors, the migrations that move records
/// between vendors, the requests that have an idempotency key, and phone calls.
///
/// A commit that returned `Ok` is not lost if the process is killed, and is visible to every later read. A commit that
/// returned an error changed nothing, with one exception: if the connection to PostgreSQL is lost during a commit, and
/// the status cannot be queried within 5 seconds, the error states that the result is unknown. A commit whose future is
/// dropped takes effect completely or not at all.
///
/// Several processes may share a store if its implementation supports sharing. A shared store uses the clock of the
/// database. A method that looks up one item returns `None` if there is no such item.
///
/// # Errors
/// Every method may return `storage_unavailable`, with a retry after 1 second; `internal` if stored data cannot be
/// read, for example secrets that do not belong to their row; and, on PostgreSQL, `validation_failed` for a string with
/// the character U+0000. Documents are returned without a check. [`Document::read`](crate::Document::read) returns the
/// error of a damaged document.
#[async_trait]
pub trait Store: Send + Sync {
    /// Applies these mutations in order, all of them or none.
    ///
    /// # Errors
    /// The refusal of the first [`Mutation`] that is refused. [`Mutation`] documents the refusals.
    async fn commit(&self, mutations: Vec<Mutation>) -> Result<()>;

    /// Returns the row with this id, even if the row is hidden. Returns `None` if there is no such row.
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Row>>;

    /// Lists at most `limit` matching rows that are not hidden, in byte order of their ids, starting after the id
    /// `after`.
    ///
    /// Pages do not shift. A row that matches during the whole listing is listed exactly once, even if other rows are
    /// added or removed.
    async fn list(
        &self,
        collection: Collection,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Row>>;

    /// Lists at most `limit` rows that match a search, in the order of the search, starting after the position `after`.
    /// Finds only rows that have an entry in the search index.
    ///
    /// In the order of ids, pages do not shift. In another order, a row that a write moves during the listing may be
    /// listed twice or not at all.
    async fn search(
        &self,
        collection: Collection,
        search: &Search,
        after: Option<&SearchPosition>,
        limit: u32,
    ) -> Result<Vec<Found>>;

    /// Returns true if the search index is marked as complete in the current format: every row that is not hidden has
    /// an entry. A database of an earlier version has no entries when it is migrated, so its index is incomplete.
    async fn is_indexed(&self) -> Result<bool>;

    /// Lists at most `limit` rows that are not hidden and have no entry in the search index, in byte order of their
    /// ids, starting after the id `after`.
    async fn unindexed(&self, collection: Collection, after: Option<&str>, limit: u32) -> Result<Vec<Row>>;

    /// Lists at most `limit` rows whose entry has a [`routed_by`](crate::IndexedRoute::routed_by) other than the given
    /// one, in no particular order.
    async fn unrouted(&self, collection: Collection, routed_by: i64, limit: u32) -> Result<Vec<Unrouted>>;

    /// Lists at most `limit` ids of rows whose entry is marked as [damaged](crate::Term::Damaged), in byte order.
    async fn damaged_ids(&self, collection: Collection, limit: u32) -> Result<Vec<String>>;

    /// Lists at most `limit` ids of agents whose entry has a [handover](crate::Term::Handover) to the agent `to`, in byte
    /// order, starting after the id `after`.
    async fn agents_handing_over(&self, to: &str, after: Option<&str>, limit: u32) -> Result<Vec<String>>;

    /// Lists the remote ids of a collection's rows at this vendor, in no particular order. Includes hidden rows.
    async fn remote_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<String>>;

    /// Lists the remote ids of a collection's rows at this vendor, each with its row, in no particular order. Includes
    /// hidden rows.
    async fn bound_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<BoundId>>;

    /// Returns the accepted or proposed revision with this number.
    async fn revision(&self, collection: Collection, record: &str, number: u64) -> Result<Option<Revision>>;

    /// Lists at most `limit` revisions of a record, newest first. With `before`, lists only revisions with lower
    /// numbers.
    async fn revisions(
        &self,
        collection: Collection,
        record: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>>;

    /// Returns the operation with this id.
    async fn operation(&self, id: &str) -> Result<Option<Operation>>;

    /// Lists at most `limit` matching operations, in byte order of their ids, starting after the id `after`.
    async fn operations(
        &self,
        filter: &OperationFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Operation>>;

    /// Claims at most `limit` operations, raises the fence of each, and holds them for the duration `hold`. An
    /// operation can be claimed if it is waiting and due, or if its hold has expired. The longest overdue operations
    /// are claimed first. A waiting operation cannot be claimed while its record has a held operation, even if that
    /// hold has expired. Operations at the vendors `except` are not claimed. A damaged operation is held but not
    /// returned.
    ///
    /// If several callers claim concurrently, each operation is returned to only one of them.
    async fn claim(&self, hold: Duration, except: &[String], limit: u32) -> Result<Vec<Operation>>;

    /// Returns the time until the next operation can be claimed. The time is zero if an operation can be claimed now.
    /// Returns `None` if no operation is waiting or held. Operations at the vendors `except` do not count.
    async fn next_due(&self, except: &[String]) -> Result<Option<Duration>>;

    /// Counts the open operations by vendor and state. The time that this takes grows with their number, not with the
    /// number of ended operations.
    async fn count_operations(&self) -> Result<Vec<OperationCount>>;

    /// Counts the rows by collection, vendor and sync state. Rows that are hidden or not indexed yet have no sync
    /// state. Scans the search index and an index of all rows, not the rows themselves.
    async fn count_rows(&self) -> Result<Vec<RowCount>>;

    /// Returns the migration with this id.
    async fn migration(&self, id: &str) -> Result<Option<Migration>>;

    /// Lists at most `limit` migrations, in byte order of their ids, starting after the id `after`. Lists only
    /// migrations in one of these states, unless `states` is empty.
    async fn migrations(
        &self,
        states: &[MigrationState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Migration>>;

    /// Returns the move of a record in a migration.
    async fn move_of(&self, migration: &str, record: &str) -> Result<Option<Move>>;

    /// Lists at most `limit` moves of a migration, in byte order of their records' ids, starting after the record
    /// `after`. Lists only moves in one of these states, unless `states` is empty.
    async fn moves(
        &self,
        migration: &str,
        states: &[MoveState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Move>>;

    /// Returns the open move of a record in any migration.
    async fn open_move(&self, collection: Collection, record: &str) -> Result<Option<Move>>;

    /// Counts the moves of a migration by state. States without moves are omitted.
    async fn count_moves(&self, migration: &str) -> Result<BTreeMap<MoveState, u64>>;

    /// Returns the stored request with this idempotency key.
    async fn replay(&self, scope: &str, key: &str) -> Result<Option<Replay>>;

    /// Deletes a limited number of the replays, operations, migrations, moves and revisions that `retention` does not
    /// keep, and returns their number. Deletes a migration before its moves, so that no migration is visible with only
    /// some of its moves.
    async fn sweep(&self, retention: &Retention) -> Result<u64>;

    /// Returns the part of the store that reads and claims calls.
    fn calls(&self) -> &dyn CallStore;

    /// Checks that the store can be used now, with a read and a write.
    async fn check(&self) -> Result<()>;

    /// Completes pending writes and closes the store. Every later call fails, except that a second `close` does
    /// nothing.
    async fn close(&self);
}

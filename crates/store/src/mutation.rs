//! Mutations: the parts of a commit.

use std::time::Duration;

use crate::{Collection, Ending, Migration, Move, Operation, Replay, Revision, Row};

/// One step of a commit. A commit applies its mutations in order, all of them or none.
#[derive(Debug, Clone)]
pub enum Mutation {
    /// Adds a row at version 1, regardless of the version in `Row`. Refused as `already_exists`, with a violation for each of
    /// `/external_ref` and `/remote_id` whose value another row has, or with one for `/id`. Hidden rows count too.
    Insert(Row),
    /// Replaces a row if the stored version equals this row's version, and increments the version. `created_at` is not
    /// changed. Refused as `precondition_failed` if the stored version differs, as `not_found`, or as `already_exists` like
    /// an insert.
    Update(Row),
    /// Changes nothing, and guarantees that the row keeps this version until the commit ends. Refused as
    /// `precondition_failed` if the stored version differs, or as `not_found`.
    Expect {
        /// Collection of the row.
        collection: Collection,
        /// Id of the row.
        id: String,
        /// Version that the caller read.
        version: u64,
    },
    /// Removes a row and its revisions if the row has this version. Refused as `precondition_failed` if the stored version
    /// differs, or as `not_found`.
    Delete {
        /// Collection of the row.
        collection: Collection,
        /// Id of the row.
        id: String,
        /// Version that the caller read.
        version: u64,
    },
    /// Adds a revision. Refused as `state_conflict` if the record already has a revision with this number.
    AddRevision(Revision),
    /// Removes a revision that was never accepted. Does nothing if the record has no revision with this number.
    DropRevision {
        /// Collection of the record.
        collection: Collection,
        /// Id of the record.
        record: String,
        /// Number of the revision.
        number: u64,
    },
    /// Begins an operation. With `hold`, the caller holds the operation for that time, at fence 1. Without `hold`, the
    /// operation waits at fence 0 and is due immediately. The state, fence and times in `operation` are ignored. Refused as
    /// `state_conflict` if the record has another operation that waits or needs attention. With `hold`, it is also refused if
    /// the record has a held operation, even if that hold has expired and no process has claimed the operation again.
    /// Therefore, one operation can wait behind a held one.
    Begin {
        /// The new operation.
        operation: Operation,
        /// Duration of the caller's hold.
        hold: Option<Duration>,
    },
    /// Ends the hold of an operation and replaces its document, if the operation is held with the fence in `operation`.
    /// Refused as `state_conflict` if another process has claimed the operation since. A hold that has expired remains valid
    /// until another process claims the operation.
    Settle {
        /// The operation with its new document.
        operation: Operation,
        /// The state after the attempt.
        next: Next,
    },
    /// Ends an operation as superseded if it waits or needs attention and has this fence. Refused as `state_conflict`
    /// otherwise.
    Supersede {
        /// Id of the operation.
        id: String,
        /// Fence that the caller read.
        fence: u64,
    },
    /// Changes an operation from needing attention to waiting, and replaces its document, if the fence equals the one given
    /// here. The operation is then due immediately. Refused as `state_conflict` otherwise.
    Reopen(Operation),
    /// Stores a request with its idempotency key. Refused as `idempotency_in_progress` if the key is already stored, with or
    /// without an answer.
    Remember(Replay),
    /// Stores the answer to the request that began this operation, for repeated requests. Does nothing if the request had no
    /// key, or if an answer is already stored.
    Answer {
        /// Id of the operation.
        operation: String,
        /// The stored answer.
        reply: Vec<u8>,
    },
    /// Adds a migration at version 1. The version and times in `Migration` are ignored. Refused as `already_exists` if
    /// another migration has the id.
    AddMigration(Migration),
    /// Replaces the state and document of a migration if the stored version equals the version in `Migration`, and increments
    /// the version. Refused as `precondition_failed` if the stored version differs, or as `not_found`.
    UpdateMigration(Migration),
    /// Removes a migration with its moves. Does nothing if it does not exist.
    DropMigration {
        /// Id of the migration.
        id: String,
    },
    /// Adds a move to a migration, at version 1. The version and times in `Move` are ignored. Refused as `state_conflict` if
    /// the migration already has a move of the record, or if this move is open and the record has another open move. Refused
    /// as `not_found` if the migration does not exist.
    AddMove(Move),
    /// Replaces the state and document of a move if the stored version equals the version in `Move`, and increments the
    /// version. Refused as `precondition_failed` if the stored version differs, as `not_found`, or as `state_conflict` if the
    /// new state is open and the record has another open move.
    UpdateMove(Move),
}

/// State of an operation after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The operation is due again after this time. If a newer operation of the record is already waiting, this one is
    /// superseded instead.
    Later(Duration),
    /// The operation waits for an operator's decision. If a newer operation of the record is already waiting, this one is
    /// superseded instead.
    Attention,
    /// The operation has ended.
    End(Ending),
}

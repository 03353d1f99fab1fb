//! Mutations: the elements of a commit.

use std::time::Duration;

use crate::{
    CallMutation, Collection, Ending, Migration, Move, Operation, Replay, Revision, Row, SearchChange,
};

/// One element of a commit. A commit applies its mutations in order, all of them or none.
#[derive(Debug, Clone)]
pub enum Mutation {
    /// Adds a row at version 1, regardless of the version in `Row`. Refused as `already_exists` if another row of the
    /// collection, even a hidden one, has the same external reference, the same remote id at the same vendor, or the
    /// same id. The refusal has a violation for `/external_ref`, for `/remote_id` or for both. If only the id is in
    /// use, it has one for `/id`.
    Insert(Row),
    /// Replaces a row if the stored version equals this row's version, and increments the version. `created_at` is not
    /// changed. Refused as `not_found` if the row does not exist, as `precondition_failed` if the stored version
    /// differs, as `already_exists` if another row has the same external reference or remote id, or as `internal` if
    /// the update would lower the revision.
    Update(Row),
    /// Changes nothing, and guarantees that no other commit changes the row until this commit ends. Refused as
    /// `not_found` if the row does not exist, or as `precondition_failed` if the stored version differs.
    Expect {
        /// Collection of the row.
        collection: Collection,
        /// Id of the row.
        id: String,
        /// Version that the caller read.
        version: u64,
    },
    /// Removes a row with its revisions and its entry in the search index, if the row has this version. Refused as
    /// `not_found` if the row does not exist, or as `precondition_failed` if the stored version differs.
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
    /// Removes a revision. Callers use this mutation for revisions that were never accepted or that they replace. Does
    /// nothing if the record has no revision with this number.
    DropRevision {
        /// Collection of the record.
        collection: Collection,
        /// Id of the record.
        record: String,
        /// Number of the revision.
        number: u64,
    },
    /// Begins an operation. With `hold`, the caller holds the operation for that time, at fence 1. Without `hold`, the
    /// operation waits at fence 0 and is due immediately. The state, fence and times in `operation` are ignored.
    /// Refused as `state_conflict` if the id is in use, or if the record has another operation that waits or needs
    /// attention. With `hold`, also refused if the record has a held operation, even if that hold has expired and no
    /// process has claimed the operation again. Without `hold`, one operation can wait behind a held one.
    Begin {
        /// The new operation.
        operation: Operation,
        /// Duration of the caller's hold. If `None`, the operation waits to be claimed.
        hold: Option<Duration>,
    },
    /// Ends the hold of an operation and replaces its document, if the operation is held with the fence in `operation`.
    /// Otherwise refused as `state_conflict`, for example if another process has claimed the operation since. A hold
    /// that has expired remains valid until another process claims the operation.
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
    /// Changes an operation from needing attention to waiting, and replaces its document, if the stored fence equals
    /// the fence in `Operation`. Refused as `state_conflict` otherwise. The reopened operation is due immediately.
    Reopen(Operation),
    /// Stores a request with its idempotency key, and with its answer if there is one. Refused as
    /// `idempotency_in_progress` if the key is already stored for the same scope, with or without an answer.
    Remember(Replay),
    /// Stores the answer to the request that began this operation or call. Repetitions of the request receive this
    /// answer. Does nothing if the request had no idempotency key, or if an answer is already stored.
    Answer {
        /// Id of the operation or call.
        operation: String,
        /// The answer to store.
        reply: Vec<u8>,
    },
    /// Removes the request that began this operation or call, if no answer is stored, so that a repetition of the
    /// request is carried out as if it were the first. Does nothing otherwise.
    Forget {
        /// Id of the operation or call.
        operation: String,
    },
    /// Adds a migration at version 1. The version and times in `Migration` are ignored. Refused as `already_exists` if
    /// another migration has the same id. Also removes moves that a removed migration with this id left behind.
    AddMigration(Migration),
    /// Replaces the state and document of a migration if the stored version equals the version in `Migration`, and
    /// increments the version. Refused as `not_found` if the migration does not exist, or as `precondition_failed` if
    /// the stored version differs.
    UpdateMigration(Migration),
    /// Removes a migration with its moves. Not refused if the migration does not exist.
    DropMigration {
        /// Id of the migration.
        id: String,
    },
    /// Adds a move to a migration, at version 1. The version and times in `Move` are ignored. Refused as
    /// `state_conflict` if the migration already has a move of the record, or if this move is open and the record has
    /// another open move. Refused as `not_found` if the migration does not exist.
    AddMove(Move),
    /// Replaces the state and document of a move if the stored version equals the version in `Move`, and increments the
    /// version. Refused as `not_found` if the move does not exist, as `precondition_failed` if the stored version
    /// differs, or as `state_conflict` if the new state is open and the record has another open move.
    UpdateMove(Move),
    /// Changes the search index. Never refused.
    Index(SearchChange),
    /// Changes a call. [`CallMutation`] documents the refusals.
    Call(Box<CallMutation>),
}

impl From<CallMutation> for Mutation {
    fn from(mutation: CallMutation) -> Self {
        Self::Call(Box::new(mutation))
    }
}

/// State of an operation after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The operation is due again after this time. If a newer operation of the record is already waiting or needs
    /// attention, this operation is superseded instead.
    Later(Duration),
    /// The operation waits for an operator's decision. If a newer operation of the record is already waiting or needs
    /// attention, this operation is superseded instead.
    Attention,
    /// The operation has ended with this result.
    End(Ending),
}

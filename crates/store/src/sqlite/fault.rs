//! SQLite's failures in our words.

use std::time::Duration;

use sqlx::Error as Cause;
use switchboard_core::{Error, Kind};

/// Any failure of a statement: what cannot be decoded is a fault inside, everything else may pass.
pub(super) fn storage(cause: Cause) -> Error {
    match cause {
        Cause::ColumnDecode { .. } | Cause::Decode(_) | Cause::ColumnNotFound(_) => {
            Error::new(Kind::Internal, "The store holds something that cannot be understood.")
        }
        _ => unavailable("The store cannot be read or written."),
    }
    .caused_by(cause)
}

/// The store is not usable now.
pub(super) fn unavailable(detail: impl Into<String>) -> Error {
    Error::new(Kind::StorageUnavailable, detail).retry_after(Duration::from_secs(1))
}

/// Whether a statement failed only because a unique value is taken.
pub(super) fn is_taken(cause: &Cause) -> bool {
    cause.as_database_error().is_some_and(|cause| cause.is_unique_violation())
}

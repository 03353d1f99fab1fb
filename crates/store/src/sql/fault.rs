//! Conversion of database failures to errors.

use std::time::Duration;

use sqlx::Error as Cause;
use switchboard_core::error::{Error, Kind};

/// PostgreSQL's error code for a character that it cannot store. In this store, the character can only be U+0000.
const CHARACTER_NOT_IN_REPERTOIRE: &str = "22021";

/// Converts the failure of a statement to an error: `internal` if a value cannot be decoded or a column is missing,
/// `validation_failed` for the character U+0000, and `storage_unavailable` for any other failure.
pub(crate) fn storage(cause: Cause) -> Error {
    let code = cause.as_database_error().and_then(|cause| cause.code());
    match cause {
        Cause::ColumnDecode { .. } | Cause::Decode(_) | Cause::ColumnNotFound(_) => {
            Error::new(Kind::Internal, "The store holds data that cannot be read.")
        }
        _ if code.as_deref() == Some(CHARACTER_NOT_IN_REPERTOIRE) => Error::new(
            Kind::ValidationFailed,
            "A string with the character U+0000 cannot be stored or searched for.",
        ),
        _ => unavailable("The store cannot be read or written."),
    }
    .caused_by(cause)
}

/// Creates the error for a store that cannot be used now. The caller should retry after 1 second.
pub(crate) fn unavailable(detail: impl Into<String>) -> Error {
    Error::new(Kind::StorageUnavailable, detail).retry_after(Duration::from_secs(1))
}

/// Creates the error for damaged data.
pub(super) fn damaged(what: &str, place: &str) -> Error {
    Error::new(Kind::Internal, format!("The {what} of {place} is damaged."))
}

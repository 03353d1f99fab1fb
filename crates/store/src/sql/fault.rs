//! The databases' failures in our words.

use std::time::Duration;

use sqlx::Error as Cause;
use switchboard_core::{Error, Kind};

/// PostgreSQL's code for text that it cannot hold; the only such text that reaches it has a U+0000.
const CHARACTER_NOT_IN_REPERTOIRE: &str = "22021";

/// Any failure of a statement: what cannot be decoded is a fault inside, everything else may pass.
pub(crate) fn storage(cause: Cause) -> Error {
    let code = cause.as_database_error().and_then(|cause| cause.code());
    match cause {
        Cause::ColumnDecode { .. } | Cause::Decode(_) | Cause::ColumnNotFound(_) => {
            Error::new(Kind::Internal, "The store holds something that cannot be understood.")
        }
        _ if code.as_deref() == Some(CHARACTER_NOT_IN_REPERTOIRE) => Error::new(
            Kind::ValidationFailed,
            "Text with the character U+0000 cannot be stored or looked for.",
        ),
        _ => unavailable("The store cannot be read or written."),
    }
    .caused_by(cause)
}

/// The store is not usable now.
pub(crate) fn unavailable(detail: impl Into<String>) -> Error {
    Error::new(Kind::StorageUnavailable, detail).retry_after(Duration::from_secs(1))
}

/// Something stored is not what was stored.
pub(super) fn damaged(what: &str, place: &str) -> Error {
    Error::new(Kind::Internal, format!("The {what} of {place} is damaged."))
}

//! Database failures, and their conversion to errors.

use std::{error::Error as StdError, fmt, time::Duration};

use switchboard_core::error::{Error, Kind};

/// PostgreSQL's error code for a character that it cannot store. In this store, the character can only be U+0000.
const CHARACTER_NOT_IN_REPERTOIRE: &str = "22021";

/// The failure of a statement.
#[derive(Debug)]
pub(crate) enum DatabaseError {
    Sqlite(rusqlite::Error),
    Postgres(sqlx::Error),
}

impl DatabaseError {
    /// Returns true if a stored value cannot be decoded or a column is missing.
    fn is_damage(&self) -> bool {
        use rusqlite::Error as Sqlite;
        use sqlx::Error as Postgres;
        matches!(
            self,
            Self::Sqlite(
                Sqlite::FromSqlConversionFailure(..)
                    | Sqlite::InvalidColumnType(..)
                    | Sqlite::InvalidColumnName(_)
                    | Sqlite::Utf8Error(..)
            ) | Self::Postgres(
                Postgres::ColumnDecode { .. } | Postgres::Decode(_) | Postgres::ColumnNotFound(_)
            )
        )
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(cause) => cause.fmt(f),
            Self::Postgres(cause) => cause.fmt(f),
        }
    }
}

impl StdError for DatabaseError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Sqlite(cause) => cause.source(),
            Self::Postgres(cause) => cause.source(),
        }
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Sqlite(cause)
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(cause: sqlx::Error) -> Self {
        Self::Postgres(cause)
    }
}

/// Converts the failure of a statement to an error: `internal` if a value cannot be decoded or a column is missing,
/// `validation_failed` for the character U+0000, and `storage_unavailable` for any other failure.
pub(crate) fn storage(cause: impl Into<DatabaseError>) -> Error {
    let cause = cause.into();
    let code = match &cause {
        DatabaseError::Postgres(cause) => cause.as_database_error().and_then(|cause| cause.code()),
        DatabaseError::Sqlite(_) => None,
    };
    let error = if cause.is_damage() {
        Error::new(Kind::Internal, "The store holds data that cannot be read.")
    } else if code.as_deref() == Some(CHARACTER_NOT_IN_REPERTOIRE) {
        let detail = "A string with the character U+0000 cannot be stored or searched for.";
        Error::new(Kind::ValidationFailed, detail)
    } else {
        unavailable("The store cannot be read or written.")
    };
    error.caused_by(cause)
}

/// Creates the error for a store that cannot be used now. The caller should retry after 1 second.
pub(crate) fn unavailable(detail: impl Into<String>) -> Error {
    Error::new(Kind::StorageUnavailable, detail).retry_after(Duration::from_secs(1))
}

/// Creates the error for damaged data.
pub(super) fn damaged(what: &str, place: &str) -> Error {
    Error::new(Kind::Internal, format!("The {what} of {place} is damaged."))
}

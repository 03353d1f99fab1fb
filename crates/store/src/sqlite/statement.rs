//! Statements on a connection to SQLite.

use rusqlite::{
    CachedStatement, Connection, ToSql,
    types::{ToSqlOutput, ValueRef},
};

use super::row::SqliteRow;
use crate::sql::{DatabaseError, Statement, Value};

/// Name of the parameter for the store's current time.
const NOW: &str = "@now";

/// Runs a statement and returns the rows that it selects or returns.
pub(super) fn rows(connection: &Connection, statement: &Statement) -> Result<Vec<SqliteRow>, DatabaseError> {
    SqliteRow::read_all(&mut prepared(connection, statement)?)
}

/// Runs a statement and returns the number of rows that it changes.
pub(super) fn change(connection: &Connection, statement: &Statement) -> Result<u64, DatabaseError> {
    Ok(prepared(connection, statement)?.raw_execute()? as u64)
}

/// Prepares a statement, or takes it from the connection's prepared statements, and binds its values.
fn prepared<'c>(
    connection: &'c Connection,
    statement: &Statement,
) -> Result<CachedStatement<'c>, DatabaseError> {
    let mut prepared = connection.prepare_cached(statement.sql())?;
    let now = prepared.parameter_index(NOW)?;
    let mut values = statement.values().iter();
    for place in 1..=prepared.parameter_count() {
        if now == Some(place) {
            prepared.raw_bind_parameter(place, jiff::Timestamp::now().as_microsecond())?;
        } else {
            prepared.raw_bind_parameter(place, values.next())?;
        }
    }
    Ok(prepared)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Text(None) | Self::Bytes(None) => ValueRef::Null,
            Self::Whole(whole) => ValueRef::Integer(*whole),
            Self::Flag(flag) => ValueRef::Integer((*flag).into()),
        }))
    }
}

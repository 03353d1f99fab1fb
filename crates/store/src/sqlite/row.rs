//! Rows of SQLite.

use std::sync::Arc;

use rusqlite::{CachedStatement, types::ValueRef};
use switchboard_core::error::{Error, Kind, Result};

use crate::{
    Document,
    sql::{Columns, DatabaseError},
};

/// A row, independent of the statement that selected it.
pub(super) struct SqliteRow {
    names: Arc<[Box<str>]>,
    cells: Vec<Cell>,
}

/// The value of a column. The store's tables have no column with floating-point numbers.
enum Cell {
    Null,
    Whole(i64),
    Text(Arc<str>),
    Bytes(Vec<u8>),
}

impl SqliteRow {
    /// Runs a statement whose parameters are already bound, and returns the rows that it selects or returns.
    pub(super) fn read_all(statement: &mut CachedStatement<'_>) -> Result<Vec<Self>, DatabaseError> {
        let names: Arc<[Box<str>]> = statement.column_names().into_iter().map(Box::from).collect();
        let mut found = statement.raw_query();
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let cells = (0..names.len()).map(|place| Cell::read(row.get_ref(place)?));
            rows.push(Self {
                cells: cells.collect::<Result<_, DatabaseError>>()?,
                names: Arc::clone(&names),
            });
        }
        Ok(rows)
    }

    fn cell(&self, name: &str) -> Result<&Cell> {
        let place = self.names.iter().position(|known| **known == *name);
        place.and_then(|place| self.cells.get(place)).ok_or_else(|| unreadable(name))
    }
}

impl Cell {
    fn read(value: ValueRef<'_>) -> Result<Self, DatabaseError> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(whole) => Self::Whole(whole),
            ValueRef::Text(_) => Self::Text(value.as_str().map_err(rusqlite::Error::from)?.into()),
            ValueRef::Blob(bytes) => Self::Bytes(bytes.to_vec()),
            ValueRef::Real(_) => {
                return Err(rusqlite::Error::from(rusqlite::types::FromSqlError::InvalidType).into());
            }
        })
    }
}

impl Columns for SqliteRow {
    fn text(&self, name: &str) -> Result<String> {
        self.maybe_text(name)?.ok_or_else(|| unreadable(name))
    }

    fn maybe_text(&self, name: &str) -> Result<Option<String>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some((**text).to_owned())),
            _ => Err(unreadable(name)),
        }
    }

    fn whole(&self, name: &str) -> Result<i64> {
        self.maybe_whole(name)?.ok_or_else(|| unreadable(name))
    }

    fn maybe_whole(&self, name: &str) -> Result<Option<i64>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Whole(whole) => Ok(Some(*whole)),
            _ => Err(unreadable(name)),
        }
    }

    fn maybe_bytes(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes.clone())),
            _ => Err(unreadable(name)),
        }
    }

    fn flag(&self, name: &str) -> Result<bool> {
        Ok(self.whole(name)? != 0)
    }

    fn document(&self) -> Result<Document> {
        match self.cell("document")? {
            Cell::Text(text) => Ok(Arc::clone(text).into()),
            _ => Err(unreadable("document")),
        }
    }
}

/// Creates the error for a column that is missing or has a value of another type.
fn unreadable(name: &str) -> Error {
    Error::new(Kind::Internal, "The store holds data that cannot be read.")
        .caused_by(rusqlite::Error::InvalidColumnName(name.to_owned()))
}

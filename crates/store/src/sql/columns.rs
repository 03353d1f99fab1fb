//! Access to the columns of a database row.

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::{ColumnIndex, Decode, Row, Type};
use switchboard_core::error::Result;

use super::fault::{damaged, storage};
use crate::{Collection, Document};

/// The columns of a database row. `place` names the row in the error for a damaged value.
///
/// # Errors
/// `internal` if a column is missing or its value is not valid.
pub(crate) trait Columns: Send + 'static {
    fn text(&self, name: &str) -> Result<String>;
    fn maybe_text(&self, name: &str) -> Result<Option<String>>;
    fn whole(&self, name: &str) -> Result<i64>;
    fn maybe_whole(&self, name: &str) -> Result<Option<i64>>;
    fn maybe_bytes(&self, name: &str) -> Result<Option<Vec<u8>>>;
    fn flag(&self, name: &str) -> Result<bool>;
    fn document(&self) -> Result<Document>;

    fn count(&self, name: &str, place: &str) -> Result<u64> {
        self.whole(name)?
            .try_into()
            .map_err(|cause: std::num::TryFromIntError| damaged(name, place).caused_by(cause))
    }

    fn time(&self, name: &str, place: &str) -> Result<Timestamp> {
        Timestamp::from_microsecond(self.whole(name)?).map_err(|cause| damaged(name, place).caused_by(cause))
    }

    fn maybe_time(&self, name: &str, place: &str) -> Result<Option<Timestamp>> {
        let time =
            |time| Timestamp::from_microsecond(time).map_err(|cause| damaged(name, place).caused_by(cause));
        self.maybe_whole(name)?.map(time).transpose()
    }

    fn collection(&self, place: &str) -> Result<Collection> {
        let name = self.text("collection")?;
        let known = Collection::ALL.into_iter().find(|known| known.as_str() == name);
        known.ok_or_else(|| damaged("collection", place))
    }
}

impl<R: Row> Columns for R
where
    for<'c> &'c str: ColumnIndex<R>,
    for<'c> &'c str: Decode<'c, R::Database> + Type<R::Database>,
    for<'c> String: Decode<'c, R::Database> + Type<R::Database>,
    for<'c> Vec<u8>: Decode<'c, R::Database> + Type<R::Database>,
    for<'c> i64: Decode<'c, R::Database> + Type<R::Database>,
    for<'c> bool: Decode<'c, R::Database> + Type<R::Database>,
{
    fn text(&self, name: &str) -> Result<String> {
        self.try_get(name).map_err(storage)
    }

    fn maybe_text(&self, name: &str) -> Result<Option<String>> {
        self.try_get(name).map_err(storage)
    }

    fn whole(&self, name: &str) -> Result<i64> {
        self.try_get(name).map_err(storage)
    }

    fn maybe_whole(&self, name: &str) -> Result<Option<i64>> {
        self.try_get(name).map_err(storage)
    }

    fn maybe_bytes(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.try_get(name).map_err(storage)
    }

    fn flag(&self, name: &str) -> Result<bool> {
        self.try_get(name).map_err(storage)
    }

    fn document(&self) -> Result<Document> {
        // Borrow the string, so that the document is copied only once.
        let text: &str = self.try_get("document").map_err(storage)?;
        Ok(Arc::<str>::from(text).into())
    }
}

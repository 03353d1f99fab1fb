//! Access to the columns of a database row.

use jiff::Timestamp;
use switchboard_core::error::Result;

use super::fault::damaged;
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

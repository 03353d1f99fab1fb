//! The choice of the index that a query of the search index follows.

use switchboard_core::error::Result;

use super::query::{Driver, MAX_DRIVEN, sample};
use crate::{
    Collection, Search, SearchKey,
    sql::{Columns as _, Engine, SqlStore},
};

impl<E: Engine> SqlStore<E> {
    /// Chooses the driver of a query: the condition that selects the rows from which the query starts. Returns `None`
    /// if the query should follow the index of its order instead.
    pub(crate) async fn choose_driver<'s>(
        &self,
        collection: Collection,
        search: &'s Search,
    ) -> Result<Option<Driver<'s>>> {
        let drivers = Driver::all(search);
        let by_id = search.order.key == SearchKey::Id;
        let ordered = drivers.iter().find(|driver| by_id && driver.is_in_order_of_ids()).copied();
        match drivers.as_slice() {
            [only] if ordered.is_some() => return Ok(Some(*only)),
            [Driver::ExternalRef(_), ..] => return Ok(drivers.into_iter().next()),
            _ => {}
        }
        let mut fewest = MAX_DRIVEN.into();
        let mut chosen = ordered;
        for driver in drivers {
            let found = self.read_one(sample(Self::DIALECT, collection, &driver)).await?;
            let found = found.map_or(Ok(0), |found| found.whole("found"))?;
            if found <= fewest {
                (fewest, chosen) = (found, Some(driver));
            }
        }
        Ok(chosen)
    }
}

//! The open operations at a vendor, read page by page.

use switchboard_core::error::Result;
use switchboard_store::{self as store, OperationFilter, OperationState, Store};

use super::{Managed, Repository};

/// The number of operations in a page.
const PAGE: u32 = 200;

/// A reader of the open operations at a vendor. The reader keeps only one page in memory. The operations are in the order
/// of their ids, so a later page also contains the operations that begin during the reading.
pub struct OpenOperations<'r> {
    store: &'r dyn Store,
    filter: OperationFilter,
    after: Option<String>,
}

impl Repository {
    /// Reads the open operations at a vendor that are in one of the states `states`. If `states` is empty, reads those in
    /// every open state.
    pub fn open_operations(&self, vendor: &str, states: &[OperationState]) -> OpenOperations<'_> {
        let mut states = states.to_vec();
        if states.is_empty() {
            states.extend(OperationState::ALL.into_iter().filter(|state| state.is_open()));
        }
        let filter = OperationFilter { states, record: None, vendor: Some(vendor.to_owned()) };
        OpenOperations { store: self.store(), filter, after: None }
    }
}

impl OpenOperations<'_> {
    /// Reads the next page, and returns its operations that write records of the kind `R`. Returns `None` after the last
    /// page.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn next_page<R: Managed>(&mut self) -> Result<Option<Vec<store::Operation>>> {
        let mut page = self.store.operations(&self.filter, self.after.as_deref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = Some(last.id.clone());
        page.retain(|operation| operation.collection == R::COLLECTION);
        Ok(Some(page))
    }
}

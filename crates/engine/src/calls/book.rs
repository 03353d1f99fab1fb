//! The component that reads and commits the stored calls.

use std::sync::Arc;

use switchboard_core::{
    error::{Error, Kind, Result},
    model::PhoneNumber,
};
use switchboard_store::{CallPosition, CallSearch, CallStore};

use super::{CallRecord, PeerHash};
use crate::records::{Batch, Page, Repository, page};

/// The component that reads and commits the stored calls.
pub struct CallBook {
    repository: Arc<Repository>,
    peers: PeerHash,
}

impl CallBook {
    /// Creates a component over the store of a repository.
    pub fn new(repository: Arc<Repository>, peers: PeerHash) -> Self {
        Self { repository, peers }
    }

    /// Returns the store of calls, for queries that this type does not offer. Every change must use [`Self::commit`].
    pub fn store(&self) -> &dyn CallStore {
        self.repository.store().calls()
    }

    /// Returns the function that hashes phone numbers.
    pub fn peers(&self) -> &PeerHash {
        &self.peers
    }

    /// Reads a call.
    ///
    /// # Errors
    /// `not_found` if there is no call with this id; `storage_unavailable`; `internal` if the stored call cannot be
    /// read.
    pub async fn get(&self, id: &str) -> Result<CallRecord> {
        match self.store().get(id).await? {
            Some(row) => CallRecord::from_row(row),
            None => Err(Error::new(Kind::NotFound, format!("There is no call {id:?}."))),
        }
    }

    /// Returns a search for the calls whose peer has this phone number.
    pub fn search_for(&self, number: &PhoneNumber) -> CallSearch {
        CallSearch { peer: Some(self.peers.hash(number)), ..CallSearch::default() }
    }

    /// Lists the matching calls, newest first, after a position. A search by the phone number does not find erased
    /// calls, although the hash of their number may still be stored.
    ///
    /// # Errors
    /// `storage_unavailable`. A damaged call is not an error; see [`Page::read`].
    pub async fn list(
        &self,
        search: &CallSearch,
        after: Option<&CallPosition>,
        limit: usize,
    ) -> Result<Page<CallRecord, CallPosition>> {
        let rows = self.store().list(search, after, page::rows(limit)).await?;
        let mut page = Page::read(
            rows,
            limit,
            |found| found.position.clone(),
            |found| found.row.and_then(CallRecord::from_row),
        );
        if search.peer.is_some() {
            page.items.retain(|call| !call.tracked.is_erased());
        }
        Ok(page)
    }

    /// Commits a batch atomically. [`Batch::change_call`] adds a change to a call.
    ///
    /// # Errors
    /// The errors of [`Repository::commit`].
    pub async fn commit(&self, batch: Batch) -> Result<()> {
        self.repository.commit(batch).await.map(drop)
    }
}

//! Reading a vendor's record and comparing it with the desired state.

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result},
    plan::{Observed, Parts},
    rule::Comparison,
    vendor::{Fetched, ReadBack, ReadScope, Remote},
};

use super::Target;
use crate::records::{Item, Managed, Observation};

impl<R: Managed> Target<'_, R> {
    /// Decodes a vendor's document into a record.
    pub fn decode(&self, document: &Value) -> Observed<R> {
        self.translator().decode(document)
    }

    /// Compares a record with the vendor's record. Compares only the name if the vendor returns only names. If `remote`
    /// is `None`, the result is [`Observation::Missing`].
    ///
    /// # Errors
    /// The errors of [`Self::resolve_known`].
    pub async fn compare(&self, item: &Item<R>, remote: Option<&Remote>) -> Result<Observation> {
        let Some(remote) = remote else { return Ok(Observation::Missing) };
        let desired = self.resolve_known(&item.body.desired).await?;
        let Comparison { drift, regained } =
            self.translator().compare(&desired, &item.report, &remote.document);
        Ok(Observation::Record(Comparison { drift: self.in_own_ids(drift).await?, regained }))
    }

    /// Fetches the vendor's record with these parts. Returns `None` if the vendor does not have the record.
    ///
    /// # Errors
    /// The errors of the exchange and of [`Self::confirm_gone`]; `internal` if the vendor has no request for a single
    /// record.
    pub async fn fetch(&self, parts: &Parts, scope: ReadScope) -> Result<Option<Remote>> {
        let Some(exchange) = self.resource.fetch(parts, scope) else {
            return Err(Error::new(Kind::Internal, "This vendor's records cannot be read one by one."));
        };
        match self.run(exchange).await {
            Err(error) if error.means_gone() => {
                self.confirm_gone(self.main_part(), parts.id(self.main_part())?).await?;
                Ok(None)
            }
            result => result.map(Fetched::found),
        }
    }

    /// Finds the vendor's record with these parts. Fetches the record by its id if the vendor returns single records.
    /// Otherwise, searches the vendor's list. Returns `None` if the vendor does not have the record.
    ///
    /// # Errors
    /// The errors of the exchange and of [`Self::confirm_gone`].
    pub async fn find(&self, parts: &Parts, scope: ReadScope) -> Result<Option<Remote>> {
        match self.read_back() {
            ReadBack::One => self.fetch(parts, scope).await,
            ReadBack::Listing | ReadBack::NameOnly => {
                Ok(self.vendor.records(self.resource).await?.get(parts.id(self.main_part())?).cloned())
            }
        }
    }

    /// Returns the vendor's document for the record with these parts. Looks for bound objects only if some are among the
    /// parts. Returns `None` if the vendor does not have the record, or if it returns only names.
    ///
    /// # Errors
    /// The errors of [`Self::find`].
    pub async fn document_if_readable(&self, parts: &Parts) -> Result<Option<Value>> {
        Ok(self.find_if_readable(parts).await?.map(|remote| remote.document))
    }

    /// Finds the vendor's record with these parts. Looks for bound objects only if some are among the parts. Returns
    /// `None` if the vendor does not have the record, or if it returns only names.
    ///
    /// # Errors
    /// The errors of [`Self::find`].
    pub async fn find_if_readable(&self, parts: &Parts) -> Result<Option<Remote>> {
        match self.read_back() {
            ReadBack::One | ReadBack::Listing => self.find(parts, self.scope(parts)).await,
            ReadBack::NameOnly => Ok(None),
        }
    }

    /// Returns true if the vendor's record consists of exactly these parts and has no unpublished changes.
    pub fn is_whole(&self, parts: &Parts, remote: &Remote) -> bool {
        let is_published = remote.is_published || !self.resource.parts().iter().any(|part| part.published);
        let same_parts = || parts.besides(&remote.parts).is_empty() && remote.parts.besides(parts).is_empty();
        is_published && (!self.has_several_parts() || same_parts())
    }

    /// Returns the stored parts of a record without those that its vendor no longer has. The vendor's record may lack
    /// the ids of some items of a list part. The function therefore looks up each missing item in the vendor's list of
    /// such objects, and keeps the item if the vendor has no such list.
    ///
    /// # Errors
    /// The errors of reading the vendor's lists.
    pub async fn parts_left(&self, stored: &Parts, remote: &Remote) -> Result<Parts> {
        let mut left = stored.clone();
        let owned =
            self.resource.parts().iter().filter(|part| !part.is_bound && part.name != self.main_part());
        for part in owned {
            if !part.is_list() {
                if remote.parts.get(part.name).is_none() {
                    left.remove(part.name);
                }
                continue;
            }
            let key = |item: &str| format!("{}/{item}", part.name);
            let items = stored.items(part.name);
            let unseen: Vec<_> = items.filter(|(item, _)| remote.parts.get(&key(item)).is_none()).collect();
            let list = if unseen.is_empty() { None } else { self.resource.find(part.name) };
            let Some(list) = list else { continue };
            let found = self.vendor.run::<R, _>(list).await?;
            for (item, state) in unseen {
                if !found.iter().any(|found| found.state.id == state.id) {
                    left.remove(&key(item));
                }
            }
        }
        Ok(left)
    }

    /// Returns the scope in which a write reads its record: without bound objects if the record has none. An object that
    /// another user binds to the record is found when the record is synced.
    pub(super) fn scope(&self, parts: &Parts) -> ReadScope {
        if self.has_bound(parts) { ReadScope::Bound } else { ReadScope::Owned }
    }

    /// Returns the vendor's document for a record that must exist. If the vendor returns only names, checks that the
    /// record exists and returns `None`.
    ///
    /// # Errors
    /// The errors of the exchange; `vendor_unavailable` if the vendor does not return the record. It may still return
    /// the record later.
    pub async fn document(&self, parts: &Parts) -> Result<Option<Value>> {
        let (there, document) = match self.read_back() {
            ReadBack::NameOnly => (self.fetch(parts, ReadScope::Owned).await?.is_some(), None),
            ReadBack::One | ReadBack::Listing => {
                let document = self.document_if_readable(parts).await?;
                (document.is_some(), document)
            }
        };
        let unseen = || {
            let detail = format!("{} does not return the {} that it created.", self.vendor.name(), R::NAME);
            Error::new(Kind::VendorUnavailable, detail)
        };
        if there { Ok(document) } else { Err(unseen()) }
    }
}

//! The bound on writes in progress. It includes writes that continue after their callers have left or been answered.

use switchboard_core::error::{Error, Kind, Result};

use super::Writer;
use crate::{
    metrics::Limit,
    places::{Place, PlaceLimits},
    request::RequestContext,
};

impl Writer {
    /// Takes a place among the writes for the request's caller. The write keeps the place until its attempt ends.
    ///
    /// # Errors
    /// `overloaded` if all places, or the caller's share of them, are taken.
    pub fn admit(&self, request: &mut RequestContext) -> Result<()> {
        let limits = PlaceLimits::new(self.settings.writes.max_in_progress, self.settings.several_callers);
        let place = self.handles.writes_of_callers.take(&request.caller, limits);
        request.occupied.add(place.ok_or_else(too_many)?);
        Ok(())
    }

    /// Takes a place among the writes to a vendor. If there are several vendors, each vendor can take at most half of
    /// the places, rounded up. A vendor that does not respond therefore cannot block the writes to the others,
    /// unless there is only one place.
    ///
    /// # Errors
    /// `overloaded` if all places, or the vendor's share of them, are taken.
    pub(crate) fn admit_to_vendor(&self, vendor: &str) -> Result<Place> {
        let several_vendors = self.fleet.vendors().nth(1).is_some();
        let limits = PlaceLimits::new(self.settings.writes.max_in_progress, several_vendors);
        self.handles.writes_to_vendors.take(vendor, limits).ok_or_else(too_many)
    }
}

fn too_many() -> Error {
    Limit::Writes.count_refusal();
    let detail = "The gateway has the maximum number of writes in progress; try again shortly.";
    Error::new(Kind::Overloaded, detail)
}

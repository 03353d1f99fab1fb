//! Requirements of the transport on a vendor account, without the fields of records.

use url::Url;

use crate::{
    error::Result,
    vendor::{Reply, Request},
};

/// An account at a vendor, as the transport sees it.
pub trait Account: Send + Sync {
    /// Returns the base URL of the vendor's API. Request paths are appended to it.
    fn base_url(&self) -> &Url;

    /// Adds the account's credential to a request.
    fn sign(&self, request: &mut Request);

    /// Lets a success through and turns the vendor's failure into ours.
    ///
    /// Gets every answer the vendor gave, of any status. A failure dressed as HTTP 200 is a failure.
    ///
    /// # Errors
    /// `vendor_rejected`, `vendor_auth_failed`, `vendor_quota_exhausted`, `vendor_throttled`,
    /// `vendor_unavailable`, each with a [`VendorFailure`](crate::error::VendorFailure) that states its
    /// consequence for the vendor's state.
    fn admit(&self, reply: Reply) -> Result<Reply>;
}

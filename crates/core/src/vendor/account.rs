//! The contract of a vendor account with the transport, which needs no fields of records.

use url::Url;

use crate::{
    error::Result,
    vendor::{Reply, Request},
};

/// An account at a vendor: its URL, its credential and the meaning of its status codes.
pub trait Account: Send + Sync {
    /// Returns the base URL of the vendor's API. Request paths are appended to it.
    fn base_url(&self) -> &Url;

    /// Adds the account's credential to a request.
    fn sign(&self, request: &mut Request);

    /// Returns a successful answer, and converts a failed one to an error.
    ///
    /// The transport passes every answer, with any status. An answer with HTTP status 200 that reports a
    /// failure is a failure.
    ///
    /// # Errors
    /// `vendor_rejected`, `vendor_auth_failed`, `vendor_quota_exhausted`, `vendor_throttled`,
    /// `vendor_unavailable` or `vendor_protocol_error`, each with a
    /// [`VendorFailure`](crate::error::VendorFailure) that states the consequence for the vendor's state.
    fn admit(&self, reply: Reply) -> Result<Reply>;
}

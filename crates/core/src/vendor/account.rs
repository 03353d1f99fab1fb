//! The contract between a vendor account and the transport. The contract is independent of record fields.

use url::Url;

use crate::{
    error::Result,
    vendor::{AllowedHost, Reply, Request},
};

/// An account at a vendor: its URL, its credential, the hosts to which granted URLs may lead, and the meaning of its
/// answers.
pub trait Account: Send + Sync {
    /// Returns the base URL of the vendor's API. Request paths are appended to this URL.
    fn base_url(&self) -> &Url;

    /// Returns the hosts to which requests with a granted URL may be sent. If the list is empty, no such request is
    /// sent, not even to the host of the base URL.
    fn allowed_hosts(&self) -> &[AllowedHost] {
        &[]
    }

    /// Adds the account's credential to a request. The transport calls this method for each request below the
    /// base URL. For a granted URL, it calls the method only if requests to the host [are
    /// signed](AllowedHost::signed).
    fn sign(&self, request: &mut Request);

    /// Returns a successful answer unchanged, and converts a failure to an error.
    ///
    /// The transport passes every answer except a redirect to this method, regardless of its HTTP status. An answer
    /// that reports a failure counts as a failure, even if its HTTP status is 200.
    ///
    /// # Errors
    /// `vendor_rejected`, `vendor_auth_failed`, `vendor_quota_exhausted`, `vendor_throttled`,
    /// `vendor_unavailable` or `vendor_protocol_error`, each with a
    /// [`VendorFailure`](crate::error::VendorFailure) that states the possible effect on the vendor's state.
    fn admit(&self, reply: Reply) -> Result<Reply>;
}

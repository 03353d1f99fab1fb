//! Destinations: the requests that an account may send, and the credential with which it does.

use switchboard_core::{
    error::{Error, Kind, Result},
    vendor::{Account, Destination, Request},
};

/// Returns whether the account signs the request.
///
/// # Errors
/// `vendor_protocol_error` with the outcome `not_sent` for a URL that leads to no host that the account allows.
pub(crate) fn is_signed(account: &dyn Account, request: &Request) -> Result<bool> {
    match &request.to {
        Destination::Path(_) => Ok(true),
        Destination::Granted(url) => Ok(url.find_in(account.allowed_hosts())?.is_signed()),
    }
}

/// Returns whether the result of the request is news of the vendor's API. A host that the vendor only named may be down,
/// or refuse a link that has expired, while the API works.
pub(crate) fn concerns_api(request: &Request) -> bool {
    matches!(request.to, Destination::Path(_))
}

/// Corrects the error of a request that was not signed: its refusal says nothing of the credential.
pub(crate) fn without_credential(mut error: Error) -> Error {
    if error.kind == Kind::VendorAuthFailed {
        error.kind = Kind::VendorRejected;
    }
    error
}

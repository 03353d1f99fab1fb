//! The rules that depend on a request's destination: whether the request may be sent, whether the account signs it,
//! whether its result concerns the vendor's API, and what a refusal means.

use switchboard_core::{
    error::{Error, Kind, Result},
    vendor::{Account, AllowedHost, Destination, Request},
};

/// Returns true if the account signs the request. It signs every request below the base URL, and a request with a
/// granted URL only if the allowed host of the URL requires this. `added` are the hosts that the operator allows.
///
/// # Errors
/// `vendor_protocol_error` with the outcome `not_sent` if a granted URL does not lead to a host that the
/// account or the operator allows.
pub(crate) fn is_signed(account: &dyn Account, added: &[AllowedHost], request: &Request) -> Result<bool> {
    match &request.to {
        Destination::Path(_) => Ok(true),
        Destination::Granted(url) => {
            let hosts = [account.allowed_hosts(), added].concat();
            Ok(url.find_in(&hosts)?.is_signed())
        }
    }
}

/// Returns true if the result of the request is evidence of the health of the vendor's API. The host of a
/// granted URL may be down, or may refuse an expired link, while the API works.
pub(crate) fn concerns_api(request: &Request) -> bool {
    matches!(request.to, Destination::Path(_))
}

/// Corrects the error of a request that was sent without the credential. The refusal of such a request is not
/// a refusal of the credential, so `vendor_auth_failed` becomes `vendor_rejected`.
pub(crate) fn without_credential(mut error: Error) -> Error {
    if error.kind == Kind::VendorAuthFailed {
        error.kind = Kind::VendorRejected;
    }
    error
}

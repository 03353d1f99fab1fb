//! The host that a request names.

use axum::extract::Request;
use http::{Version, header};
use switchboard_core::error::{Error, Kind, Result, Violation};

/// Checks that a request has exactly one `Host` header if it uses HTTP/1.1, and at most one otherwise (RFC 9112, section 3.2).
/// HTTP/2 names the host in `:authority`.
///
/// # Errors
/// `parameter_invalid` for the header.
pub(super) fn check(request: &Request) -> Result<()> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let detail = match (request.version(), hosts) {
        (_, 2..) => "Send the Host header only once.",
        (Version::HTTP_11, 0) => "Send a Host header.",
        _ => return Ok(()),
    };
    let violation = Violation::header(header::HOST.as_str(), Kind::ParameterInvalid, detail);
    Err(Error::invalid(vec![violation]))
}

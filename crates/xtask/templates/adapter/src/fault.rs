//! The vendor's failures, converted to errors of the core.

use serde::Deserialize;
use switchboard_core::prelude::*;

use crate::wire::ErrorBody;

/// Returns a successful answer unchanged, and converts a failure to an error. `fields` are the vendor fields
/// that an error message can name, as JSON pointers.
pub fn admit(reply: Reply, fields: &[&str]) -> Result<Reply> {
    match reply.status {
        200..=299 => Ok(reply),
        _ => Err(failure(&reply, fields)),
    }
}

fn failure(reply: &Reply, fields: &[&str]) -> Error {
    let (kind, outcome) = status_meaning(reply.status, reply.retry_after.is_some());
    let body = match &reply.body {
        Body::Json(document) => ErrorBody::deserialize(document).unwrap_or_default(),
        Body::Empty | Body::Bytes(_) | Body::Other(_) => ErrorBody::default(),
    };
    let complaints = body.errors.into_iter().filter_map(|complaint| {
        let field = fields.iter().find(|field| field.strip_prefix('/') == Some(&complaint.field))?;
        Some(((*field).to_owned(), plain(&complaint.message)))
    });
    let failure = VendorFailure::new(outcome)
        .status(reply.status)
        .gone_by_status()
        .message(plain(&body.message))
        .fields(complaints.collect());
    let error = Error::vendor(kind, failure);
    match reply.retry_after {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}

/// Removes control characters from a message for logs and problem documents, and cuts it at 512 characters.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(512).collect()
}

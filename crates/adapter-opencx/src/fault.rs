//! Conversion of the vendor's failures to errors of the core.
//!
//! The vendor documents only status 500 (`spec.json`, `ErrorDto`). Other statuses have their standard HTTP
//! meaning.

use serde::Deserialize;
use switchboard_core::prelude::*;

use crate::wire::{ErrorBody, Message};

/// Passes a success through and converts a failure to an error. `fields` are the vendor fields that an error
/// message can name, as JSON pointers.
pub fn admit(reply: Reply, fields: &[&str]) -> Result<Reply> {
    match reply.status {
        200..=299 => Ok(reply),
        _ => Err(failure(&reply, fields)),
    }
}

fn failure(reply: &Reply, fields: &[&str]) -> Error {
    let (kind, outcome) = status_meaning(reply.status, reply.retry_after.is_some());
    let told = match &reply.body {
        Body::Json(document) => ErrorBody::deserialize(document).unwrap_or_default(),
        Body::Empty | Body::Bytes(_) | Body::Other(_) => ErrorBody::default(),
    };
    let lines: Vec<_> =
        told.message.map(Message::lines).unwrap_or_default().iter().map(|line| plain(line)).collect();
    let complaints = lines.iter().filter_map(|line| complaint(line, fields)).collect();
    let failure = VendorFailure {
        code: told.error.map(|error| plain(&error)),
        ..VendorFailure::new(outcome)
            .status(reply.status)
            .gone_by_status()
            .message(lines.join("; "))
            .fields(complaints)
    };
    let error = Error::vendor(kind, failure);
    match reply.retry_after {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}

/// Returns the field and the message if the message begins with the name of a field, and `None` otherwise. Examples:
/// `voice_speed must be a number`, `contact.phone_number must be a valid phone number`.
fn complaint(line: &str, fields: &[&str]) -> Option<(String, String)> {
    let name = line.split_whitespace().next()?.replace('.', "/");
    let field = fields.iter().find(|field| field.strip_prefix('/') == Some(&name))?;
    Some(((*field).to_owned(), line.to_owned()))
}

/// Removes control characters and truncates the string to 512 characters, for logs and problem documents.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(512).collect()
}

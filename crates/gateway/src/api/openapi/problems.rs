//! The failures that operations can answer, by what they do.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::json;
use switchboard_core::Kind;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

use crate::{
    api::examples,
    edge::problem::{CONTENT_TYPE, Code, row},
};

macro_rules! failures {
    ($($(#[doc = $about:literal])* $name:ident: $($kind:ident)*;)*) => { $(
        $(#[doc = $about])*
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                responses(&[$(Kind::$kind),*])
            }
        }
    )* };
}

failures! {
    /// Of operations that everybody may ask.
    Public: NotFound NotAcceptable Overloaded Internal;
    /// Of operations that read what the gateway keeps.
    Read: ParameterUnknown ParameterInvalid CursorInvalid Unauthenticated NotFound Overloaded StorageUnavailable Internal;
    /// Of operations that read what a vendor has.
    Asked: ParameterUnknown ParameterInvalid Unauthenticated NotFound VendorRejected VendorAuthFailed VendorProtocolError
        VendorUnavailable VendorThrottled Overloaded VendorTimeout Internal;
    /// Of operations that make something.
    Created: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown Unauthenticated RequestTimeout AlreadyExists BodyTooLarge
        UnsupportedMediaType ValidationFailed FieldRequired UnknownField CapabilityLoss VendorUnknown VendorRejected
        MaskedValue VendorAuthFailed VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded
        StorageUnavailable VendorTimeout VendorOutcomeUnknown Internal;
    /// Of operations that change something.
    Written: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid Unauthenticated NotFound RequestTimeout
        AlreadyExists StateConflict PreconditionFailed BodyTooLarge UnsupportedMediaType PreconditionRequired
        ValidationFailed FieldRequired UnknownField CapabilityLoss VendorUnknown VendorRejected MaskedValue VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable
        VendorTimeout VendorOutcomeUnknown Internal;
    /// Of operations that remove something.
    Removed: ParameterUnknown ParameterInvalid Unauthenticated NotFound StateConflict PreconditionFailed VendorRejected
        VendorAuthFailed VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout
        VendorOutcomeUnknown Internal;
}

/// One response a status, which names the codes that it comes with.
fn responses(kinds: &[Kind]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry(row(*kind).status.as_u16()).or_default().push(*kind);
    }
    by_status
        .into_iter()
        .map(|(status, kinds)| (status.to_string(), response(status, &kinds).into()))
        .collect()
}

fn response(status: u16, kinds: &[Kind]) -> Response {
    let reason =
        StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let codes: Vec<_> = kinds.iter().map(|kind| format!("[`{0}`](/problems/{0})", Code(*kind))).collect();
    let example = kinds.first().map(|kind| examples::failure(*kind)).unwrap_or_else(|| json!({}));
    let content =
        ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(example)).build();
    ResponseBuilder::new()
        .description(format!("{reason}: {}.", codes.join(", ")))
        .content(CONTENT_TYPE, content)
        .build()
}

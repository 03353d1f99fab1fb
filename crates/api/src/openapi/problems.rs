//! The failures that API operations can return, by group of operations.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::json;
use switchboard_core::error::Kind;
use utoipa::{
    IntoResponses,
    openapi::{
        ContentBuilder, Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
    },
};

use crate::{
    edge::problem::{CONTENT_TYPE, spec},
    examples,
    records::Exposed,
};

/// The failures that a group of API operations can return.
pub trait Failures {
    /// The kinds of failures.
    const KINDS: &'static [Kind];

    /// Documents the failures, with one response for each status.
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        responses(Self::KINDS)
    }
}

/// The description of `Retry-After`.
const RETRY_AFTER: &str = "The number of seconds to wait before sending the request again. A status with several problems has it \
    only if a wait helps and its length is known.";

/// The failures that a plan or a write can have only while it reads a vendor's catalogues.
const OF_CATALOGUES: [Kind; 4] =
    [Kind::VendorProtocolError, Kind::VendorUnavailable, Kind::VendorThrottled, Kind::VendorTimeout];

/// Documents the failures of writes of a kind of record. Omits `OF_CATALOGUES` if the kind reads no catalogues,
/// because a write whose own request to the vendor fails in one of these ways is answered with 202.
pub fn of_writes<R: Exposed, F: Failures>() -> BTreeMap<String, RefOr<Response>> {
    of_record::<R>(F::KINDS, |kind| OF_CATALOGUES.contains(&kind))
}

/// The further failures of vendors that an operation can have only while it reads a vendor's catalogues, if it sends no
/// other request to vendors.
const REFUSED: [Kind; 3] = [Kind::VendorRejected, Kind::VendorAuthFailed, Kind::VendorQuotaExhausted];

/// Documents the failures of operations that read only catalogues from vendors. Omits all failures of vendors if the
/// kind of record reads no catalogues.
pub fn of_lists<R: Exposed, F: Failures>() -> BTreeMap<String, RefOr<Response>> {
    of_record::<R>(F::KINDS, |kind| OF_CATALOGUES.contains(&kind) || REFUSED.contains(&kind))
}

/// Documents the failures of operations that read or change the vendor's record. Omits those that only other kinds of
/// records have.
pub fn of_changes<R: Exposed, F: Failures>() -> BTreeMap<String, RefOr<Response>> {
    of_record::<R>(F::KINDS, |_| false)
}

/// Documents failures for a kind of record. Omits the failures that `of_catalogues` selects if the kind reads no catalogues,
/// `masked_value` if the kind has no secrets, and `agent_not_ready` and `in_use` if its records take no calls: only such
/// records hand calls over or are bound to phone numbers.
fn of_record<R: Exposed>(
    kinds: &[Kind],
    of_catalogues: impl Fn(Kind) -> bool,
) -> BTreeMap<String, RefOr<Response>> {
    let possible = |kind: Kind| match kind {
        Kind::MaskedValue => !R::SECRETS.is_empty(),
        Kind::AgentNotReady | Kind::InUse => R::TAKES_CALLS,
        kind => R::READS_CATALOGUES || !of_catalogues(kind),
    };
    let kinds: Vec<_> = kinds.iter().copied().filter(|kind| possible(*kind)).collect();
    responses(&kinds)
}

macro_rules! failures {
    ($($(#[doc = $about:literal])* $name:ident: $($kind:ident)*;)*) => { $(
        $(#[doc = $about])*
        pub struct $name;

        impl Failures for $name {
            const KINDS: &'static [Kind] = &[$(Kind::$kind),*];
        }

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                <Self as Failures>::responses()
            }
        }
    )* };
}

failures! {
    /// Failures of the operation that lists the problems.
    Problems: NotAcceptable Overloaded;
    /// Failures of the operation that reads one problem.
    Problem: ParameterInvalid NotFound NotAcceptable Overloaded;
    /// Failures of operations that read the configuration.
    Configured: ParameterUnknown Unauthenticated Overloaded;
    /// Failures of operations that read the configuration and have query parameters.
    Compared: ParameterUnknown ParameterInvalid Unauthenticated Overloaded;
    /// Failures of operations that read the configuration of one vendor.
    OneConfigured: ParameterUnknown ParameterInvalid Unauthenticated NotFound Overloaded;
    /// Failures of operations that read a vendor's catalogues.
    Asked: ParameterUnknown ParameterInvalid Unauthenticated NotFound VendorRejected VendorAuthFailed VendorQuotaExhausted
        VendorProtocolError VendorUnavailable VendorThrottled Overloaded VendorTimeout;
    /// Failures of operations that compare a vendor's records with the gateway's.
    Account: ParameterUnknown ParameterInvalid Unauthenticated NotFound VendorRejected VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable
        VendorTimeout Internal;
    /// Failures of operations that list stored migrations, operations or calls.
    Listed: ParameterUnknown ParameterInvalid CursorInvalid Unauthenticated Overloaded StorageUnavailable Internal;
    /// Failures of operations that list records. These operations read vendors' catalogues if a routing rule requires them.
    RecordsListed: ParameterUnknown ParameterInvalid CursorInvalid Unauthenticated VendorRejected VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable
        VendorTimeout Internal;
    /// Failures of operations that read one stored document.
    Read: ParameterUnknown ParameterInvalid Unauthenticated NotFound Overloaded StorageUnavailable Internal;
    /// Failures of operations that create or import a record.
    Created: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid IdempotencyKeyInvalid Unauthenticated
        RequestTimeout AlreadyExists StateConflict InUse AgentNotReady IdempotencyInProgress BodyTooLarge UnsupportedMediaType ValidationFailed FieldRequired
        UnknownField CapabilityLoss VendorUnknown VendorRejected MaskedValue IdempotencyKeyReused VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout
        VendorOutcomeUnknown Internal;
    /// Failures of operations that carry out several writes, each with a result of its own.
    Batched: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown IdempotencyKeyInvalid Unauthenticated RequestTimeout
        BodyTooLarge UnsupportedMediaType ValidationFailed FieldRequired UnknownField IdempotencyKeyReused Overloaded
        StorageUnavailable Internal;
    /// Failures of operations that plan the creation of a record.
    Planned: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid Unauthenticated RequestTimeout AlreadyExists
        AgentNotReady BodyTooLarge UnsupportedMediaType ValidationFailed FieldRequired UnknownField CapabilityLoss VendorUnknown VendorRejected
        MaskedValue VendorAuthFailed VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded
        StorageUnavailable VendorTimeout Internal;
    /// Failures of operations that plan an import.
    ImportPlanned: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid Unauthenticated RequestTimeout
        AlreadyExists AgentNotReady BodyTooLarge UnsupportedMediaType ValidationFailed FieldRequired UnknownField CapabilityLoss VendorUnknown
        VendorRejected VendorAuthFailed VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded
        StorageUnavailable VendorTimeout Internal;
    /// Failures of operations that plan a change to a record.
    ChangePlanned: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid Unauthenticated NotFound
        RequestTimeout AlreadyExists StateConflict AgentNotReady BodyTooLarge UnsupportedMediaType ValidationFailed FieldRequired
        UnknownField CapabilityLoss VendorUnknown VendorRejected MaskedValue VendorAuthFailed VendorQuotaExhausted VendorProtocolError
        VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout Internal;
    /// Failures of operations that change a record.
    Changed: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid IdempotencyKeyInvalid Unauthenticated
        NotFound RequestTimeout AlreadyExists StateConflict InUse AgentNotReady IdempotencyInProgress PreconditionFailed
        BodyTooLarge UnsupportedMediaType ValidationFailed FieldRequired UnknownField CapabilityLoss VendorUnknown
        VendorRejected MaskedValue IdempotencyKeyReused VendorAuthFailed VendorQuotaExhausted VendorProtocolError
        VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout VendorOutcomeUnknown Internal;
    /// Failures of operations that replace a record.
    Replaced: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid IdempotencyKeyInvalid Unauthenticated
        NotFound RequestTimeout AlreadyExists StateConflict InUse AgentNotReady IdempotencyInProgress PreconditionFailed
        BodyTooLarge UnsupportedMediaType PreconditionRequired ValidationFailed FieldRequired UnknownField CapabilityLoss
        VendorUnknown VendorRejected MaskedValue IdempotencyKeyReused VendorAuthFailed VendorQuotaExhausted VendorProtocolError
        VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout VendorOutcomeUnknown Internal;
    /// Failures of operations that reconcile a record with the vendor's record.
    Synced: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid IdempotencyKeyInvalid Unauthenticated
        NotFound RequestTimeout StateConflict InUse AgentNotReady IdempotencyInProgress BodyTooLarge UnsupportedMediaType
        ValidationFailed FieldRequired UnknownField CapabilityLoss VendorRejected IdempotencyKeyReused VendorAuthFailed VendorQuotaExhausted
        VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout VendorOutcomeUnknown
        Internal;
    /// Failures of operations that restore a revision.
    Restored: ParameterUnknown ParameterInvalid IdempotencyKeyInvalid Unauthenticated NotFound AlreadyExists StateConflict InUse
        AgentNotReady IdempotencyInProgress PreconditionFailed CapabilityLoss VendorUnknown VendorRejected IdempotencyKeyReused
        VendorAuthFailed VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded
        StorageUnavailable VendorTimeout VendorOutcomeUnknown ValidationFailed UnknownField Internal;
    /// Failures of operations that list revisions.
    Revisions: ParameterUnknown ParameterInvalid CursorInvalid Unauthenticated NotFound Overloaded StorageUnavailable
        Internal;
    /// Failures of operations that resolve an operation.
    Resolved: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid IdempotencyKeyInvalid Unauthenticated
        NotFound RequestTimeout AlreadyExists StateConflict IdempotencyInProgress BodyTooLarge UnsupportedMediaType
        ValidationFailed FieldRequired UnknownField VendorRejected IdempotencyKeyReused VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable
        VendorTimeout Internal;
    /// Failures of operations that plan a migration.
    MigrationPlanned: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown Unauthenticated RequestTimeout BodyTooLarge
        UnsupportedMediaType ValidationFailed UnknownField VendorUnknown VendorRejected VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable
        VendorTimeout Internal;
    /// Failures of operations that start a migration.
    Started: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown IdempotencyKeyInvalid Unauthenticated RequestTimeout
        StateConflict LossNotAccepted IdempotencyInProgress BodyTooLarge UnsupportedMediaType ValidationFailed
        FieldRequired UnknownField IdempotencyKeyReused VendorRejected VendorAuthFailed VendorQuotaExhausted
        VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout Internal;
    /// Failures of operations that pause, resume or cancel a migration.
    Ordered: ParameterUnknown ParameterInvalid IdempotencyKeyInvalid Unauthenticated NotFound StateConflict
        IdempotencyInProgress ValidationFailed UnknownField IdempotencyKeyReused Overloaded StorageUnavailable Internal;
    /// Failures of operations that list the agents of a migration.
    Moves: ParameterUnknown ParameterInvalid CursorInvalid Unauthenticated NotFound Overloaded StorageUnavailable Internal;
    /// Failures of the operation that places a call.
    CallPlaced: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown IdempotencyKeyInvalid IdempotencyKeyRequired
        Unauthenticated Forbidden RequestTimeout AlreadyExists StateConflict AgentNotReady CallInProgress IdempotencyInProgress BodyTooLarge
        UnsupportedMediaType ValidationFailed FieldRequired UnknownField CapabilityLoss DestinationNotAllowed VendorRejected
        IdempotencyKeyReused CallLimitReached VendorAuthFailed VendorQuotaExhausted VendorProtocolError VendorUnavailable
        VendorThrottled Overloaded StorageUnavailable VendorTimeout VendorOutcomeUnknown Internal;
    /// Failures of the operation that plans a call.
    CallPlanned: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown Unauthenticated RequestTimeout AlreadyExists StateConflict
        BodyTooLarge UnsupportedMediaType ValidationFailed FieldRequired UnknownField CapabilityLoss VendorRejected VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout
        Internal;
    /// Failures of the operation that ends a call.
    CallHungUp: ParameterUnknown ParameterInvalid Unauthenticated NotFound StateConflict ValidationFailed UnknownField
        CapabilityLoss VendorRejected
        VendorAuthFailed VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable
        VendorTimeout VendorOutcomeUnknown Internal;
    /// Failures of the operation that reads a call at the vendor.
    CallSynced: ParameterUnknown ParameterInvalid Unauthenticated NotFound StateConflict ValidationFailed UnknownField
        VendorRejected VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout
        Internal;
    /// Failures of the operation that resolves a call.
    CallResolved: MalformedJson JsonTooDeep DuplicateKey ParameterUnknown ParameterInvalid Unauthenticated NotFound RequestTimeout
        AlreadyExists StateConflict BodyTooLarge UnsupportedMediaType ValidationFailed UnknownField VendorRejected
        VendorAuthFailed VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable
        VendorTimeout Internal;
    /// Failures of the operation that erases a call.
    CallErased: ParameterUnknown ParameterInvalid Unauthenticated NotFound StateConflict Overloaded StorageUnavailable Internal;
    /// Failures of the operation that reads a transcript.
    TranscriptRead: ParameterUnknown ParameterInvalid Unauthenticated NotFound StateConflict VendorRejected VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout
        Internal;
    /// Failures of the operation that fetches a recording.
    RecordingRead: ParameterUnknown ParameterInvalid Unauthenticated NotFound StateConflict VendorRejected VendorAuthFailed
        VendorQuotaExhausted VendorProtocolError VendorUnavailable VendorThrottled Overloaded StorageUnavailable VendorTimeout
        Internal;
    /// Failures of operations that remove a record. A temporary failure of the vendor is answered with 202.
    Removed: ParameterUnknown ParameterInvalid IdempotencyKeyInvalid Unauthenticated NotFound StateConflict InUse
        IdempotencyInProgress PreconditionFailed VendorRejected IdempotencyKeyReused VendorAuthFailed VendorQuotaExhausted
        Overloaded StorageUnavailable VendorOutcomeUnknown Internal;
}

/// Builds one response for each status. The description of a response lists the problem codes. Adds `rate_limited` to
/// the failures of an operation that needs a key, because the gateway limits wrong keys.
fn responses(kinds: &[Kind]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    let limited = kinds.contains(&Kind::Unauthenticated).then_some(&Kind::RateLimited);
    for kind in kinds.iter().chain(limited) {
        by_status.entry(spec(*kind).status.as_u16()).or_default().push(*kind);
    }
    by_status
        .into_iter()
        .map(|(status, kinds)| (status.to_string(), response(status, &kinds).into()))
        .collect()
}

fn response(status: u16, kinds: &[Kind]) -> Response {
    let reason =
        StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let codes: Vec<_> = kinds.iter().map(|kind| format!("[`{0}`](/problems/{0})", kind)).collect();
    let example = kinds.first().map(|kind| examples::failure(*kind)).unwrap_or_else(|| json!({}));
    let content =
        ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(example)).build();
    let response = ResponseBuilder::new()
        .description(format!("{reason}: {}.", codes.join(", ")))
        .content(CONTENT_TYPE, content);
    let response = match kinds.iter().any(|kind| states_wait(*kind)) {
        true => response.header("Retry-After", header(Type::Integer, RETRY_AFTER)),
        false => response,
    };
    match status {
        401 => {
            response.header("WWW-Authenticate", header(Type::String, "The authentication scheme: `Bearer`."))
        }
        _ => response,
    }
    .build()
}

/// Returns true if some answers with this problem have `Retry-After`.
fn states_wait(kind: Kind) -> bool {
    // These errors state a wait if a wait helps and its length is known.
    let sometimes = [
        Kind::CallLimitReached,
        Kind::RateLimited,
        Kind::StateConflict,
        Kind::VendorAuthFailed,
        Kind::VendorQuotaExhausted,
    ];
    spec(kind).retry_after.is_some() || sometimes.contains(&kind)
}

fn header(kind: Type, about: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(kind);
    HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build()
}

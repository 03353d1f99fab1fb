//! The table that maps each kind of error to its answer.

use std::time::Duration;

use http::StatusCode;
use switchboard_core::error::Kind;
use tracing::Level;

/// The `Retry-After` of a retryable problem whose error states no wait.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The status, log level and explanation of one kind of error.
#[derive(Debug)]
pub struct ProblemSpec {
    /// The HTTP status of the answer.
    pub status: StatusCode,
    /// The title, the same for every occurrence.
    pub title: &'static str,
    /// True if the same request may succeed later and the caller can safely send it again.
    pub retryable: bool,
    /// The time to wait before sending the request again, if the error states none. `None` for a problem that is not
    /// retryable, and for one that ends at an unknown time.
    pub retry_after: Option<Duration>,
    /// The level at which an occurrence is logged: usually `debug` for an error of the caller, `warn` for a failure of a vendor, and
    /// `error` for a failure of the gateway.
    pub level: Level,
    /// The meaning of the problem and the way to solve it, as a paragraph for its page.
    pub description: &'static str,
}

/// Returns the row of the table for a kind of error.
pub const fn spec(kind: Kind) -> ProblemSpec {
    match kind {
        Kind::MalformedJson => caller(
            StatusCode::BAD_REQUEST,
            "Malformed JSON",
            "The body is not one JSON document in UTF-8 (RFC 8259). The detail has the line and column where reading \
             stopped. A byte order mark, comments, trailing commas, text after the document, lone surrogates and \
             numbers beyond a 64-bit float are refused.",
        ),
        Kind::JsonTooDeep => caller(
            StatusCode::BAD_REQUEST,
            "JSON nested too deep",
            "Objects and arrays in the body nest deeper than 32 levels.",
        ),
        Kind::DuplicateKey => caller(
            StatusCode::BAD_REQUEST,
            "Duplicate member",
            "An object in the body has a member more than once, so its value is ambiguous. The errors list each repeated \
             member.",
        ),
        Kind::ParameterUnknown => caller(
            StatusCode::BAD_REQUEST,
            "Unknown query parameter",
            "The operation has no query parameter with this name. The gateway does not ignore unknown parameters, because a \
             misspelled filter would then return unfiltered results.",
        ),
        Kind::ParameterInvalid => caller(
            StatusCode::BAD_REQUEST,
            "Invalid parameter",
            "A path parameter, query parameter or header has an invalid value, or occurs more than once. The errors list \
             every such parameter or header.",
        ),
        Kind::CursorInvalid => caller(
            StatusCode::BAD_REQUEST,
            "Invalid cursor",
            "The cursor was not made by this gateway, or it was made for another list or other filters. Send next_cursor back \
             unchanged and with the same filters, or start again without a cursor.",
        ),
        Kind::IdempotencyKeyInvalid => caller(
            StatusCode::BAD_REQUEST,
            "Invalid idempotency key",
            "The header Idempotency-Key must occur once and contain 1 to 255 visible ASCII characters other than \
             the quote. The key may stand in quotes.",
        ),
        Kind::IdempotencyKeyRequired => caller(
            StatusCode::BAD_REQUEST,
            "Idempotency key required",
            "The operation has an effect that cannot be undone, such as a phone call, so the request needs the header \
             Idempotency-Key with a new value of 1 to 255 visible ASCII characters other than the quote. Send the same key only to \
             repeat the same request: the gateway then returns the first answer and does not act again.",
        ),
        Kind::Unauthenticated => ProblemSpec {
            level: Level::INFO,
            ..caller(
                StatusCode::UNAUTHORIZED,
                "Not authenticated",
                "The request has no valid API key. Send a valid key as Authorization: Bearer KEY.",
            )
        },
        Kind::Forbidden => ProblemSpec {
            level: Level::INFO,
            ..caller(
                StatusCode::FORBIDDEN,
                "Not allowed",
                "The configuration of the gateway permits no calls (calls.place is false). Another API key does not help.",
            )
        },
        Kind::NotFound => caller(
            StatusCode::NOT_FOUND,
            "Not found",
            "The route or resource does not exist, or the resource was deleted.",
        ),
        Kind::MethodNotAllowed => caller(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed",
            "The route does not support this method. The Allow header of the answer lists the supported methods.",
        ),
        Kind::NotAcceptable => caller(
            StatusCode::NOT_ACCEPTABLE,
            "Not acceptable",
            "The Accept header of the request allows no media type in which the resource is available. The detail lists \
             the available media types.",
        ),
        Kind::RequestTimeout => passing(caller(
            StatusCode::REQUEST_TIMEOUT,
            "Request too slow",
            "The body did not arrive in time. The gateway did nothing. Send the request again.",
        )),
        Kind::AlreadyExists => caller(
            StatusCode::CONFLICT,
            "Already exists",
            "Another resource already has a value that must be unique, such as external_ref or the remote id of an import.",
        ),
        Kind::StateConflict => caller(
            StatusCode::CONFLICT,
            "State conflict",
            "The resource is not in the state that the request requires: another request changed it meanwhile, the vendor no \
             longer has its record, or another write of the resource is still in progress. In the last case, the answer has a \
             Retry-After header. \
             Read the resource again before sending a new request.",
        ),
        Kind::InUse => caller(
            StatusCode::CONFLICT,
            "In use",
            "An object at the vendor that the request names, such as a phone number, is in use by another agent there. The \
             gateway never takes it over. Unbind it at the vendor or from the other agent, or name another object. Or: other \
             agents hand calls over to the agent that the request deletes. The detail names them. Remove the agent from their \
             handovers first.",
        ),
        Kind::LossNotAccepted => caller(
            StatusCode::CONFLICT,
            "Loss not accepted",
            "Agents of the migration would lose values, entirely or in part, at their new vendor. The errors list the fields. \
             Either list the acceptable losses in accept_loss, or change the agents.",
        ),
        Kind::AgentNotReady => passing(caller(
            StatusCode::CONFLICT,
            "Agent not ready",
            "The vendor does not have the agent of a call, or the agent of a handover, yet, or a call needs a later revision of \
             it than the vendor has. Nothing was dialled or changed. Wait until the sync state of the agent is in_sync and \
             send the request again. For a call, allow_stale accepts the revision that the vendor has.",
        )),
        Kind::CallInProgress => passing(caller(
            StatusCode::CONFLICT,
            "Call in progress",
            "Another call to the same phone number is being placed at the vendor, and the vendor has not returned its id. \
             Nothing was dialled. The detail names the other call. Send the request again after the seconds in Retry-After.",
        )),
        Kind::IdempotencyInProgress => passing(caller(
            StatusCode::CONFLICT,
            "Request in progress",
            "The gateway is still processing an earlier request with this Idempotency-Key. Send the same request again after \
             the seconds in Retry-After to get the answer to the earlier request.",
        )),
        Kind::PreconditionFailed => caller(
            StatusCode::PRECONDITION_FAILED,
            "Revision does not match",
            "If-Match does not name the current revision of the resource. Read the resource again, apply the change to the \
             current revision, and send it with the new ETag.",
        ),
        Kind::BodyTooLarge => caller(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Body too large",
            "The body is larger than the gateway accepts: 1 MiB unless configured otherwise (server.max_body_bytes).",
        ),
        Kind::UnsupportedMediaType => caller(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Unsupported media type",
            "The operation does not accept the Content-Type, charset or Content-Encoding of the request. The Accept-Patch or \
             Accept-Post header of the answer lists the accepted types.",
        ),
        Kind::PreconditionRequired => caller(
            StatusCode::PRECONDITION_REQUIRED,
            "If-Match required",
            "The replacement of a whole resource requires If-Match with the ETag of the revision that was read. Without the \
             header, the replacement could overwrite a change that the caller has not seen.",
        ),
        Kind::ValidationFailed => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Validation failed",
            "The body is JSON, but some of its values are invalid. The errors list each invalid value with its JSON pointer.",
        ),
        Kind::FieldRequired => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Required field missing",
            "A required field of the resource is missing, or is null.",
        ),
        Kind::UnknownField => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Unknown field",
            "The body contains a field that does not exist. Put a setting that only one vendor has under extensions.",
        ),
        Kind::CapabilityLoss => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The vendor cannot carry this",
            "The vendor cannot hold a value exactly as requested, and either the field is essential or the request forbids losses \
             (Prefer: handling=strict). Change the value, choose another vendor, or send handling=lenient if the field is not \
             essential.",
        ),
        Kind::DestinationNotAllowed => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Destination not allowed",
            "The configuration of the gateway does not permit calls to this phone number. The errors list each reason. The \
             operator permits numbers by calls.countries, calls.kinds and calls.prefixes. Emergency numbers and other special \
             numbers are refused unless calls.prefixes permits them.",
        ),
        Kind::VendorUnknown => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Unknown vendor",
            "No vendor with this name is configured. GET /v1/vendors lists the configured vendors.",
        ),
        Kind::VendorRejected => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The vendor rejected the content",
            "The vendor refused the values in the request and changed nothing. The errors list the vendor's reasons, each with \
             the field of this API if the gateway can identify it.",
        ),
        Kind::MaskedValue => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Masked value sent back",
            "The API returns secrets masked, and the request sent a mask back as if it were the secret. Omit the field to keep \
             the secret, or send a new secret.",
        ),
        Kind::IdempotencyKeyReused => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Idempotency key of another request",
            "An earlier request with this Idempotency-Key had another method, path, query, If-Match or body. Use a new key for \
             each request.",
        ),
        Kind::RateLimited => caller(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many wrong keys",
            "More wrong keys than permitted (server.max_wrong_keys, 20 by default) came from the caller's address (IPv6: its network of \
             64 bits) within a minute. The gateway refuses further wrong keys from there for a minute. Requests with a valid key are answered as usual.",
        ),
        Kind::CallLimitReached => ProblemSpec {
            retry_after: None,
            ..passing(caller(
                StatusCode::TOO_MANY_REQUESTS,
                "Call limit reached",
                "A limit on calls in the configuration of the gateway is reached. Nothing was dialled. The detail names the \
                 limit. If the end of the limit is known, Retry-After has the seconds until then. Otherwise, send the request \
                 again when a call has ended.",
            ))
        },
        Kind::VendorAuthFailed => vendor(
            StatusCode::BAD_GATEWAY,
            "The vendor refused our credential",
            "The gateway's credential for the vendor is wrong, is expired or lacks a permission. Only the operator of the gateway \
             can fix this.",
        ),
        Kind::VendorQuotaExhausted => vendor(
            StatusCode::BAD_GATEWAY,
            "Vendor account exhausted",
            "The gateway's account at the vendor has no credit or quota left for the request.",
        ),
        Kind::VendorProtocolError => vendor(
            StatusCode::BAD_GATEWAY,
            "Unexpected answer from the vendor",
            "The vendor's response violates the contract of its API: for example, it is a redirect, has another content type, is \
             not JSON, or is too large.",
        ),
        Kind::VendorUnavailable => passing(vendor(
            StatusCode::SERVICE_UNAVAILABLE,
            "Vendor unavailable",
            "The gateway could not reach the vendor, or the vendor reported that it is unavailable. The request cannot be \
             answered without the vendor. The vendor changed nothing.",
        )),
        Kind::VendorThrottled => passing(vendor(
            StatusCode::SERVICE_UNAVAILABLE,
            "Vendor throttled us",
            "The vendor limits the rate of requests, and the request cannot be answered without the vendor. The vendor changed nothing.",
        )),
        Kind::Overloaded => ProblemSpec {
            level: Level::WARN,
            ..passing(ours(
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many requests in flight",
                "The gateway already handles the maximum number of concurrent requests (server.max_in_flight) or writes \
                 (writes.max_in_progress), forwards the maximum number of recordings (64), or the bodies of other requests \
                 fill the memory for bodies (server.max_body_memory_bytes). The gateway did nothing for this request.",
            ))
        },
        Kind::StorageUnavailable => passing(ours(
            StatusCode::SERVICE_UNAVAILABLE,
            "Storage unavailable",
            "The gateway cannot read or write its store.",
        )),
        Kind::ShuttingDown => ProblemSpec {
            level: Level::INFO,
            ..passing(ours(
                StatusCode::SERVICE_UNAVAILABLE,
                "Shutting down",
                "This process of the gateway is stopping. It did nothing for the request. Send the request again.",
            ))
        },
        Kind::VendorTimeout => passing(vendor(
            StatusCode::GATEWAY_TIMEOUT,
            "Vendor too slow",
            "The vendor did not respond in time, and the request cannot be answered without the vendor. The vendor changed nothing.",
        )),
        Kind::VendorOutcomeUnknown => vendor(
            StatusCode::GATEWAY_TIMEOUT,
            "Outcome unknown",
            "The gateway sent the request to the vendor, but the answer is lost, or the gateway could not store the result because \
             its store failed. If the problem has an operation_id, that operation continues as soon as the store works again: read \
             the operation instead of sending the request again. Otherwise, send the request again with the same Idempotency-Key: \
             the gateway does not dial a second time, and a hang-up can be repeated safely.",
        ),
        Kind::Internal => ours(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal error",
            "The gateway has an internal error. Its log has the cause under the request id.",
        ),
    }
}

const fn caller(status: StatusCode, title: &'static str, description: &'static str) -> ProblemSpec {
    ProblemSpec { status, title, retryable: false, retry_after: None, level: Level::DEBUG, description }
}

const fn vendor(status: StatusCode, title: &'static str, description: &'static str) -> ProblemSpec {
    ProblemSpec { status, title, retryable: false, retry_after: None, level: Level::WARN, description }
}

const fn ours(status: StatusCode, title: &'static str, description: &'static str) -> ProblemSpec {
    ProblemSpec { status, title, retryable: false, retry_after: None, level: Level::ERROR, description }
}

const fn passing(spec: ProblemSpec) -> ProblemSpec {
    ProblemSpec { retryable: true, retry_after: Some(RETRY_AFTER), ..spec }
}

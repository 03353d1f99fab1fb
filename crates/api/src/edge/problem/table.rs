//! The one table from a kind of error to its answer.

use http::StatusCode;
use switchboard_core::error::Kind;
use tracing::Level;

/// The answer, log level and explanation of one kind of error.
#[derive(Debug)]
pub struct ProblemSpec {
    /// The status of the answer.
    pub status: StatusCode,
    /// A few words, the same for every occurrence.
    pub title: &'static str,
    /// True if the same request, sent again later, may succeed and cannot do harm.
    pub retryable: bool,
    /// The level at which an occurrence is logged: `debug` for callers' errors, `warn` for vendors' failures, `error` for ours.
    pub level: Level,
    /// The meaning of the error and the way to solve it: a paragraph for the page of this problem.
    pub description: &'static str,
}

/// Returns the row of a kind.
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
            "An object in the body names a member more than once, so which value is meant is not known. Each \
             repeated member is listed in errors.",
        ),
        Kind::ParameterUnknown => caller(
            StatusCode::BAD_REQUEST,
            "Unknown query parameter",
            "The operation has no query parameter of this name. Nothing is ignored silently: a filter with a typing \
             mistake would otherwise answer everything.",
        ),
        Kind::ParameterInvalid => caller(
            StatusCode::BAD_REQUEST,
            "Invalid parameter",
            "A path parameter, query parameter or header has a value it cannot take, or is given more than once. \
             Each is listed in errors.",
        ),
        Kind::CursorInvalid => caller(
            StatusCode::BAD_REQUEST,
            "Invalid cursor",
            "The cursor was not made by this gateway, or for another list or other filters. Send next_cursor back as \
             it was answered, with the same filters, or start again without a cursor.",
        ),
        Kind::IdempotencyKeyInvalid => caller(
            StatusCode::BAD_REQUEST,
            "Invalid idempotency key",
            "Idempotency-Key must be given once and have 1 to 255 visible ASCII characters, in quotes or without.",
        ),
        Kind::Unauthenticated => ProblemSpec {
            level: Level::INFO,
            ..caller(
                StatusCode::UNAUTHORIZED,
                "Not authenticated",
                "The request has no API key, or one that is not known. Send it as Authorization: Bearer KEY.",
            )
        },
        Kind::Forbidden => ProblemSpec {
            level: Level::INFO,
            ..caller(StatusCode::FORBIDDEN, "Not allowed", "The API key is known, but may not do this.")
        },
        Kind::NotFound => caller(
            StatusCode::NOT_FOUND,
            "Not found",
            "There is no such route or resource, or it was deleted.",
        ),
        Kind::MethodNotAllowed => caller(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed",
            "The route exists, but not with this method. The Allow header lists those it has.",
        ),
        Kind::NotAcceptable => caller(
            StatusCode::NOT_ACCEPTABLE,
            "Not acceptable",
            "The answer has no representation that the Accept header allows. This API answers JSON.",
        ),
        Kind::RequestTimeout => ProblemSpec {
            retryable: true,
            ..caller(
                StatusCode::REQUEST_TIMEOUT,
                "Request too slow",
                "The body did not arrive in time. Nothing was done; send the request again.",
            )
        },
        Kind::AlreadyExists => caller(
            StatusCode::CONFLICT,
            "Already exists",
            "A value that must be unique, such as external_ref or the remote id of an import, belongs to another \
             resource.",
        ),
        Kind::StateConflict => caller(
            StatusCode::CONFLICT,
            "State conflict",
            "The resource is in another state than the request expects: it changed meanwhile, is gone at the vendor, \
             or other writes of it take their time (then there is a Retry-After). Read it again, then decide.",
        ),
        Kind::LossNotAccepted => caller(
            StatusCode::CONFLICT,
            "Loss not accepted",
            "Agents that are to move would lose fields, or some of what they hold, at their new vendor. The errors name \
             the fields. Name those that may be lost in accept_loss, or change the agents.",
        ),
        Kind::IdempotencyInProgress => ProblemSpec {
            retryable: true,
            ..caller(
                StatusCode::CONFLICT,
                "Still being answered",
                "A request with this Idempotency-Key is being carried out. Send the same request again after Retry-After: it \
                 gets the first one's answer.",
            )
        },
        Kind::PreconditionFailed => caller(
            StatusCode::PRECONDITION_FAILED,
            "Revision does not match",
            "If-Match names another revision than the current one. Read the resource again, apply the change to what \
             is there now, and send it with the new ETag.",
        ),
        Kind::BodyTooLarge => caller(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Body too large",
            "The body is larger than the gateway accepts (server.max_body_bytes, 1 MiB unless configured).",
        ),
        Kind::UnsupportedMediaType => caller(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Unsupported media type",
            "The Content-Type, its charset or the Content-Encoding is not one this operation takes. Accept-Patch or \
             Accept-Post lists the types it does.",
        ),
        Kind::PreconditionRequired => caller(
            StatusCode::PRECONDITION_REQUIRED,
            "If-Match required",
            "Replacing a whole resource needs If-Match with the ETag it was read with, so that no other change is \
             overwritten unseen.",
        ),
        Kind::ValidationFailed => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Validation failed",
            "The body is JSON, but some of its values cannot be taken. Every one is listed in errors with its JSON \
             pointer.",
        ),
        Kind::FieldRequired => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Required field missing",
            "A field that every such resource has is missing, or was cleared with null.",
        ),
        Kind::UnknownField => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Unknown field",
            "The body names a field that does not exist. A setting that only one vendor has goes under extensions.",
        ),
        Kind::CapabilityLoss => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The vendor cannot carry this",
            "The vendor cannot hold a value, and the field is essential or the request forbids losing anything (Prefer: \
             handling=strict). Change the value, choose another vendor, or ask with handling=lenient if the field allows \
             it.",
        ),
        Kind::VendorUnknown => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Unknown vendor",
            "No vendor of this name is configured. GET /v1/vendors lists those that are.",
        ),
        Kind::VendorRejected => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The vendor rejected the content",
            "The vendor refused the values it was sent; nothing was changed there. Its complaints are listed in errors, \
             mapped back to the fields of this API if possible.",
        ),
        Kind::MaskedValue => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Masked value sent back",
            "A secret is answered masked. The mask was sent back as if it were the secret: leave the field out to \
             keep the secret, or send a new one.",
        ),
        Kind::IdempotencyKeyReused => caller(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Idempotency key of another request",
            "Another request was sent with this Idempotency-Key: another method, path, precondition or body. A key belongs \
             to one request; make a new one for each.",
        ),
        Kind::VendorAuthFailed => vendor(
            StatusCode::BAD_GATEWAY,
            "The vendor refused our credential",
            "The credential configured for the vendor is wrong, expired or lacks a permission. Only an operator of the \
             gateway can fix this.",
        ),
        Kind::VendorQuotaExhausted => vendor(
            StatusCode::BAD_GATEWAY,
            "Vendor account exhausted",
            "The account at the vendor has no credit or quota left for this.",
        ),
        Kind::VendorProtocolError => vendor(
            StatusCode::BAD_GATEWAY,
            "Unexpected answer from the vendor",
            "The vendor answered something its contract does not allow: a redirect, another type, not JSON, or far \
             too much.",
        ),
        Kind::VendorUnavailable => passing(vendor(
            StatusCode::SERVICE_UNAVAILABLE,
            "Vendor unavailable",
            "The vendor could not be reached or answered that it cannot serve, and this cannot be answered without it. \
             Nothing was changed there.",
        )),
        Kind::VendorThrottled => passing(vendor(
            StatusCode::SERVICE_UNAVAILABLE,
            "Vendor throttled us",
            "The vendor asked for fewer requests, and this cannot be answered without it. Nothing was changed there.",
        )),
        Kind::Overloaded => ProblemSpec {
            level: Level::WARN,
            ..passing(ours(
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many requests in flight",
                "The gateway handles as many requests as it is configured to (server.max_in_flight). Nothing was \
                 done.",
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
                "This process is stopping. Nothing was done; another instance, or this one restarted, will serve.",
            ))
        },
        Kind::VendorTimeout => passing(vendor(
            StatusCode::GATEWAY_TIMEOUT,
            "Vendor too slow",
            "The vendor did not answer in time, and this cannot be answered without it. Nothing was changed there.",
        )),
        Kind::VendorOutcomeUnknown => vendor(
            StatusCode::GATEWAY_TIMEOUT,
            "Outcome unknown",
            "The vendor was sent the write, but its result could not be stored, because the gateway's store failed \
             meanwhile. The write is not lost: the operation named in operation_id continues as soon as the store works \
             again. Read the operation instead of sending the request again, or send it again with the same \
             Idempotency-Key.",
        ),
        Kind::Internal => ours(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal error",
            "A fault of the gateway's own. The log has the cause under the request id.",
        ),
    }
}

const fn caller(status: StatusCode, title: &'static str, description: &'static str) -> ProblemSpec {
    ProblemSpec { status, title, retryable: false, level: Level::DEBUG, description }
}

const fn vendor(status: StatusCode, title: &'static str, description: &'static str) -> ProblemSpec {
    ProblemSpec { status, title, retryable: false, level: Level::WARN, description }
}

const fn ours(status: StatusCode, title: &'static str, description: &'static str) -> ProblemSpec {
    ProblemSpec { status, title, retryable: false, level: Level::ERROR, description }
}

const fn passing(spec: ProblemSpec) -> ProblemSpec {
    ProblemSpec { retryable: true, ..spec }
}

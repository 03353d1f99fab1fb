//! The kinds of errors, each with a stable code for callers.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[doc = $about:literal])* $name:ident,)*) => {
        /// The kind of an error, with a stable code for callers.
        ///
        /// The API maps each kind to an HTTP status, a title, an explanation and a log level in one table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind {
            $($(#[doc = $about])* $name,)*
        }

        impl Kind {
            /// All kinds, in the order of declaration.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// Finds the kind that has this code.
            pub fn named(code: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|kind| kind.to_string() == code)
            }
        }

        /// Writes the stable code, such as `validation_failed`.
        impl fmt::Display for Kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(f)
            }
        }
    };
}

kinds! {
    /// The request body is not valid JSON.
    MalformedJson,
    /// Objects and lists in the request body are nested more than 32 levels deep.
    JsonTooDeep,
    /// An object in the request body has the same member more than once.
    DuplicateKey,
    /// The request has a query parameter that the operation does not define.
    ParameterUnknown,
    /// A query parameter, path parameter or header has an invalid value, or occurs more than once.
    ParameterInvalid,
    /// The cursor was not issued by this gateway, or belongs to another list or other filters.
    CursorInvalid,
    /// The idempotency key is invalid.
    IdempotencyKeyInvalid,
    /// The operation requires an idempotency key.
    IdempotencyKeyRequired,
    /// The request has no credential, or the credential is unknown.
    Unauthenticated,
    /// The credential is known but does not permit the operation.
    Forbidden,
    /// The resource or route does not exist.
    NotFound,
    /// The route exists but does not support the method.
    MethodNotAllowed,
    /// The gateway cannot answer in any content type that the caller accepts.
    NotAcceptable,
    /// The caller took too long to send the request.
    RequestTimeout,
    /// A value that must be unique, such as `external_ref` or a remote id, already belongs to another record.
    AlreadyExists,
    /// The resource is not in the state that the request requires.
    StateConflict,
    /// Another agent uses an object of the vendor that the request names, such as a phone number. Or other agents hand
    /// calls over to the agent that the request deletes.
    InUse,
    /// A move would lose fields whose loss the caller has not accepted.
    LossNotAccepted,
    /// The vendor does not have an agent that the request names, or has an earlier revision of it.
    AgentNotReady,
    /// Another call to the same phone number is being placed at the vendor.
    CallInProgress,
    /// An earlier request with the same idempotency key is still in progress.
    IdempotencyInProgress,
    /// The revision in `If-Match` is not the current revision.
    PreconditionFailed,
    /// The request body is larger than the limit.
    BodyTooLarge,
    /// The operation does not accept the content type of the request body.
    UnsupportedMediaType,
    /// The operation requires `If-Match`.
    PreconditionRequired,
    /// One or more fields have invalid values.
    ValidationFailed,
    /// A required field is missing or was cleared.
    FieldRequired,
    /// The request body has a field that does not exist.
    UnknownField,
    /// The vendor cannot hold a requested value, and the write must not lose that value.
    CapabilityLoss,
    /// The configuration does not permit calls to the phone number.
    DestinationNotAllowed,
    /// The named vendor is not configured.
    VendorUnknown,
    /// The vendor refused the content of the request.
    VendorRejected,
    /// The request contains a masked secret instead of the secret itself.
    MaskedValue,
    /// The idempotency key was used for a different request.
    IdempotencyKeyReused,
    /// The caller's network has sent too many wrong keys.
    RateLimited,
    /// A configured limit on calls is reached.
    CallLimitReached,
    /// The vendor refused the gateway's credential.
    VendorAuthFailed,
    /// The gateway's account at the vendor has no quota left.
    VendorQuotaExhausted,
    /// The vendor's answer violates the contract of the vendor's API.
    VendorProtocolError,
    /// The vendor could not be reached, or the vendor's answer means that the vendor is unavailable.
    VendorUnavailable,
    /// The vendor refused the request because the vendor's rate limit was exceeded.
    VendorThrottled,
    /// The gateway has too many concurrent requests or writes, or its memory for request bodies is full.
    Overloaded,
    /// The store cannot be read or written.
    StorageUnavailable,
    /// The process is stopping.
    ShuttingDown,
    /// The vendor did not answer in time, and the vendor's state is unchanged.
    VendorTimeout,
    /// The vendor may or may not have carried out the request.
    VendorOutcomeUnknown,
    /// The gateway has an internal fault.
    Internal,
}

//! The kinds of errors, each with a stable code for callers.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[doc = $about:literal])* $name:ident,)*) => {
        /// The kind of an error, with a stable code for callers.
        ///
        /// The gateway maps each kind to a status, a title and a log level in one table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind {
            $($(#[doc = $about])* $name,)*
        }

        impl Kind {
            /// Every kind, in the order of this declaration.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// Finds the kind that has this code.
            pub fn named(code: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|kind| kind.to_string() == code)
            }
        }

        /// Writes the stable code: `validation_failed`.
        impl fmt::Display for Kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(f)
            }
        }
    };
}

kinds! {
    /// The body is not JSON.
    MalformedJson,
    /// The body nests deeper than 32 levels.
    JsonTooDeep,
    /// An object in the body has the same member twice.
    DuplicateKey,
    /// The operation does not have the query parameter.
    ParameterUnknown,
    /// A query parameter, path parameter or header has an invalid value.
    ParameterInvalid,
    /// The cursor was not issued by this gateway.
    CursorInvalid,
    /// The idempotency key is invalid.
    IdempotencyKeyInvalid,
    /// The request has no credential, or an unknown one.
    Unauthenticated,
    /// The credential is known but does not permit the operation.
    Forbidden,
    /// The resource or route does not exist.
    NotFound,
    /// The route exists but does not support the method.
    MethodNotAllowed,
    /// The gateway has no representation that the caller accepts.
    NotAcceptable,
    /// The caller took too long to send its request.
    RequestTimeout,
    /// Another record already has a unique value, such as `external_ref` or a remote id.
    AlreadyExists,
    /// The resource changed, or was removed at the vendor, and is not in the state that the request requires.
    StateConflict,
    /// A move would lose fields whose loss the caller has not accepted.
    LossNotAccepted,
    /// An earlier request with the same idempotency key is still in progress.
    IdempotencyInProgress,
    /// `If-Match` names a revision that is not the current one.
    PreconditionFailed,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The operation does not accept the content type.
    UnsupportedMediaType,
    /// The operation requires `If-Match`.
    PreconditionRequired,
    /// One or more fields have invalid values.
    ValidationFailed,
    /// A required field is missing or was cleared.
    FieldRequired,
    /// The body has a field that does not exist.
    UnknownField,
    /// The vendor cannot hold a requested value, and the caller or the field forbids its loss.
    CapabilityLoss,
    /// The named vendor is not configured.
    VendorUnknown,
    /// The vendor refused the content of the request.
    VendorRejected,
    /// The request contains a masked secret instead of the secret itself.
    MaskedValue,
    /// The idempotency key was used for a different request.
    IdempotencyKeyReused,
    /// The vendor refused the gateway's credential.
    VendorAuthFailed,
    /// The gateway's account at the vendor has no quota left.
    VendorQuotaExhausted,
    /// The vendor's answer violates its contract.
    VendorProtocolError,
    /// The vendor could not be reached, or returned that it is unavailable.
    VendorUnavailable,
    /// The vendor refused the request because of its rate limit.
    VendorThrottled,
    /// The gateway has too many concurrent requests.
    Overloaded,
    /// The store cannot be read or written.
    StorageUnavailable,
    /// The process is stopping.
    ShuttingDown,
    /// The vendor did not answer in time, and its state is unchanged.
    VendorTimeout,
    /// The vendor may or may not have carried out the request.
    VendorOutcomeUnknown,
    /// The gateway has an internal fault.
    Internal,
}

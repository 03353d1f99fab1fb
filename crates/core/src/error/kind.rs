//! Kinds of error, by the stable code that callers see.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[doc = $about:literal])* $name:ident,)*) => {
        /// Kind of an error, by the stable code that callers see.
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
    /// An object of the body names one member twice.
    DuplicateKey,
    /// A query parameter that the operation does not have.
    ParameterUnknown,
    /// A query or path parameter or a header with a value it cannot take.
    ParameterInvalid,
    /// A cursor that this gateway did not make.
    CursorInvalid,
    /// An idempotency key that cannot be one.
    IdempotencyKeyInvalid,
    /// No credential, or one that is not known.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// No such resource or route.
    NotFound,
    /// The route exists, this method on it does not.
    MethodNotAllowed,
    /// No representation that the caller accepts.
    NotAcceptable,
    /// The caller took too long to send its request.
    RequestTimeout,
    /// A unique value (`external_ref`, a vendor's own id) is taken.
    AlreadyExists,
    /// The resource changed, or is gone at the vendor, in a way the request did not expect.
    StateConflict,
    /// A move would lose fields that the caller has not accepted to lose.
    LossNotAccepted,
    /// The request with this idempotency key is not answered yet.
    IdempotencyInProgress,
    /// `If-Match` names another revision.
    PreconditionFailed,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The content type is not one the operation takes.
    UnsupportedMediaType,
    /// The operation needs `If-Match`.
    PreconditionRequired,
    /// Fields have values they cannot take.
    ValidationFailed,
    /// A required field is missing or was cleared.
    FieldRequired,
    /// A body field that does not exist.
    UnknownField,
    /// The vendor cannot carry what was asked, and the caller or the field forbids losing it.
    CapabilityLoss,
    /// A vendor that is not configured.
    VendorUnknown,
    /// The vendor refused the content.
    VendorRejected,
    /// A masked secret was sent back as if it were one.
    MaskedValue,
    /// The idempotency key belongs to another request.
    IdempotencyKeyReused,
    /// The vendor refused our credential.
    VendorAuthFailed,
    /// Our account at the vendor has no quota left.
    VendorQuotaExhausted,
    /// The vendor answered something its contract does not allow.
    VendorProtocolError,
    /// The vendor could not be reached, or returned that it cannot serve.
    VendorUnavailable,
    /// The vendor asked us to slow down.
    VendorThrottled,
    /// Too many concurrent requests at the gateway.
    Overloaded,
    /// The store cannot be read or written.
    StorageUnavailable,
    /// The process is stopping.
    ShuttingDown,
    /// The vendor did not answer in time, and nothing was changed there.
    VendorTimeout,
    /// The request may or may not have been carried out by the vendor.
    VendorOutcomeUnknown,
    /// A fault of ours.
    Internal,
}

//! The request data that a write needs in addition to the body.

use std::time::Duration;
use switchboard_engine::{Fingerprint, IdempotencyKey, Occupied, RequestContext};

use axum::extract::{FromRef, FromRequestParts};
use http::{Method, Uri, header, request::Parts};
use serde_json::Value;
use switchboard_core::error::Result;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterIn},
    },
};

use super::{
    document, fingerprint::Fingerprints, idempotency, memory::Reservation, prefer::Prefer, problem::Failure,
    request_id::RequestId,
};
use crate::edge::keys::Caller;

/// The limits on the wait for vendors, taken from the router's state (`FromRef`).
#[derive(Debug, Clone, Copy)]
pub struct WaitLimits {
    /// The wait if the caller does not request a wait.
    pub wait: Duration,
    /// The maximum wait. A longer requested wait is reduced to this maximum.
    pub longest_wait: Duration,
}

/// The request data that a write needs in addition to the body.
///
/// Rejects with `idempotency_key_invalid`.
#[derive(Debug)]
pub struct WriteHeaders {
    prefer: Prefer,
    limits: WaitLimits,
    fingerprints: Fingerprints,
    request_id: RequestId,
    caller: Caller,
    memory: Option<Reservation>,
    key: Option<String>,
    method: Method,
    uri: Uri,
    if_match: Vec<u8>,
}

/// Documents the optional `Idempotency-Key` header of a write.
impl IntoParams for WriteHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "A key that the caller chooses for this request. If the caller repeats the request with the same key, the \
            gateway does not carry it out again: it returns the first answer, with `Idempotent-Replayed: true`. The gateway \
            keeps the answer for 48 hours unless configured otherwise. A key belongs to the API key that sent it: under another \
            API key, the same value is a new request. `external_ref` is unique across API keys.";
        let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
        let key = key.max_length(Some(idempotency::MAX_QUOTED)).pattern(Some(idempotency::PATTERN));
        vec![document::header("Idempotency-Key", about, "7c1e9a52-order-4711").schema(Some(key)).build()]
    }
}

/// Documents the `Idempotency-Key` header of a write that requires it.
pub struct RequiredKey;

impl IntoParams for RequiredKey {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = WriteHeaders::into_params(place);
        parameters.iter_mut().for_each(|parameter| parameter.required = Required::True);
        parameters
    }
}

impl WriteHeaders {
    /// Returns the headers of a write that requires an idempotency key.
    ///
    /// # Errors
    /// `idempotency_key_required` if the request has no key.
    pub fn with_key(self) -> Result<Self> {
        match self.key {
            Some(_) => Ok(self),
            None => Err(idempotency::missing()),
        }
    }

    /// Ignores the handling of losses, for a write that sends no values to a vendor. The answer then does not name this
    /// preference as applied.
    pub fn without_handling(self) -> Self {
        let prefer = Prefer { handling: None, ..self.prefer };
        Self { prefer, ..self }
    }

    /// Ignores all preferences, for a write that sends nothing to a vendor.
    pub fn without_preferences(self) -> Self {
        let prefer = Prefer { handling: None, wait: None };
        Self { prefer, ..self }
    }

    /// Builds the context of the write from the headers and the body of the request.
    pub fn context(self, body: &Value) -> RequestContext {
        let wait = self.prefer.wait.map(|wait| wait.min(self.limits.longest_wait));
        let fingerprint = |key| IdempotencyKey {
            fingerprint: self.fingerprint(body),
            key,
            scope: self.caller.as_str().to_owned(),
        };
        let mut occupied = Occupied::default();
        if let Some(memory) = &self.memory {
            occupied.add(memory.clone());
        }
        RequestContext {
            handling: self.prefer.handling.unwrap_or_default(),
            wait: wait.unwrap_or(self.limits.wait),
            caller: self.caller.as_str().to_owned(),
            occupied,
            request_id: self.request_id.as_str().to_owned(),
            key: self.key.clone().map(fingerprint),
            preference_applied: Prefer { wait, ..self.prefer }.applied().map(|applied| applied.to_string()),
        }
    }

    /// Makes the fingerprint of the request. Two requests with one idempotency key count as the same request if their
    /// fingerprints are equal.
    fn fingerprint(&self, body: &Value) -> Fingerprint {
        let target = self.uri.path_and_query().map_or("", |target| target.as_str());
        self.fingerprints.make([self.method.as_str().as_bytes(), target.as_bytes(), &self.if_match], body)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WriteHeaders
where
    WaitLimits: FromRef<S>,
    Fingerprints: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Ok(request_id) = RequestId::from_request_parts(parts, state).await;
        let if_match = parts.headers.get_all(header::IF_MATCH).iter();
        Ok(Self {
            prefer: Prefer::from_headers(&parts.headers),
            limits: WaitLimits::from_ref(state),
            fingerprints: Fingerprints::from_ref(state),
            request_id,
            caller: parts.extensions.get().cloned().unwrap_or_default(),
            memory: parts.extensions.get().cloned(),
            key: idempotency::key(&parts.headers)?,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            if_match: if_match.flat_map(|value| value.as_bytes().iter().copied().chain([b','])).collect(),
        })
    }
}

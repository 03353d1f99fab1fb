//! The request data that a write needs beside the body.

use std::time::Duration;
use switchboard_engine::{IdempotencyKey, RequestContext};

use axum::extract::{FromRef, FromRequestParts};
use http::{Method, Uri, header, request::Parts};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Type,
        path::{Parameter, ParameterIn},
    },
};

use super::{document, idempotency, prefer::Prefer, problem::Failure, request_id::RequestId};
use crate::edge::keys::Caller;

/// The limits of the wait for vendors. The router's state gives them (`FromRef`).
#[derive(Debug, Clone, Copy)]
pub struct WaitLimits {
    /// The wait of callers that give none.
    pub wait: Duration,
    /// The longest wait; longer ones are cut to it.
    pub longest_wait: Duration,
}

/// The request data that a write needs beside the body.
///
/// Rejects with `idempotency_key_invalid`.
#[derive(Debug)]
pub struct WriteHeaders {
    prefer: Prefer,
    limits: WaitLimits,
    request_id: RequestId,
    caller: Caller,
    key: Option<String>,
    method: Method,
    uri: Uri,
    if_match: Vec<u8>,
}

/// Documents the header that every write takes.
impl IntoParams for WriteHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "A key of the caller's own for this very request. The gateway does not carry out a request that is sent \
            again with the same key; it returns the first answer, with `Idempotent-Replayed: true`. A key is remembered for \
            48 hours unless configured otherwise.";
        let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
        let key = key.max_length(Some(idempotency::MAX));
        vec![document::header("Idempotency-Key", about, "7c1e9a52-order-4711").schema(Some(key)).build()]
    }
}

impl WriteHeaders {
    /// Makes the context of the write that this request asks for with this body.
    pub fn context(self, body: &Value) -> RequestContext {
        let wait = self.prefer.wait.map(|wait| wait.min(self.limits.longest_wait));
        let fingerprint =
            |key| IdempotencyKey { fingerprint: self.fingerprint(body), key, scope: self.caller.name() };
        RequestContext {
            handling: self.prefer.handling.unwrap_or_default(),
            wait: wait.unwrap_or(self.limits.wait),
            request_id: self.request_id.as_str().to_owned(),
            key: self.key.clone().map(fingerprint),
            preference_applied: Prefer { wait, ..self.prefer }.applied().map(|applied| applied.to_string()),
        }
    }

    /// Computes the fingerprint of a request. Two requests of one key are the same if their fingerprints are equal.
    fn fingerprint(&self, body: &Value) -> Vec<u8> {
        let mut hash = Sha256::new();
        let target = self.uri.path_and_query().map_or("", |target| target.as_str());
        for part in [self.method.as_str().as_bytes(), target.as_bytes(), &self.if_match] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        // The parsed body is hashed: space between the tokens does not count.
        hash.update(body.to_string());
        hash.finalize().to_vec()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WriteHeaders
where
    WaitLimits: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Ok(request_id) = RequestId::from_request_parts(parts, state).await;
        let if_match = parts.headers.get_all(header::IF_MATCH).iter();
        Ok(Self {
            prefer: Prefer::from_headers(&parts.headers),
            limits: WaitLimits::from_ref(state),
            request_id,
            caller: parts.extensions.get().cloned().unwrap_or_default(),
            key: idempotency::key(&parts.headers)?,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            if_match: if_match.flat_map(|value| value.as_bytes().iter().copied().chain([b','])).collect(),
        })
    }
}

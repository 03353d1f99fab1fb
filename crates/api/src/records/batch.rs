//! Batches: several creations and changes of records in one request.
//!
//! The writes of a batch are independent. If the batch has an idempotency key, each write has a key derived from that
//! key. If the batch is repeated, the gateway replays the stored results, even if the process was killed during the
//! batch. The gateway sends each result in the order of the operations while later writes are in progress, so that the
//! memory of a batch is bounded.

use std::{io, pin::pin, sync::Arc};

use axum::{body::Body, extract::State, response::IntoResponse};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use http::{HeaderMap, HeaderValue, header};
use switchboard_core::error::{Error, Kind};
use switchboard_engine::{
    Answer, Engine, Managed, RequestContext,
    writes::{begin_batch, replayed_answer, store_refusal},
};
use tokio::{sync::mpsc, time::Instant};
use tracing::Instrument;

use super::{
    Exposed,
    batch_request::{BatchOperation, read_operations},
};
use crate::{
    Api,
    answer::status_of,
    edge::{
        body::Json,
        prefer::PREFERENCE_APPLIED,
        problem::{document, join, spec},
        query::Query,
        write_headers::WriteHeaders,
    },
    write::Result,
};

/// The maximum number of concurrent writes of a batch.
const CONCURRENT_WRITES: usize = 8;

pub async fn batch<R: Exposed>(
    State(api): State<Api>,
    query: Query,
    headers: Result<WriteHeaders>,
    Json(body): Json,
) -> Result {
    let body = body.and_then(|body| Ok((read_operations(&body)?, body)));
    let (((), headers), (operations, body)) = join(join(query.finish(), headers), body)?;
    let call = headers.context(&body);
    begin_batch(api.engine.repository(), &call).await?;
    let mut headers =
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let applied = call.preference_applied.as_deref().and_then(|applied| HeaderValue::from_str(applied).ok());
    headers.extend(applied.map(|applied| (PREFERENCE_APPLIED, applied)));
    let count = operations.len();
    let results = start::<R>(api.engine, call, operations);
    Ok((headers, Body::from_stream(rendered(results, count))).into_response())
}

/// Starts the operations, and returns the channel of their results, in order. The operations are carried out even if
/// the caller disconnects.
fn start<R: Exposed>(
    engine: Arc<Engine>,
    call: RequestContext,
    operations: Vec<BatchOperation>,
) -> mpsc::Receiver<String> {
    let (sender, results) = mpsc::channel(CONCURRENT_WRITES);
    let running = engine.running().clone();
    let writes = async move {
        let deadline = Instant::now() + call.wait;
        let write = |(place, operation)| run::<R>(engine.clone(), call.of_part(place), operation, deadline);
        let writes = stream::iter(operations.into_iter().enumerate()).map(write);
        let mut results = pin!(writes.buffered(CONCURRENT_WRITES));
        while let Some(result) = results.next().await {
            // If the caller has disconnected, sending fails, but the remaining operations are still carried out.
            let _ = sender.send(result).await;
        }
    };
    running.spawn(writes.in_current_span());
    results
}

/// Renders the answer piece by piece. If a result is missing because its operation panicked, the stream ends with an
/// error, so that the caller receives an incomplete answer.
fn rendered(results: mpsc::Receiver<String>, count: usize) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold((results, 0), move |(mut results, place)| async move {
        if place == count {
            return Ok(None);
        }
        let result = results.recv().await.ok_or_else(|| io::Error::other("an operation has no result"))?;
        let before = if place == 0 { "{\"results\":[" } else { "," };
        let behind = if place + 1 == count { "]}" } else { "" };
        Ok(Some((format!("{before}{result}{behind}").into(), (results, place + 1))))
    })
}

/// Carries out one operation, and returns its result as JSON. The operation waits for the vendor until the deadline.
/// Stores a final refusal, so that a repetition of the batch replays it.
async fn run<R: Managed>(
    engine: Arc<Engine>,
    mut call: RequestContext,
    operation: BatchOperation,
    deadline: Instant,
) -> String {
    call.wait = deadline.saturating_duration_since(Instant::now());
    match carry_out::<R>(&engine, &mut call, operation).await {
        Ok(answer) => result_of(&answer),
        Err(error) => {
            let problem = document(&error, &call.request_id);
            let answer = Answer::refused(&error, problem.body);
            // Store only a final refusal of the request itself. A repetition of the batch then carries out the other
            // refused operations again, such as those that failed because of the operator's account at the vendor.
            let spec = spec(error.kind);
            let is_final = spec.status.is_client_error() && !spec.retryable && error.retry_after.is_none();
            if is_final && let Err(failure) = store_refusal(engine.repository(), &call, &answer).await {
                tracing::warn!(%failure, "failed to store the refusal of an operation of a batch");
            }
            result_of(&answer)
        }
    }
}

async fn carry_out<R: Managed>(
    engine: &Arc<Engine>,
    call: &mut RequestContext,
    operation: BatchOperation,
) -> switchboard_core::error::Result<Answer> {
    if let Some(answer) = replayed_answer(engine.repository(), call).await? {
        return Ok(answer);
    }
    engine.writer().admit(call)?;
    let call = call.clone();
    match operation {
        BatchOperation::Create(document) => engine.writer().create::<R>(call, &document).await,
        BatchOperation::Change { id, patch, if_revision } => {
            let expected = |revision| match if_revision {
                Some(expected) if expected != revision => {
                    let detail = format!("The current revision is {revision}, not {expected}.");
                    Err(Error::new(Kind::PreconditionFailed, detail))
                }
                _ => Ok(()),
            };
            engine.writer().patch::<R>(call, &id, &patch, &expected).await
        }
    }
}

/// Renders the result of an operation. The body of an answer is already JSON.
fn result_of(answer: &Answer) -> String {
    let status = status_of(&answer.outcome).as_u16();
    let member = if status < 400 { "body" } else { "problem" };
    let replayed = if answer.replayed { ",\"replayed\":true" } else { "" };
    let document = String::from_utf8_lossy(&answer.body);
    format!("{{\"status\":{status}{replayed},\"{member}\":{document}}}")
}

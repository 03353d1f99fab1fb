//! The execution of a write for a caller that may disconnect.

use std::{future::Future, sync::Arc};

use axum::response::Response;
use switchboard_engine::{Answer, Engine, RequestContext, timing, writes::replayed_answer};

use super::{Api, answer::render, report_detail::ReportDetail};
use crate::edge::problem::Failure;

/// The result of a handler.
pub type Result<T = Response> = std::result::Result<T, Failure>;

/// Runs a write to its end, even if the caller disconnects, because the gateway must store the result of every vendor request.
/// If an earlier request with the same idempotency key has a stored answer, returns this answer and writes nothing.
///
/// # Errors
/// `overloaded` if there are too many writes, in which case nothing is stored; the errors of [`replayed_answer`]; the
/// errors of the write.
pub async fn write<F>(
    api: &Api,
    call: RequestContext,
    run: impl FnOnce(Arc<Engine>, RequestContext) -> F,
) -> Result
where
    F: Future<Output = switchboard_core::error::Result<Answer>> + Send + 'static,
{
    Ok(render(run_once(api, call, run).await?))
}

/// Runs a write like [`write()`] and answers with translation reports of the requested extent. The answer that is
/// stored for an idempotency key always has the whole reports.
///
/// # Errors
/// The errors of [`write()`].
pub async fn write_record<F>(
    api: &Api,
    call: RequestContext,
    detail: &ReportDetail,
    run: impl FnOnce(Arc<Engine>, RequestContext) -> F,
) -> Result
where
    F: Future<Output = switchboard_core::error::Result<Answer>> + Send + 'static,
{
    let answer = run_once(api, call, run).await?;
    Ok(render(Answer { body: detail.text(answer.body)?, ..answer }))
}

async fn run_once<F>(
    api: &Api,
    mut call: RequestContext,
    run: impl FnOnce(Arc<Engine>, RequestContext) -> F,
) -> Result<Answer>
where
    F: Future<Output = switchboard_core::error::Result<Answer>> + Send + 'static,
{
    let engine = api.engine.clone();
    if let Some(answer) = replayed_answer(engine.repository(), &call).await? {
        return Ok(answer);
    }
    engine.writer().admit(&mut call)?;
    let running = engine.running().clone();
    // The future is several kilobytes in size. Boxing lets it move to the task of the write without being copied.
    Ok(timing::run_to_completion(&running, Box::pin(run(engine, call))).await?)
}

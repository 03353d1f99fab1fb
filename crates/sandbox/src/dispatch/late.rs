//! Requests that are carried out late, even if their callers have hung up.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use tokio::sync::futures::OwnedNotified;
use tokio::sync::oneshot;

use super::received::Received;
use crate::state::SandboxState;
use crate::wire;

/// Carries a request out after a delay, or earlier if a control route ends the delays, even if the caller hangs up.
/// Answers if the caller is still waiting. If the sandbox is reset first, closes the connection without an answer.
/// `ended` completes when a control route ends the delays.
pub(super) async fn carry_out(
    state: &Arc<SandboxState>,
    received: Received,
    delay: Duration,
    ended: OwnedNotified,
) -> Response {
    let (answer, answered) = oneshot::channel();
    let late = state.clone();
    state.late().spawn(async move {
        // The request is carried out whether the delay has elapsed or a control route has ended it.
        let _ = tokio::time::timeout(delay, ended).await;
        if let Some(slot) = late.named(received.vendor.name()) {
            let carried_out = received.carry_out(slot.simulator().as_mut(), None);
            // The caller may have hung up.
            let _ = answer.send(carried_out);
        }
    });
    answered.await.map_or_else(|_| wire::hang_up(), wire::intact)
}

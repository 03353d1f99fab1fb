//! Following a migration until it ends.

use std::{pin::pin, time::Duration};

use anyhow::Context as _;
use serde_json::Value;
use tokio::time::sleep;

use crate::{
    client::{Ask, Client, ClientError},
    render::{OutputFormat, Progress},
    signals::stop_signal,
};

/// The pause between two reads of a migration.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Follows a migration until it ends or the user stops following. Returns the migration's last known state.
///
/// # Errors
/// If the signal handlers cannot be installed, or the migration cannot be read. In both cases, the migration itself
/// continues.
pub async fn follow(client: &Client, started: Value, form: OutputFormat) -> anyhow::Result<Value> {
    let id = started["id"].as_str().ok_or_else(|| ClientError::unreadable("a migration"))?.to_owned();
    let total = started["total"].as_u64().unwrap_or_default();
    let progress = form.progress("moving", usize::try_from(total).unwrap_or(usize::MAX));
    let mut stop = pin!(stop_signal()?);
    form.note(&format!("{id} has started; Ctrl-C stops following it, and the migration continues"));
    let mut last = started;
    while last["finished_at"].is_null() {
        show(&progress, &last);
        let poll = async {
            sleep(POLL_INTERVAL).await;
            client.send(&Ask::get(["migrations", &id])).await
        };
        tokio::select! {
            answer = poll => {
                last = answer.with_context(|| format!("{id} continues, but cannot be followed"))?.body;
            }
            () = &mut stop => break,
        }
    }
    show(&progress, &last);
    Ok(last)
}

fn show(progress: &Progress, migration: &Value) {
    let finished = ["moved", "retiring", "failed", "rolled_back"]
        .map(|name| migration[name].as_u64().unwrap_or_default());
    progress.reached(usize::try_from(finished.iter().sum::<u64>()).unwrap_or(usize::MAX));
}

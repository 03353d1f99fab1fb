//! Following a migration to its end.

use std::{pin::pin, time::Duration};

use anyhow::Context as _;
use serde_json::Value;
use tokio::time::sleep;

use crate::{
    client::{Ask, Client, ClientError},
    render::{OutputFormat, Progress},
    signals::stop_signal,
};

/// How often the gateway is asked how far it is.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Follows a migration until it is over or the user has seen enough; gives it as it was last seen.
///
/// # Errors
/// Where signals cannot be heard, or the gateway cannot be asked any more. The migration goes on all the same.
pub async fn follow(client: &Client, begun: Value, form: OutputFormat) -> anyhow::Result<Value> {
    let id = begun["id"].as_str().ok_or_else(|| ClientError::unreadable("a migration"))?.to_owned();
    let total = begun["total"].as_u64().unwrap_or_default();
    let progress = form.progress("moving", usize::try_from(total).unwrap_or(usize::MAX));
    let mut enough = pin!(stop_signal()?);
    form.note(&format!("{id} has begun; who stops following it does not stop it"));
    let mut last = begun;
    while last["finished_at"].is_null() {
        show(&progress, &last);
        let look = async {
            sleep(POLL_INTERVAL).await;
            client.send(&Ask::get(["migrations", &id])).await
        };
        tokio::select! {
            seen = look => {
                last = seen.with_context(|| format!("{id} goes on, but cannot be followed"))?.body;
            }
            () = &mut enough => break,
        }
    }
    show(&progress, &last);
    Ok(last)
}

fn show(progress: &Progress, migration: &Value) {
    let over = ["moved", "retiring", "failed", "rolled_back"]
        .map(|name| migration[name].as_u64().unwrap_or_default());
    progress.reached(usize::try_from(over.iter().sum::<u64>()).unwrap_or(usize::MAX));
}

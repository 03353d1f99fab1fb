//! Following a call until it ends.

use std::{pin::pin, time::Duration};

use anyhow::Context as _;
use serde_json::Value;
use tokio::time::sleep;

use crate::{
    client::{Ask, Client, ClientError},
    render::OutputFormat,
    signals::stop_signal,
};

/// The pause between two reads of a call.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Follows a call until it ends or the user stops following. Prints a note for each new status. Returns the last known
/// state of the call.
///
/// # Errors
/// If the signal handlers cannot be installed, or the call cannot be read. In both cases, the call itself continues.
pub async fn follow(client: &Client, call: Value, form: OutputFormat) -> anyhow::Result<Value> {
    let id = call["id"].as_str().ok_or_else(|| ClientError::unreadable("a call"))?.to_owned();
    let mut stop = pin!(stop_signal()?);
    form.note(&format!("{id}: {}; Ctrl-C stops following, and the call continues", status(&call)));
    let mut last = call;
    while last["status"] != "ended" {
        let poll = async {
            sleep(POLL_INTERVAL).await;
            client.send(&Ask::get(["calls", &id])).await
        };
        tokio::select! {
            answer = poll => {
                let call = answer.with_context(|| format!("{id} continues, but cannot be followed"))?.body;
                if call["status"] != last["status"] {
                    form.note(&format!("{id}: {}", status(&call)));
                }
                last = call;
            }
            () = &mut stop => break,
        }
    }
    Ok(last)
}

fn status(call: &Value) -> &str {
    call["status"].as_str().unwrap_or_default()
}

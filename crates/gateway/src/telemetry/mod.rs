//! Logs: one event for each request, one for each failure, nothing that a caller or a vendor said.

pub(crate) mod access;

use std::io::{IsTerminal, stderr};

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::config::telemetry::{Format, Telemetry};

/// Sends the log to standard error, as configured, for the rest of the process.
///
/// # Errors
/// If a log was set up before.
pub fn start(settings: &Telemetry) -> anyhow::Result<()> {
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&settings.log).context("telemetry.log")?)
        .with_writer(stderr);
    let started = match settings.format {
        Format::Text => log.with_ansi(stderr().is_terminal()).try_init(),
        Format::Json => {
            log.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
    };
    started.map_err(|error| anyhow::anyhow!("the log cannot be set up: {error}"))
}

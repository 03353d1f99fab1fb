//! The process around the REST API: command line, listeners, active configuration, telemetry.

pub mod cli;
pub mod reload;
pub mod server;
pub mod telemetry;

//! The process around the REST API: command line, listeners, the configuration in force, telemetry.

pub mod cli;
pub mod reload;
pub mod server;
pub mod telemetry;

//! The REST facade of Switchboard and the process around it.

pub mod auth;
pub mod cli;
pub mod config;
pub mod edge;
pub mod server;
pub mod telemetry;

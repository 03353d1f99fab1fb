//! The REST facade of Switchboard and the process around it.

pub mod adapters;
pub mod api;
pub mod auth;
pub mod capability;
pub mod cli;
pub mod config;
pub mod edge;
pub mod reload;
pub mod server;
pub mod service;
pub mod telemetry;

//! The checks of this machine: addresses, database file and key.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
};

use secrecy::ExposeSecret as _;
use switchboard_config::{Config, Problem};
use switchboard_store::{MasterKey, preflight};

/// Lists the problems on this machine that would keep `serve` from starting now. Reads a database in a file, and contacts
/// no PostgreSQL server.
pub fn problems(config: &Config) -> Vec<Problem> {
    let server = &config.server;
    let mut problems = Vec::new();
    // The first listener stays open, so that binding the same address a second time fails.
    let _api = bind("server.listen", server.listen, &mut problems);
    if let Some(address) = server.admin_listen {
        bind("server.admin_listen", address, &mut problems);
    }
    match config.store.key.as_ref().map(MasterKey::parse).transpose() {
        Err(error) => problems.push(Problem::new("store.key", error.to_string())),
        Ok(key) => {
            if let Err(error) = preflight(config.store.url.expose_secret(), key.as_ref()) {
                problems.push(Problem::new("store.url", error.to_string()));
            }
        }
    }
    problems
}

fn bind(key: &str, address: SocketAddr, problems: &mut Vec<Problem>) -> Option<TcpListener> {
    match TcpListener::bind(address) {
        Ok(listener) => Some(listener),
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::AddrInUse => {
                    "is in use; stop the process that listens there, or choose another port".to_owned()
                }
                ErrorKind::AddrNotAvailable => "is not an address of this machine".to_owned(),
                ErrorKind::PermissionDenied => "needs a permission that this user does not have".to_owned(),
                _ => format!("cannot be used: {error}"),
            };
            problems.push(Problem::new(key, format!("{address} {why}")));
            None
        }
    }
}

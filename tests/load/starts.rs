//! Starting the gateway: how long it takes, and what it holds when nobody asks it anything.

use std::{net::SocketAddr, path::PathBuf, thread::sleep, time::Duration};

use anyhow::Context as _;

use crate::{
    measuring::{gateway::Gateway, process::Memory},
    vendor,
};

/// How long a gateway that has answered once is left alone before its memory is read.
const PAUSE: Duration = Duration::from_secs(1);
/// As configured where nobody says otherwise.
const IN_FLIGHT: usize = 512;

pub struct Starts {
    /// From nothing to the first answer, one after the other.
    pub took: Vec<Duration>,
    /// Of the last one, at rest.
    pub idle: Memory,
}

/// Starts it over the store in each of these folders, one after the other.
///
/// # Errors
/// If it does not come up, or there is no folder.
pub fn run(folders: impl Iterator<Item = PathBuf>, vendor: SocketAddr) -> anyhow::Result<Starts> {
    let tables = vendor::tables(vendor, 1, true);
    let mut took = Vec::new();
    let mut last = None;
    for folder in folders {
        // The one before has to be gone: a store has one process.
        drop(last.take());
        let gateway = Gateway::start(&folder, IN_FLIGHT, &tables)?;
        took.push(gateway.took);
        last = Some(gateway);
    }
    sleep(PAUSE);
    let idle = last.context("it was never started")?.process.memory()?;
    Ok(Starts { took, idle })
}

//! The gateway, and the simulated vendors behind it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use switchboard_sandbox::Vendor;

use crate::measuring::{
    gateway::{Gateway, key_variable},
    process::{Process, free_address},
};

/// The vendor at which all agents start, and the vendor to which they move.
pub const VENDORS: [Vendor; 2] = [Vendor::QCALL, Vendor::AUTOCALLS_2026];
/// The default value in the configuration.
const IN_FLIGHT: usize = 512;
/// The size of the simulated vendors' journal, in requests. No measurement sends as many.
const JOURNAL: &str = "10000000";

pub struct Stage {
    pub vendors: Process,
    pub vendors_address: SocketAddr,
    pub gateway: Gateway,
    store: PathBuf,
    tables: String,
}

impl Stage {
    /// Starts all processes.
    ///
    /// # Errors
    /// Fails if a process does not start.
    pub fn set(folder: &Path) -> anyhow::Result<Self> {
        let vendors_address = free_address()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-under-test"));
        let listen = vendors_address.to_string();
        command.env_clear().args(["sandbox", "--listen", &listen, "--journal", JOURNAL]);
        let mut vendors = Process::start(&mut command, &folder.join("vendors"))?;
        vendors.wait_until_ready(vendors_address, "/_sandbox/faults")?;
        let (store, tables) = (folder.join("gateway"), tables(vendors_address));
        let gateway = Gateway::start(&store, IN_FLIGHT, &tables)?;
        Ok(Self { vendors, vendors_address, gateway, store, tables })
    }

    /// Stops the gateway and starts another one with the same store and empty caches.
    ///
    /// # Errors
    /// Fails if the gateway does not start.
    pub fn restart(self) -> anyhow::Result<Self> {
        let Self { vendors, vendors_address, gateway, store, tables } = self;
        // The process must end first, because only one process may open a store.
        drop(gateway);
        let gateway = Gateway::start(&store, IN_FLIGHT, &tables)?;
        Ok(Self { vendors, vendors_address, gateway, store, tables })
    }
}

/// Builds the tables of the vendors and of the aliases.
fn tables(vendors: SocketAddr) -> String {
    let table = |vendor: Vendor| {
        let settings = match vendor {
            Vendor::QCALL => "adapter = \"qcall\"",
            _ => "adapter = \"autocalls\"\ngeneration = \"2026\"",
        };
        let (base, key) = (vendor.base_path(), key_variable(vendor));
        format!(
            "[vendors.{vendor}]\n{settings}\nbase_url = \"http://{vendors}{base}\"\napi_key = \"env:{key}\"\n"
        )
    };
    let [first, second] = VENDORS;
    format!(
        "{}{}\
         [voices.desk]\n{first} = \"qv-aurora\"\n{second} = \"101\"\n\
         [models.fast]\n{first} = \"1\"\n{second} = \"GPT-4o mini\"\n\
         [routing]\ndefault = \"{first}\"\n\
         [writes]\npoll_s = 0\n",
        table(first),
        table(second)
    )
}

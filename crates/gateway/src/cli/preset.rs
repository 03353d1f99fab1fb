//! The configuration of `serve --sandbox`: every adapter with its simulator, records in memory.

use sha2::{Digest as _, Sha256};
use switchboard_core::vendor::{Factory, Trial};
use switchboard_registry::ADAPTERS;
use switchboard_sandbox::{Sandbox, Vendor};

/// The key of `serve --sandbox`. It is no secret: it gives access to simulators only, and from this machine only.
pub const DEVELOPMENT_KEY: &str = "development-key-for-the-sandbox";

/// One vendor of the configuration.
struct Preset {
    /// The vendor's name: the adapter's for its default generation, the trial's for the others.
    name: &'static str,
    adapter: &'static str,
    trial: &'static Trial,
    /// The simulator that the trial names.
    simulator: Vendor,
}

impl Preset {
    /// Lists the trials of an adapter for which the sandbox has a simulator.
    fn of_adapter(factory: &Factory) -> impl Iterator<Item = Self> {
        let (adapter, trials) = (factory.adapter, factory.trials);
        trials.iter().enumerate().filter_map(move |(place, trial)| {
            let name = if place == 0 { adapter } else { trial.name };
            Some(Self { name, adapter, trial, simulator: Vendor::named(trial.name)? })
        })
    }

    /// Writes the vendor's table.
    fn table(&self, sandbox: &Sandbox) -> String {
        let Self { name, adapter, trial, simulator } = self;
        let url = sandbox.base_url(*simulator);
        let settings = trial.settings.iter().map(|(key, value)| format!("{key} = \"{value}\"\n"));
        let settings: String = settings.collect();
        format!("[vendors.{name}]\nadapter = \"{adapter}\"\nbase_url = \"{url}\"\n{settings}")
    }

    /// Writes the vendor's entry in the table of an alias.
    fn alias(&self, id: Option<&str>) -> String {
        id.map(|id| format!("{} = \"{id}\"\n", self.name)).unwrap_or_default()
    }
}

/// Writes the configuration as TOML. Records stay in memory, as the simulators lose theirs too when they stop.
pub fn toml(sandbox: &Sandbox) -> String {
    let vendors: Vec<_> = ADAPTERS.iter().flat_map(Preset::of_adapter).collect();
    let digest = Sha256::digest(DEVELOPMENT_KEY);
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let each = |write: &dyn Fn(&Preset) -> String| vendors.iter().map(write).collect::<String>();
    format!(
        "[voices.warm-female]\n{}[models.fast]\n{}[store]\nurl = \"sqlite::memory:\"\n[auth]\nkeys = [{{ name = \"development\", hash = \"sha256:{hash}\" }}]\n\
         [routing]\ndefault = \"qcall\"\n{}",
        each(&|vendor| vendor.alias(Some(vendor.trial.voice))),
        each(&|vendor| vendor.alias(vendor.trial.model)),
        each(&|vendor| vendor.table(sandbox)),
    )
}

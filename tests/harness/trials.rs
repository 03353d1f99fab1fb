//! The trials of the adapters: each adapter's description of its simulator.

use switchboard_core::vendor::{Factory, Trial};
use switchboard_registry::ADAPTERS;
use switchboard_sandbox::Vendor;

/// Returns the trial of a simulated vendor.
pub fn trial(vendor: Vendor) -> &'static Trial {
    find(vendor).1
}

/// Returns the adapter of a simulated vendor and its settings, as lines of TOML.
pub fn settings(vendor: Vendor) -> String {
    let (factory, trial) = find(vendor);
    let settings = trial.settings.iter().map(|(key, value)| format!("{key} = \"{value}\"\n"));
    format!("adapter = \"{}\"\n{}", factory.adapter, settings.collect::<String>())
}

fn find(vendor: Vendor) -> (&'static Factory, &'static Trial) {
    static FACTORIES: &[Factory] = &ADAPTERS;
    let mut trials =
        FACTORIES.iter().flat_map(|factory| factory.trials.iter().map(move |trial| (factory, trial)));
    trials.find(|(_, trial)| trial.name == vendor.name()).unwrap_or_else(|| panic!("{vendor} has no trial"))
}

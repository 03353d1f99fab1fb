//! The trials of the adapters: each adapter's description of its simulator.

use switchboard_core::vendor::{Factory, Trial};
use switchboard_registry::ADAPTERS;
use switchboard_sandbox::Vendor;

/// Returns the trial of a simulated vendor.
pub fn trial(vendor: Vendor) -> &'static Trial {
    find(vendor).1
}

/// Returns the adapter of a simulated vendor and its settings, as lines of TOML. A secret refers to a variable of
/// [`secrets`].
pub fn settings(vendor: Vendor) -> String {
    let (factory, trial) = find(vendor);
    let settings = trial.settings.iter().map(|(key, value)| match is_secret(factory, key) {
        true => format!("{key} = \"env:{}\"\n", variable(vendor, key)),
        false => format!("{key} = \"{value}\"\n"),
    });
    format!("adapter = \"{}\"\n{}", factory.adapter, settings.collect::<String>())
}

/// Returns the secrets of all simulated vendors by environment variable.
pub fn secrets() -> impl Iterator<Item = (String, &'static str)> {
    Vendor::ALL.into_iter().flat_map(|vendor| {
        let (factory, trial) = find(vendor);
        let secrets = trial.settings.iter().filter(move |(key, _)| is_secret(factory, key));
        secrets.map(move |(key, value)| (variable(vendor, key), *value))
    })
}

fn is_secret(factory: &Factory, key: &str) -> bool {
    factory.settings.iter().any(|setting| setting.secret && setting.name == key)
}

fn variable(vendor: Vendor, key: &str) -> String {
    format!("VENDOR_{vendor}_{key}").to_uppercase().replace('-', "_")
}

fn find(vendor: Vendor) -> (&'static Factory, &'static Trial) {
    static FACTORIES: &[Factory] = &ADAPTERS;
    let mut trials =
        FACTORIES.iter().flat_map(|factory| factory.trials.iter().map(move |trial| (factory, trial)));
    trials.find(|(_, trial)| trial.name == vendor.name()).unwrap_or_else(|| panic!("{vendor} has no trial"))
}

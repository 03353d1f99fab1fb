//! The configuration of `serve --sandbox`. It has a vendor for each simulator, keeps records in memory, and permits
//! calls to any number, including those that are reserved for fiction.

use sha2::{Digest as _, Sha256};
use switchboard_config::Environment;
use switchboard_core::vendor::{Factory, Setting, Trial};
use switchboard_registry::ADAPTERS;
use switchboard_sandbox::{Sandbox, Vendor};

/// The API key of `serve --sandbox`. The key need not be secret, because by default the gateway has only simulators as vendors
/// and is reachable only from this machine.
pub const DEVELOPMENT_KEY: &str = "development-key-for-the-sandbox";

/// The settings for calls. Simulated calls cost nothing and reach no phone, so any number may be called, and often.
const CALLS: &str = "[calls]\nprefixes = [\"+1\", \"+2\", \"+3\", \"+4\", \"+5\", \"+6\", \"+7\", \"+8\", \"+9\"]\n\
                     per_number_per_day = 1000\nfollow_s = 1\n";

/// One vendor of the configuration.
struct Preset {
    /// The configured name. The vendor of the adapter's first trial has the adapter's name; the vendor of any other trial has
    /// the trial's name.
    name: &'static str,
    adapter: &'static str,
    /// The settings of the adapter.
    settings: &'static [Setting],
    trial: &'static Trial,
    /// The simulator with the name of the trial.
    simulator: Vendor,
}

impl Preset {
    /// Lists a vendor for each of the adapter's trials that has a simulator in the sandbox.
    fn of_adapter(factory: &Factory) -> impl Iterator<Item = Self> {
        let (adapter, settings, trials) = (factory.adapter, factory.settings, factory.trials);
        trials.iter().enumerate().filter_map(move |(place, trial)| {
            let name = if place == 0 { adapter } else { trial.name };
            Some(Self { name, adapter, settings, trial, simulator: Vendor::named(trial.name)? })
        })
    }

    /// Formats the table of the vendor as TOML.
    fn table(&self, sandbox: &Sandbox) -> String {
        let Self { name, adapter, trial, simulator, .. } = self;
        let url = sandbox.base_url(*simulator);
        let settings = trial.settings.iter().chain(trial.sandbox_settings).map(|(key, value)| {
            match self.is_secret(key) {
                true => format!("{key} = \"env:{}\"\n", self.variable(key)),
                false => format!("{key} = \"{value}\"\n"),
            }
        });
        let settings: String = settings.collect();
        format!("[vendors.{name}]\nadapter = \"{adapter}\"\nbase_url = \"{url}\"\n{settings}")
    }

    fn is_secret(&self, key: &str) -> bool {
        self.settings.iter().any(|setting| setting.secret && setting.name == key)
    }

    /// Returns the name of the environment variable that stands for a secret setting.
    fn variable(&self, key: &str) -> String {
        format!("SWITCHBOARD_SANDBOX_{}_{key}", self.name).to_uppercase().replace('-', "_")
    }

    /// Lists the secret settings by their environment variables.
    fn secrets(&self) -> impl Iterator<Item = (String, String)> {
        let secrets = self.trial.settings.iter().filter(move |(key, _)| self.is_secret(key));
        secrets.map(move |(key, value)| (self.variable(key), (*value).to_owned()))
    }

    /// Formats the vendor's entry in the table of an alias. Returns an empty string if the vendor has no id for the alias.
    fn alias(&self, id: Option<&str>) -> String {
        id.map(|id| format!("{} = \"{id}\"\n", self.name)).unwrap_or_default()
    }
}

/// Returns the environment variables to which the configuration refers: the keys of the simulators.
pub fn variables() -> Environment {
    let vendors: Vec<_> = ADAPTERS.iter().flat_map(Preset::of_adapter).collect();
    vendors.iter().flat_map(Preset::secrets).collect()
}

/// Formats the configuration as TOML. Records are kept in memory, because the simulators also lose their records when they stop.
pub fn toml(sandbox: &Sandbox) -> String {
    let vendors: Vec<_> = ADAPTERS.iter().flat_map(Preset::of_adapter).collect();
    let digest = Sha256::digest(DEVELOPMENT_KEY);
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let each = |write: &dyn Fn(&Preset) -> String| vendors.iter().map(write).collect::<String>();
    format!(
        "{CALLS}[voices.warm-female]\n{}[models.fast]\n{}[store]\nurl = \"sqlite::memory:\"\n[auth]\nkeys = [{{ name = \"development\", hash = \"sha256:{hash}\" }}]\n\
         [routing]\ndefault = \"qcall\"\n{}",
        each(&|vendor| vendor.alias(Some(vendor.trial.voice))),
        each(&|vendor| vendor.alias(vendor.trial.model)),
        each(&|vendor| vendor.table(sandbox)),
    )
}

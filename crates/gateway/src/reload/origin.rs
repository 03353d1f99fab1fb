//! Where the configuration comes from.

use std::path::PathBuf;
use switchboard_config::{Config, ConfigFile, Problems, process_environment};
use switchboard_engine::vet;
use switchboard_registry::ADAPTERS;

use serde_json::Value;

/// Where the configuration comes from, beside the defaults and the environment.
#[derive(Debug, Clone)]
pub struct Origin {
    /// TOML that goes before the file.
    pub preset: Option<String>,
    /// Where the file is, if there is one.
    pub path: Option<PathBuf>,
}

impl Origin {
    /// The file as it is now.
    pub fn look(&self) -> Option<ConfigFile> {
        self.path.as_deref().map(ConfigFile::at)
    }

    /// The configuration that a file makes.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, file: Option<&ConfigFile>) -> Result<Config, Problems> {
        let vet = |_: &str, adapter: &str, settings: &Value| vet(adapter, settings, &ADAPTERS);
        Config::from_file(self.preset.as_deref(), file, &process_environment(), &vet)
    }
}

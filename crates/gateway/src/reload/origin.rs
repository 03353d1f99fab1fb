//! The sources of the configuration.

use std::path::PathBuf;
use switchboard_config::{Config, ConfigFile, Environment, Problems, process_environment};
use switchboard_engine::{calls::Guards, vet};
use switchboard_registry::ADAPTERS;

use serde_json::Value;

/// The sources of a configuration besides the defaults and the environment of the process.
#[derive(Debug, Clone)]
pub struct Origin {
    /// A preset as TOML, which the file overrides.
    pub preset: Option<String>,
    /// Path of the configuration file, if any.
    pub path: Option<PathBuf>,
    /// Environment variables of the command line, which take precedence over those of the process.
    pub variables: Environment,
}

impl Origin {
    /// Reads the file in its current state. Returns `None` if the configuration has no file.
    pub fn current_file(&self) -> Option<ConfigFile> {
        self.path.as_deref().map(ConfigFile::at)
    }

    /// Reads the configuration with this file.
    ///
    /// # Errors
    /// All problems in the configuration.
    pub fn read(&self, file: Option<&ConfigFile>) -> Result<Config, Problems> {
        let vet = |misspelt: &[String], adapter: &str, settings: &Value| {
            vet(adapter, settings, misspelt, &ADAPTERS)
        };
        let mut environment = process_environment();
        environment.extend(self.variables.clone());
        let config = Config::from_file(self.preset.as_deref(), file, &environment, &vet)?;
        Guards::new(&config.calls).map_err(Problems)?;
        Ok(config)
    }
}

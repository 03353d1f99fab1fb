//! The sources of a configuration: the defaults, a preset, a file and the environment. Each source overrides the earlier ones.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use config::{ConfigError, FileFormat, Map, Value, builder::DefaultState};

use super::{DEFAULTS, Environment, Problem, reference};

/// Prefix of the environment variables that override keys.
const PREFIX: &str = "SWITCHBOARD";
/// Separator between the prefix, the tables and the key in the name of such a variable, as in
/// `SWITCHBOARD__SERVER__LISTEN`.
const SEPARATOR: &str = "__";

/// Returns the environment of this process, without variables whose name or value is not Unicode.
pub fn process_environment() -> Environment {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text).collect()
}

/// A configuration file as it was when [`ConfigFile::at`] read it.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigFile {
    path: PathBuf,
    /// Content of the file, or the reason why it could not be read.
    text: Result<String, String>,
}

impl ConfigFile {
    /// Reads the file at this path. If the file cannot be read, keeps the reason, which [`Config::from_file`] reports.
    ///
    /// [`Config::from_file`]: crate::Config::from_file
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), text: reference::read(path).map_err(|error| error.to_string()) }
    }
}

pub fn merge(
    preset: Option<&str>,
    file: Option<&ConfigFile>,
    environment: &Environment,
) -> Result<Map<String, Value>, Problem> {
    let mut sources = config::ConfigBuilder::<DefaultState>::default();
    sources = sources.add_source(config::File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(preset) = preset {
        sources = sources.add_source(config::File::from_str(preset, FileFormat::Toml));
    }
    if let Some(ConfigFile { path, text }) = file {
        let text = text.as_ref().map_err(|error| {
            Problem::new("", format!("the configuration file {} cannot be read: {error}", path.display()))
        })?;
        sources = sources.add_source(config::File::from_str(text, FileFormat::Toml));
    }
    // Values of variables stay strings until the reader of a key converts them. If parsed here, a secret such as 007
    // would become 7.
    let overrides = config::Environment::with_prefix(PREFIX)
        .prefix_separator(SEPARATOR)
        .separator(SEPARATOR)
        .source(Some(environment.clone()));
    let merged = sources.add_source(overrides).build().map_err(|error| unreadable(file, &error))?;
    merged.cache.into_table().map_err(|error| unreadable(file, &error))
}

/// Converts a merge error into a problem. Keeps only the first line of the error, which has the position, and the last
/// line, which has the reason. The lines between them quote the source, which may contain a secret.
fn unreadable(file: Option<&ConfigFile>, error: &ConfigError) -> Problem {
    let text = error.to_string();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let (first, last) = (lines.next().unwrap_or_default(), lines.next_back());
    let place = file.map(|file| format!("{}: ", file.path.display())).unwrap_or_default();
    match last {
        Some(last) => Problem::new("", format!("{place}{first}: {last}")),
        None => Problem::new("", format!("{place}{first}")),
    }
}

//! Which gateway, and with which key.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Client;

/// Where the key is: never on a command line, which other users of the machine can read.
const KEY: &str = "SWITCHBOARD_KEY";

/// Which gateway, and with which key. The key is the environment's SWITCHBOARD_KEY, or in a file.
#[derive(Debug, Args)]
pub struct Connection {
    /// Where the gateway serves its API.
    #[arg(long, value_name = "URL", env = "SWITCHBOARD_URL", default_value = "http://127.0.0.1:8080")]
    server: Url,
    /// A file that has the API key and nothing else, instead of SWITCHBOARD_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// How many requests are made at once.
    #[arg(long, value_name = "REQUESTS", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    parallel: u16,
}

impl Connection {
    /// A client of that gateway; asks it nothing yet.
    ///
    /// # Errors
    /// What is wrong with the URL or the key.
    pub fn open(&self) -> anyhow::Result<Client> {
        let server = &self.server;
        if !matches!(server.scheme(), "http" | "https") || !server.has_host() {
            bail!("--server: {server} is not an http or https URL");
        }
        if !server.username().is_empty() || server.password().is_some() {
            bail!(
                "--server: a URL with a user name is not taken; the key is the environment's {KEY} or in --key-file"
            );
        }
        if server.query().is_some() || server.fragment().is_some() {
            bail!("--server: {server} has more than a path");
        }
        Client::new(server.clone(), self.key()?, self.parallel())
    }

    /// How many requests are made at once.
    pub fn parallel(&self) -> usize {
        self.parallel.into()
    }

    /// The header that shows the key, which is never shown elsewhere.
    fn key(&self) -> anyhow::Result<Option<HeaderValue>> {
        let (key, place): (SecretString, _) = match &self.key_file {
            Some(path) => {
                let key = std::fs::read_to_string(path)
                    .with_context(|| format!("--key-file: {} cannot be read", path.display()))?;
                if key.trim().is_empty() {
                    bail!("--key-file: {} is empty", path.display());
                }
                (key.into(), "--key-file")
            }
            None => (std::env::var(KEY).unwrap_or_default().into(), KEY),
        };
        let key = key.expose_secret().trim();
        if key.is_empty() {
            return Ok(None);
        }
        let Ok(mut header) = HeaderValue::from_str(&format!("Bearer {key}")) else {
            bail!("{place}: the key has characters that no header can hold")
        };
        header.set_sensitive(true);
        Ok(Some(header))
    }
}

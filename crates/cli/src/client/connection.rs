//! The options that select a gateway and an API key.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{Client, MAX_CONCURRENCY};

/// The environment variable with the API key. The key is never an argument, because other users of the machine can read
/// arguments.
const KEY: &str = "SWITCHBOARD_KEY";

/// The gateway and the API key. The key is read from the environment variable SWITCHBOARD_KEY or from a file.
#[derive(Debug, Args)]
pub struct Connection {
    /// The URL of the gateway's API.
    #[arg(long, value_name = "URL", env = "SWITCHBOARD_URL", default_value = "http://127.0.0.1:8080")]
    server: Url,
    /// A file that contains only the API key. Takes precedence over SWITCHBOARD_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// The option of commands that send requests about many agents.
#[derive(Debug, Args)]
pub struct Parallel {
    /// The maximum number of concurrent requests.
    #[arg(
        long,
        value_name = "REQUESTS",
        default_value_t = 8,
        value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_CONCURRENCY))
    )]
    parallel: u16,
}

impl Parallel {
    /// Returns the maximum number of concurrent requests.
    pub fn count(&self) -> usize {
        self.parallel.into()
    }
}

/// The API key that a client sends.
#[derive(Clone)]
pub struct Credential {
    /// The header with the key, if a key is given. Marked as sensitive, so that debug output hides its value.
    pub header: Option<HeaderValue>,
    /// The advice for a user whose request was refused because of the key: the source of the key, or how to provide
    /// one. Does not contain the key.
    pub advice: String,
}

impl Connection {
    /// Creates a client of the gateway. Sends no request.
    ///
    /// # Errors
    /// If the URL or the key is invalid, or if the key file is empty or cannot be read.
    pub fn open(&self) -> anyhow::Result<Client> {
        let server = &self.server;
        if !matches!(server.scheme(), "http" | "https") || !server.has_host() {
            bail!("--server: {server} is not an http or https URL");
        }
        if !server.username().is_empty() || server.password().is_some() {
            bail!("--server: a URL with a user name is not accepted; give the key in {KEY} or --key-file");
        }
        if server.query().is_some() || server.fragment().is_some() {
            bail!("--server: {server} must not have a query or a fragment");
        }
        Client::new(server.clone(), self.credential()?)
    }

    /// Reads the key, if one is given.
    ///
    /// # Errors
    /// If the key file is empty or cannot be read, or if the key contains characters that an HTTP header cannot hold.
    fn credential(&self) -> anyhow::Result<Credential> {
        let (key, source): (SecretString, _) = match &self.key_file {
            Some(path) => {
                let key = std::fs::read_to_string(path)
                    .with_context(|| format!("--key-file: {} cannot be read", path.display()))?;
                if key.trim().is_empty() {
                    bail!("--key-file: {} is empty", path.display());
                }
                (key.into(), format!("the file {} (--key-file)", path.display()))
            }
            None => (std::env::var(KEY).unwrap_or_default().into(), KEY.to_owned()),
        };
        let key = key.expose_secret().trim();
        if key.is_empty() {
            let advice = format!("No API key was sent: set {KEY} or pass --key-file FILE.");
            return Ok(Credential { header: None, advice });
        }
        let Ok(mut header) = HeaderValue::from_str(&format!("Bearer {key}")) else {
            bail!("{source}: the key contains characters that an HTTP header cannot hold")
        };
        header.set_sensitive(true);
        let advice = format!("The key was read from {source}; is it a key of this gateway?");
        Ok(Credential { header: Some(header), advice })
    }
}

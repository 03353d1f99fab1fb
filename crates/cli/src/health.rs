//! The command `switchboard health`.

use std::{
    io::{Write, stderr, stdout},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use bytes::Bytes;
use clap::Args;
use http::Request;
use serde_json::Value;
use switchboard_transport::{Direct, Settings};
use url::Url;

/// The maximum size of an answer, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// Checks that a gateway is ready. Exits with 0 if the health route answers with a success, and with 1 otherwise.
///
/// Containers without a shell can use this command for their health check.
#[derive(Debug, Args)]
pub struct Health {
    /// The health route: /readyz, /livez or /startupz of the gateway's server.admin_listen.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8081/readyz")]
    url: Url,
    /// Maximum seconds until the answer: 0.1 to 60.
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = timeout)]
    timeout_s: f64,
}

impl Health {
    /// Requests the health route, and prints the status and, after a failure, the detail of the problem.
    ///
    /// # Errors
    /// The reason why there is no answer, or why printing failed.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let timeout = Duration::from_secs_f64(self.timeout_s);
        let settings = Settings {
            attempt_timeout: timeout,
            connect_timeout: timeout,
            max_body: MAX_ANSWER,
            concurrency: 1,
            ..Settings::default()
        };
        let request = Request::get(self.url.as_str()).body(Bytes::new())?;
        let answer = Direct::new(&settings)?.send(request).await;
        let answer = answer.with_context(|| format!("{} does not answer", self.url))?;
        let status = answer.status();
        if status.is_success() {
            writeln!(stdout(), "{}: {status}", self.url)?;
            return Ok(ExitCode::SUCCESS);
        }
        let problem: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let detail = problem["detail"].as_str().unwrap_or("The answer has no problem document.");
        writeln!(stderr(), "{}: {status}. {detail}", self.url)?;
        Ok(ExitCode::FAILURE)
    }
}

fn timeout(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
    if (0.1..=60.0).contains(&seconds) { Ok(seconds) } else { Err("must be from 0.1 to 60".to_owned()) }
}

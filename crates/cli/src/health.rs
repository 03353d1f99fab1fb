//! The command `switchboard health`.

use std::{
    io::{self, Write, stderr},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use bytes::Bytes;
use clap::Args;
use http::Request;
use serde::Serialize;
use serde_json::Value;
use switchboard_transport::{Direct, Settings};
use url::Url;

use crate::render::{OutputFormat, Printable, Render};

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
    #[command(flatten)]
    form: OutputFormat,
}

impl Health {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.ask().await)
    }

    /// Requests the health route, and prints the status and, after a failure, the detail of the problem.
    async fn ask(self) -> anyhow::Result<ExitCode> {
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
        let (status, mut detail) = (answer.status(), None);
        if !status.is_success() {
            let problem: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            let found = problem["detail"].as_str().unwrap_or("The answer has no problem document.");
            detail = Some(found.to_owned());
        }
        let code = if status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        let (url, text) = (self.url.to_string(), status.to_string());
        self.form.print_result(&RouteState { url, status: status.as_u16(), detail, text })?;
        Ok(code)
    }
}

/// The answer of a health route.
#[derive(Serialize)]
struct RouteState {
    url: String,
    /// The status of the answer.
    status: u16,
    /// The detail of the problem, or null after a success.
    detail: Option<String>,
    /// The status with its reason phrase, for people.
    #[serde(skip)]
    text: String,
}

impl Render for RouteState {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let Self { url, detail, text, .. } = self;
        match detail {
            None => writeln!(to, "{url}: {text}"),
            Some(detail) => writeln!(Printable(stderr()), "{url}: {text}. {detail}"),
        }
    }
}

fn timeout(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
    if (0.1..=60.0).contains(&seconds) { Ok(seconds) } else { Err("must be from 0.1 to 60".to_owned()) }
}

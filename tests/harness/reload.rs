//! Changing the configuration of a gateway that runs.

use std::{fs, time::Instant};

use serde_json::Value;

use super::{Gateway, Harness, REFUSED, TAKEN, TIMEOUT};

/// How often the log is looked at.
const POLL_INTERVAL: std::time::Duration = std::time::Duration::from_millis(5);

impl Gateway {
    /// What becomes of the next configuration, after so many before.
    pub async fn reloaded(&self, before: usize) -> Value {
        let begun = Instant::now();
        loop {
            if let Some(event) = self.reloads().get(before) {
                return event.clone();
            }
            assert!(begun.elapsed() < TIMEOUT, "the configuration is never read anew: {}", self.log());
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

impl Harness {
    /// The configuration as it is written now.
    pub fn configuration(&self) -> String {
        fs::read_to_string(self.dir().join("switchboard.toml")).unwrap()
    }

    /// Writes another configuration.
    pub fn configure(&self, toml: &str) {
        fs::write(self.dir().join("switchboard.toml"), toml).unwrap();
    }

    /// Has the configuration read anew; gives the event of the log that says what became of it.
    pub async fn reload(&self) -> Value {
        let before = self.gateway.reloads().len();
        self.gateway.hang_up();
        self.gateway.reloaded(before).await
    }

    /// Has another configuration taken; gives the keys that changed.
    pub async fn reconfigure(&self, toml: &str) -> String {
        self.configure(toml);
        let event = self.reload().await;
        assert_eq!(event["message"], TAKEN, "{event}");
        event["changed"].as_str().unwrap().to_owned()
    }

    /// Has another configuration refused; gives what is told against it.
    pub async fn refused(&self, toml: &str) -> String {
        self.configure(toml);
        let event = self.reload().await;
        assert_eq!((&event["message"], &event["level"]), (&REFUSED.into(), &"ERROR".into()), "{event}");
        event["problems"].as_str().unwrap().to_owned()
    }
}

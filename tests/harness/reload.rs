//! Changing the configuration of a running gateway.

use std::{fs, time::Instant};

use serde_json::Value;

use super::{Gateway, Harness, REFUSED, TAKEN, TIMEOUT};

/// The interval at which the log is read.
const POLL_INTERVAL: std::time::Duration = std::time::Duration::from_millis(5);

impl Gateway {
    /// Waits for the next reload after `before` earlier reloads, and returns its log event.
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
    /// Returns the current configuration file.
    pub fn configuration(&self) -> String {
        fs::read_to_string(self.dir().join("switchboard.toml")).unwrap()
    }

    /// Replaces the configuration file.
    pub fn configure(&self, toml: &str) {
        fs::write(self.dir().join("switchboard.toml"), toml).unwrap();
    }

    /// Makes the gateway reload its configuration. Returns the log event with the result.
    pub async fn reload(&self) -> Value {
        let before = self.gateway.reloads().len();
        self.gateway.hang_up();
        self.gateway.reloaded(before).await
    }

    /// Replaces the configuration and reloads it. Returns the keys that changed.
    pub async fn reconfigure(&self, toml: &str) -> String {
        self.configure(toml);
        let event = self.reload().await;
        assert_eq!(event["message"], TAKEN, "{event}");
        event["changed"].as_str().unwrap().to_owned()
    }

    /// Checks that the gateway refuses another configuration. Returns the reason.
    pub async fn refused(&self, toml: &str) -> String {
        self.configure(toml);
        let event = self.reload().await;
        assert_eq!((&event["message"], &event["level"]), (&REFUSED.into(), &"ERROR".into()), "{event}");
        event["problems"].as_str().unwrap().to_owned()
    }
}

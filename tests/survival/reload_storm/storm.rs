//! The ways in which a configuration file can change.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use fastrand::Rng;
use tokio::time::sleep;

use super::configuration::{Configurations, GENERATIONS, key};
use crate::harness::Harness;

/// The source of changes to the configuration file, valid and invalid.
pub struct Storm<'a> {
    harness: &'a Harness,
    configurations: &'a Configurations,
    random: Rng,
    strikes: usize,
}

impl<'a> Storm<'a> {
    pub fn over(harness: &'a Harness, configurations: &'a Configurations, random: Rng) -> Self {
        Self { harness, configurations, random, strikes: 0 }
    }

    /// Changes the file in a random way, then pauses so that the gateway can react.
    pub async fn strike(&mut self) {
        self.strikes += 1;
        let generation = self.random.usize(0..GENERATIONS);
        let good = self.configurations.for_generation(generation);
        match self.random.u8(0..8) {
            0 | 1 => self.rename(&good),
            2 => self.link(&good),
            3 => self.in_two_halves(&good).await,
            4 => self.gone_for_a_while(&good).await,
            5 => {
                let part = cut(&good, &mut self.random);
                self.in_place(part);
            }
            _ => {
                let wrong = self.configurations.wrong(generation, &mut self.random);
                if self.random.bool() { self.rename(&wrong) } else { self.in_place(&wrong) }
            }
        }
        for _ in 0..self.random.u8(0..3) {
            self.harness.gateway.hang_up();
        }
        self.pause(400).await;
    }

    /// Writes a valid configuration and reloads it.
    pub fn end(&self, generation: usize) {
        self.rename(&self.configurations.for_generation(generation));
        self.harness.gateway.hang_up();
    }

    fn here(&self) -> PathBuf {
        self.harness.dir().join("switchboard.toml")
    }

    /// Writes the configuration to a new file and returns the file's path.
    fn written(&self, toml: &str) -> PathBuf {
        let path = self.harness.dir().join(format!("{}.toml", self.strikes));
        fs::write(&path, toml).unwrap();
        path
    }

    fn rename(&self, toml: &str) {
        fs::rename(self.written(toml), self.here()).unwrap();
    }

    /// Replaces a symbolic link, as the volumes of container platforms do.
    fn link(&self, toml: &str) {
        let (there, link) = (self.written(toml), self.harness.dir().join("link"));
        symlink(there, &link).unwrap();
        fs::rename(link, self.here()).unwrap();
    }

    fn in_place(&self, toml: &str) {
        fs::write(self.here(), toml).unwrap();
    }

    async fn in_two_halves(&mut self, toml: &str) {
        let part = cut(toml, &mut self.random);
        self.in_place(part);
        if self.random.bool() {
            self.harness.gateway.hang_up();
        }
        self.pause(150).await;
        self.in_place(toml);
    }

    async fn gone_for_a_while(&mut self, toml: &str) {
        fs::remove_file(self.here()).unwrap();
        self.pause(150).await;
        self.in_place(toml);
    }

    async fn pause(&mut self, longest_ms: u64) {
        sleep(Duration::from_millis(self.random.u64(0..longest_ms))).await;
    }
}

/// Returns a truncated copy of the file.
fn cut<'a>(toml: &'a str, random: &mut Rng) -> &'a str {
    &toml[..random.usize(..toml.len() - 2)]
}

/// Writes the key files to which the configurations refer.
pub fn keep_keys(dir: &Path) {
    for generation in 0..GENERATIONS {
        fs::write(dir.join(key(generation)), key(generation)).unwrap();
    }
}

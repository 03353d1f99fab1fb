//! Complete configurations whose parts belong together, and invalid configurations.

use fastrand::Rng;

/// The number of configurations.
pub const GENERATIONS: usize = 4;

/// Several configurations, each with its own route, aliases, vendor settings and key.
pub struct Configurations {
    /// The part that all configurations share, without the keys.
    rest: String,
    /// The keys that all configurations share.
    keys: String,
}

impl Configurations {
    /// Builds configurations from the one with which the gateway was started.
    pub fn beside(toml: &str) -> Self {
        let (auth, rest): (Vec<_>, Vec<_>) =
            toml.lines().partition(|line| *line == "[auth]" || line.starts_with("keys = ["));
        let keys = auth[1].trim_start_matches("keys = [").trim_end_matches(']');
        Self { rest: rest.join("\n"), keys: keys.to_owned() }
    }

    /// Returns the configuration of a generation. The keys come last, so that a truncated file has no key and
    /// is refused.
    pub fn for_generation(&self, generation: usize) -> String {
        let vendor = ["qcall", "autocalls-2026"][generation % 2];
        let (voices, models) = match generation / 2 {
            0 => (["qv-aurora", "101"], ["1", "GPT-4o"]),
            _ => (["qv-cedar", "102"], ["2", "GPT-4o mini"]),
        };
        let alias = |[qcall, autocalls]: [&str; 2]| {
            format!(
                "qcall = \"{qcall}\"\nautocalls-2026 = \"{autocalls}\"\nautocalls-2025 = \"{autocalls}\"\n"
            )
        };
        let nobodys =
            "[[routing.rules]]\nwhen = { labels = { is = \"nobody\" } }\nvendor = \"autocalls-2025\"\n";
        let timeout = format!("\ntimeout_s = {}\nbase_url = ", 20 + generation);
        // This vendor has no agents, so it may be added and removed.
        let spare = if generation.is_multiple_of(2) { "[vendors.opencx]" } else { "[vendors.spare]" };
        let rest = self.rest.replace("\nbase_url = ", &timeout).replace("[vendors.opencx]", spare);
        format!(
            "{rest}\n{}[[routing.rules]]\nvendor = \"{vendor}\"\n[voices.storm]\n{}[models.storm]\n{}\
             [auth]\nkeys = [{}, {{ name = \"generation\", secret = \"file:{}\" }}]\n",
            nobodys.repeat(generation),
            alias(voices),
            alias(models),
            self.keys,
            key(generation),
        )
    }

    /// Returns a configuration that the gateway refuses, whatever its current configuration.
    pub fn wrong(&self, generation: usize, random: &mut Rng) -> String {
        let toml = self.for_generation(generation);
        let replaced = |from: &str, to: &str| toml.replacen(from, to, 1);
        match random.u8(0..7) {
            0 => replaced("adapter = \"qcall\"", "adapter = \"qcal\""),
            1 => replaced("[server]", "[server]\nmax_body_bytes = 1"),
            2 => replaced("[vendors.qcall]", "[vendors.gone]"),
            3 => replaced("[voices.storm]", "[voices.storm]\nnobody = \"x\""),
            4 => replaced("file:", "file:no-such-"),
            5 => format!("{toml}garbage ="),
            _ => replaced("[auth]\nkeys = ", "[auth]\n#"),
        }
    }
}

/// Returns the key of a generation, which is also the name of the file with the key.
pub fn key(generation: usize) -> String {
    format!("the-key-of-generation-{generation}")
}

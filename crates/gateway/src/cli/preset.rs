//! The configuration of `serve --sandbox`: every adapter against its simulator, nothing kept.

use sha2::{Digest as _, Sha256};
use switchboard_sandbox::{Sandbox, Vendor};

/// The key of `serve --sandbox`. It is no secret: it opens simulators only, and from this machine only.
pub const DEVELOPMENT_KEY: &str = "development-key-for-the-sandbox";

/// Where each simulator is configured: our name for it, its adapter, and the settings beside URL and key.
const VENDORS: [(Vendor, &str, &str, &str); 4] = [
    (Vendor::QCALL, "qcall", "qcall", ""),
    (Vendor::AUTOCALLS_2025, "autocalls", "autocalls", "generation = \"2025\""),
    (Vendor::AUTOCALLS_2026, "autocalls-2026", "autocalls", "generation = \"2026\""),
    (Vendor::OPENCX, "opencx", "opencx", ""),
];

/// What the voice `warm-female` of the documentation's examples is at each simulator.
const WARM_FEMALE: [(&str, &str); 4] = [
    ("qcall", "qv-aurora"),
    ("autocalls", "101"),
    ("autocalls-2026", "101"),
    ("opencx", "hP72SDESIJq2YuAblBqz"),
];

/// What the model `fast` of the documentation's examples is at each simulator that has models.
const FAST: [(&str, &str); 3] =
    [("qcall", "1"), ("autocalls", "GPT-4o mini"), ("autocalls-2026", "GPT-4o mini")];

/// The configuration, as TOML. Records are kept in memory, as the simulators forget theirs too when they stop.
pub fn toml(sandbox: &Sandbox) -> String {
    let vendors = VENDORS.map(|(vendor, name, adapter, more)| {
        let (url, key) = (sandbox.base_url(vendor), Sandbox::api_key(vendor));
        format!(
            "[vendors.{name}]\nadapter = \"{adapter}\"\nbase_url = \"{url}\"\napi_key = \"{key}\"\n{more}\n"
        )
    });
    let digest = Sha256::digest(DEVELOPMENT_KEY);
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let names = |of: &[(&str, &str)]| {
        of.iter().map(|(vendor, id)| format!("{vendor} = \"{id}\"\n")).collect::<String>()
    };
    format!(
        "[voices.warm-female]\n{}[models.fast]\n{}[store]\nurl = \"sqlite::memory:\"\n[auth]\nkeys = [{{ name = \"development\", hash = \"sha256:{hash}\" }}]\n\
         [routing]\ndefault = \"qcall\"\n{}",
        names(&WARM_FEMALE),
        names(&FAST),
        vendors.concat()
    )
}

//! The example configurations in `config/` are valid.

use std::{fs, path::Path};

use switchboard_config::{Config, Environment};
use switchboard_engine::vet;
use switchboard_registry::ADAPTERS;

#[test]
fn every_worked_configuration_is_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
    let secrets =
        ["QCALL_API_KEY", "AUTOCALLS_API_KEY", "OPENCX_API_KEY", "SWITCHBOARD_KEY", "SWITCHBOARD_STORE_KEY"];
    let mut environment: Environment =
        secrets.iter().map(|name| ((*name).to_owned(), "a-secret-of-some-length".to_owned())).collect();
    environment.insert("DATABASE_URL".to_owned(), "postgres://switchboard@localhost/switchboard".to_owned());
    let mut checked = 0;
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let config = Config::load(None, Some(&file), &environment, &|misspelt, adapter, settings| {
            vet(adapter, settings, misspelt, &ADAPTERS)
        });
        let config = config.unwrap_or_else(|problems| panic!("{}: {problems}", file.display()));
        checked += usize::from(!config.vendors.is_empty());
    }
    assert!(checked > 0, "no worked configuration has a vendor");
}

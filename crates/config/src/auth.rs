//! `[auth]`.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::table::Table;
use crate::key_hash::KeyHash;

/// Shorter secrets could be tried out.
const MIN_SECRET: usize = 16;

/// A key that lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What its owner is called.
    pub name: String,
    /// What it is recognised by.
    pub hash: KeyHash,
}

/// The keys, unless one of them has a problem: how many there are is not known then.
pub(super) fn read(mut table: Table<'_>) -> Option<Vec<Key>> {
    let mut names = BTreeSet::new();
    let keys: Vec<_> = table.list("keys").into_iter().map(|key| read_key(key, &mut names)).collect();
    table.end();
    keys.into_iter().collect()
}

fn read_key(mut table: Table<'_>, names: &mut BTreeSet<String>) -> Option<Key> {
    let name: Option<String> = table.must("name", Table::take);
    if let Some(name) = &name
        && !names.insert(name.clone())
    {
        table.refuse("name", format!("{name:?} names two keys"));
    }
    let hash = read_hash(&mut table);
    table.end();
    Some(Key { name: name?, hash: hash? })
}

fn read_hash(table: &mut Table<'_>) -> Option<KeyHash> {
    let given = (table.has("secret"), table.has("hash"));
    let secret = table.secret("secret");
    let hash: Option<String> = table.take("hash");
    match given {
        (true, false) => {
            let secret = secret?;
            if secret.expose_secret().len() < MIN_SECRET {
                table.refuse("secret", format!("must be at least {MIN_SECRET} characters long"));
                return None;
            }
            Some(KeyHash::from_key(secret.expose_secret()))
        }
        (false, true) => {
            let hash = KeyHash::read(&hash?);
            if hash.is_none() {
                table.refuse("hash", "must be \"sha256:\" and 64 hexadecimal digits");
            }
            hash
        }
        _ => {
            table.refuse("secret", "either this or hash must be given, and not both");
            None
        }
    }
}

//! Authentication: `[auth]`.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::table::Table;
use crate::key_hash::KeyHash;

/// Minimum length of a secret, in bytes. A shorter secret could be guessed.
const MIN_SECRET: usize = 16;
/// Minimum number of different characters of a secret. A secret with fewer could be guessed too.
const MIN_DISTINCT: usize = 5;

/// An API key, represented by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Name of the key, which identifies the caller.
    pub name: String,
    /// Hash of the key.
    pub hash: KeyHash,
}

/// Reads the keys. Returns `None` if any key is invalid. If only the invalid key were omitted, the list could become
/// empty, and the API would then need no key.
pub(super) fn read(mut table: Table<'_>) -> Option<Vec<Key>> {
    let (mut names, mut hashes) = (BTreeSet::new(), Vec::new());
    let keys = table.list("keys").into_iter().map(|key| read_key(key, &mut names, &mut hashes));
    let keys: Vec<_> = keys.collect();
    table.end();
    keys.into_iter().collect()
}

fn read_key(mut table: Table<'_>, names: &mut BTreeSet<String>, hashes: &mut Vec<KeyHash>) -> Option<Key> {
    let name: Option<String> = table.must("name", Table::take);
    if let Some(name) = &name
        && !names.insert(name.clone())
    {
        table.refuse("name", format!("{name:?} is the name of two keys; each key needs its own name"));
    }
    let member = if table.has("secret") { "secret" } else { "hash" };
    let hash = read_hash(&mut table);
    if let Some(hash) = hash {
        if hashes.contains(&hash) {
            table.refuse(member, "is the secret of two keys; each key needs its own secret");
        }
        hashes.push(hash);
    }
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
                table.refuse("secret", format!("must be at least {MIN_SECRET} bytes long"));
                return None;
            }
            let distinct: BTreeSet<_> = secret.expose_secret().chars().collect();
            if distinct.len() < MIN_DISTINCT {
                table.refuse("secret", format!("must have at least {MIN_DISTINCT} different characters"));
                return None;
            }
            Some(KeyHash::from_key(secret.expose_secret()))
        }
        (false, true) => {
            let hash = KeyHash::read(&hash?);
            if hash.is_none() {
                table.refuse("hash", "must be \"sha256:\" followed by 64 hexadecimal digits");
            }
            hash
        }
        (true, true) => {
            table.refuse("secret", "give either secret or hash, not both");
            None
        }
        (false, false) => {
            table.refuse("secret", "is missing; give either secret or hash");
            None
        }
    }
}

//! The serialisation of a record's secrets as one string, which the store encrypts.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::{error::Result, model::Root, plan::Parts};

use super::{damaged, not_serializable};

/// The prefix of the keys for the secrets of parts at the vendor, as in `part:webhook`. Every other key is the path of
/// a secret of the record.
const PART: &str = "part:";

/// Serialises the secrets of a record and of its parts. Returns `None` if there are no secrets.
///
/// # Errors
/// `internal` if the secrets cannot be serialised.
pub fn write<R: Root>(record: &R, parts: &Parts) -> Result<Option<SecretString>> {
    let of_parts =
        parts.iter().filter_map(|(part, state)| Some((format!("{PART}{part}"), state.secret.clone()?)));
    let secrets: BTreeMap<_, _> = record.secrets().into_iter().chain(of_parts).collect();
    if secrets.is_empty() {
        return Ok(None);
    }
    let clear: BTreeMap<_, _> =
        secrets.iter().map(|(key, secret)| (key.as_str(), secret.expose_secret())).collect();
    let text = serde_json::to_string(&clear).map_err(|cause| not_serializable("secrets", cause))?;
    Ok(Some(text.into()))
}

/// Reads the secrets of a record, each with its path.
///
/// # Errors
/// `internal` if the stored string cannot be read.
pub fn of_record<R: Root>(secrets: Option<&SecretString>) -> Result<Vec<(String, String)>> {
    Ok(read::<R>(secrets)?.into_iter().filter(|(key, _)| !key.starts_with(PART)).collect())
}

/// Adds the stored secrets of parts to the parts of a record. Ignores a secret whose part is not among `parts`.
///
/// # Errors
/// `internal` if the stored string cannot be read.
pub fn restore_parts<R: Root>(secrets: Option<&SecretString>, parts: &mut Parts) -> Result<()> {
    for (key, secret) in read::<R>(secrets)? {
        let part = key.strip_prefix(PART);
        let known = part.and_then(|part| Some((part, parts.get(part)?.clone())));
        if let Some((part, state)) = known {
            parts.insert(part, state.with_secret(secret));
        }
    }
    Ok(())
}

fn read<R: Root>(secrets: Option<&SecretString>) -> Result<BTreeMap<String, String>> {
    let Some(secrets) = secrets else { return Ok(BTreeMap::new()) };
    // The parser's error is dropped, because it may quote a secret.
    serde_json::from_str(secrets.expose_secret())
        .map_err(|_| damaged(R::NAME, "secrets", "they are not a JSON object"))
}

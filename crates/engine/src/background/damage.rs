//! The damage of stored items that this process has logged.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use switchboard_core::error::Error;

/// The maximum number of damaged items that are remembered. Beyond it, their damage is logged again.
const MAX_ITEMS: usize = 1000;

/// The damage of stored items that this process has logged. A task that meets a damaged item in each pass thus logs it
/// once, and again only if the damage changes.
#[derive(Default)]
pub struct LoggedDamage(Mutex<BTreeMap<String, String>>);

impl LoggedDamage {
    /// Returns true if this process has not logged this damage of an item yet, and remembers it.
    pub fn is_new(&self, collection: &str, id: &str, damage: &Error) -> bool {
        let (item, damage) = (format!("{collection}/{id}"), damage.to_string());
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.get(&item) == Some(&damage) {
            return false;
        }
        if logged.len() >= MAX_ITEMS {
            logged.clear();
        }
        logged.insert(item, damage);
        true
    }
}

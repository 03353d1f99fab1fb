//! Bounds on concurrent requests and writes, with a share for each name.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A bound on concurrent requests or writes. Each name, such as that of a caller or a vendor, can use only its share of
/// the places.
#[derive(Debug, Default)]
pub struct Places(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_name: HashMap<Arc<str>, usize>,
}

/// The limits of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceLimits {
    /// The maximum number of places.
    pub total: usize,
    /// The maximum number of places that one name can use.
    pub share: usize,
}

impl PlaceLimits {
    /// Creates the limits of a bound. If there are several names, each of them may use at most half of the places,
    /// rounded up. One name can then exhaust the places only if there is just one place.
    pub fn new(total: usize, several_names: bool) -> Self {
        Self { total, share: if several_names { total.div_ceil(2) } else { total } }
    }
}

impl Places {
    /// Takes a place for `name`. Dropping the returned [`Place`] frees it. Returns `None` if no place is free, or if
    /// `name` has used up its share.
    pub fn take(self: &Arc<Self>, name: &str, limits: PlaceLimits) -> Option<Place> {
        let mut taken = self.lock();
        let of_name = taken.by_name.get(name).copied().unwrap_or_default();
        if taken.total >= limits.total || of_name >= limits.share {
            return None;
        }
        let name: Arc<str> = name.into();
        taken.total += 1;
        *taken.by_name.entry(name.clone()).or_default() += 1;
        Some(Place { places: self.clone(), name })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A taken place of a bound. Dropping it frees the place.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    name: Arc<str>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.total -= 1;
        if let Some(of_name) = taken.by_name.get_mut(&self.name) {
            *of_name -= 1;
            if *of_name == 0 {
                taken.by_name.remove(&self.name);
            }
        }
    }
}

//! The limit on wrong keys from one network, so that no caller can guess a key by trying many.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::peer::Network;

/// The time for which wrong keys are counted, starting with the first one.
const WINDOW: Duration = Duration::from_secs(60);
/// The time for which the gateway refuses further wrong keys as `rate_limited`, once there have been too many.
const PENALTY: Duration = Duration::from_secs(60);
/// The maximum number of networks in each of the two maps. A full map takes about a megabyte.
const MAX_NETWORKS: usize = 8192;

/// The numbers of recent wrong keys, by network. Clones share the numbers.
///
/// Two maps bound the memory: when `young` is full, it becomes `old`, and the previous `old` is dropped. A caller with
/// very many networks can therefore reset counts, but cannot exhaust the memory.
#[derive(Debug, Clone)]
pub struct WrongKeys(Arc<Mutex<Generations>>);

#[derive(Debug)]
struct Generations {
    /// The maximum number of wrong keys from one network within `WINDOW`. A further one starts the penalty.
    max: u32,
    young: HashMap<Network, Count>,
    old: HashMap<Network, Count>,
}

/// The wrong keys of one network.
#[derive(Debug, Clone, Copy)]
struct Count {
    wrong: u32,
    /// The end of the window. After too many wrong keys, the end of the penalty.
    until: Instant,
}

impl WrongKeys {
    /// Creates the counts. Each network can send at most `max` wrong keys within a minute.
    pub fn new(max: u32) -> Self {
        Self(Arc::new(Mutex::new(Generations::new(max))))
    }

    /// Records a wrong key from this network.
    ///
    /// # Errors
    /// The remaining time of the penalty, if there were too many wrong keys.
    pub fn record(&self, network: Network) -> Result<(), Duration> {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.record(network, Instant::now())
    }
}

impl Generations {
    fn new(max: u32) -> Self {
        Self { max, young: HashMap::new(), old: HashMap::new() }
    }

    fn record(&mut self, network: Network, now: Instant) -> Result<(), Duration> {
        let known = self.young.get(&network).copied().or_else(|| self.old.remove(&network));
        let mut count =
            known.filter(|known| now < known.until).unwrap_or(Count { wrong: 0, until: now + WINDOW });
        count.wrong = count.wrong.saturating_add(1);
        if count.wrong == self.max.saturating_add(1) {
            count.until = now + PENALTY;
        }
        if self.young.len() >= MAX_NETWORKS && !self.young.contains_key(&network) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(network, count);
        if count.wrong > self.max { Err(count.until - now) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    /// Tests the private function, because the public one reads the clock itself.
    #[test]
    fn a_penalty_lasts_for_a_minute_however_many_keys_follow() {
        let (mut generations, began) = (Generations::new(20), Instant::now());
        let network = Network::from(IpAddr::from([192, 0, 2, 1]));
        let mut at = |seconds| generations.record(network, began + Duration::from_secs(seconds));
        assert!((0..20).all(|_| at(0).is_ok()));
        assert_eq!(at(30), Err(Duration::from_secs(60)));
        assert_eq!(at(89), Err(Duration::from_secs(1)));
        assert!((90..110).all(|seconds| at(seconds).is_ok()), "the count begins anew");
        assert_eq!(at(110), Err(Duration::from_secs(60)));
    }

    /// Counts the networks in the private maps.
    #[test]
    fn the_networks_in_memory_are_bounded() {
        let (mut generations, now) = (Generations::new(20), Instant::now());
        let networks = (0..100_000_u32).map(|number| Network::from(IpAddr::from(number.to_be_bytes())));
        for network in networks {
            assert_eq!(generations.record(network, now), Ok(()));
        }
        assert!(generations.young.len() + generations.old.len() <= 2 * MAX_NETWORKS);
    }
}

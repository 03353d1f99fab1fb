//! The metrics of the gateway, as `/metrics` shows them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use super::{Answer, Harness, TIMEOUT};

/// The interval at which the metrics are read.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The metrics at one moment.
pub struct Metrics {
    /// The whole text.
    pub text: String,
    /// The value of each series, by its name with its labels.
    series: BTreeMap<String, f64>,
}

impl Metrics {
    fn read(text: String) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let series = lines.map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap();
            (series.to_owned(), value.parse().unwrap())
        });
        let series = series.collect();
        Self { text, series }
    }

    /// Returns all series, without their values.
    pub fn series(&self) -> BTreeSet<&str> {
        self.series.keys().map(String::as_str).collect()
    }

    /// Returns the names of all metrics, from the declarations of their types.
    pub fn names(&self) -> BTreeSet<&str> {
        let declared = self.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        declared.filter_map(|line| line.split(' ').next()).collect()
    }

    /// Returns the sum of the series with this name and at least these labels. Returns `None` if there is no such
    /// series.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels: Vec<_> = labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
        let found = self.series.iter().filter(|(series, _)| {
            let (named, rest) = series.split_once('{').unwrap_or((series, ""));
            named == name && labels.iter().all(|label| rest.contains(label))
        });
        let values: Vec<_> = found.map(|(_, value)| *value).collect();
        (!values.is_empty()).then(|| values.iter().sum())
    }
}

impl Harness {
    /// Reads the gateway's metrics.
    pub async fn metrics(&self) -> Metrics {
        let answer = Answer::to(self.client.get(format!("{}/metrics", self.gateway.admin_url))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        Metrics::read(answer.text)
    }

    /// Waits until the metrics satisfy the condition, and returns them.
    pub async fn metrics_once(&self, are_so: impl Fn(&Metrics) -> bool) -> Metrics {
        let begun = Instant::now();
        loop {
            let metrics = self.metrics().await;
            if are_so(&metrics) {
                return metrics;
            }
            assert!(begun.elapsed() < TIMEOUT, "{}", metrics.text);
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

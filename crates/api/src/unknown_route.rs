//! The answer to a request for a path that the API does not have.

use std::sync::Arc;

use axum::{Router, extract::OriginalUri};
use switchboard_core::error::{Error, Kind, closest_match};

use crate::{Api, edge::problem::Failure};

/// The maximum number of paths that an answer suggests.
const MAX_SUGGESTIONS: usize = 3;

/// The maximum number of characters of a path that an answer repeats.
const MAX_SHOWN: usize = 128;

/// Makes a router answer a request for an unknown path with `not_found` and the closest documented paths.
pub fn suggest(router: Router<Api>, documented: impl Iterator<Item = String>) -> Router<Api> {
    let paths: Arc<[String]> = documented.collect();
    router.fallback(async move |OriginalUri(uri): OriginalUri| describe(uri.path(), &paths))
}

fn describe(path: &str, documented: &[String]) -> Failure {
    let shown: String = path.chars().take(MAX_SHOWN).collect();
    let near = closest(path, documented);
    let advice =
        if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
    let end = if near.is_empty() { "." } else { "" };
    let detail = format!("There is no path {shown}{advice}{end} GET /openapi.json lists all paths.");
    Error::new(Kind::NotFound, detail).into()
}

/// Finds the documented paths that are closest to a path, at most 3. Misspelled segments, a missing `/v1` and a surplus
/// last segment count as differences. Returns an empty list if no documented path is similar.
fn closest<'a>(path: &str, documented: &'a [String]) -> Vec<&'a str> {
    let given: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let versioned = [&["v1"], given.as_slice()].concat();
    let cut = given.split_last().map(|(_, above)| above.to_vec()).unwrap_or_default();
    let tried = [(given, 0), (versioned, 1), (cut, 2)];
    let costs = documented.iter().filter_map(|known| {
        let cost = tried.iter().filter_map(|(given, extra)| Some(cost(given, known)? + extra)).min()?;
        Some((cost, known.as_str()))
    });
    let mut costs: Vec<_> = costs.collect();
    costs.sort_unstable();
    let least = costs.first().map(|(cost, _)| *cost);
    let near = costs.into_iter().filter(|(cost, _)| Some(*cost) == least).map(|(_, known)| known);
    near.take(MAX_SUGGESTIONS).collect()
}

/// Returns the difference between a path and a known path: 3 for each misspelled segment. Returns `None` if the path is
/// empty, if the numbers of segments differ, or if a segment is not similar to the known one. A parameter matches any
/// segment.
fn cost(given: &[&str], known: &str) -> Option<usize> {
    let known: Vec<_> = known.split('/').filter(|segment| !segment.is_empty()).collect();
    if known.len() != given.len() || given.is_empty() {
        return None;
    }
    let segments = given.iter().zip(known).map(|(given, known)| match () {
        () if *given == known || known.starts_with('{') => Some(0),
        () => closest_match(given, [known]).map(|_| 3),
    });
    segments.sum()
}

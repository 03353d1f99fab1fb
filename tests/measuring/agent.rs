//! The agent of all benchmarks.

use serde_json::Value;

/// The size of the agent as JSON without spaces, not counting the number in its name.
const BYTES: usize = 5_000;

/// The sentences of its prompt.
const SENTENCES: [&str; 6] = [
    "You take table reservations for the Harbour Kitchen.\n",
    "Ask for the day, the time and the number of guests; say \"we\" and never \"the restaurant\".\n",
    "Grüße auf Deutsch, und wechsle die Sprache, wenn der Gast es tut.\n",
    "Repeat what you have understood before you book, one item at a time.\n",
    "Where no table is free, offer the half hour before and the half hour after.\n",
    "Guests with allergies are told that the kitchen calls them back before noon.\n",
];

/// Returns the agent as a caller sends it. Its name contains `{number}`, and its prompt is filled up to the
/// agent's size.
///
/// # Errors
/// Fails if `agent.json` does not contain an agent.
pub fn document() -> anyhow::Result<Value> {
    let mut agent: Value = serde_json::from_str(include_str!("agent.json"))?;
    let mut room = BYTES.saturating_sub(agent.to_string().len());
    let mut instructions = String::new();
    for sentence in SENTENCES.iter().cycle() {
        let bytes = serde_json::to_string(sentence)?.len() - "\"\"".len();
        if bytes > room {
            break;
        }
        room -= bytes;
        instructions += sentence;
    }
    agent["prompt"]["instructions"] = (instructions + &".".repeat(room)).into();
    Ok(agent)
}

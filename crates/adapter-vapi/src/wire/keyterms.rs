//! The words that a transcriber expects. In the form that the rules read, they are in `keyterm`, and a word with further
//! settings is an object with the word as `content`.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::shape::carry;

/// The transcribers that do not take keywords in `keyterm`, each with the member that they use instead.
const PLACES: &[(&str, &str)] = &[
    ("vapi", "/keywords"),
    ("soniox", "/customVocabulary"),
    ("speechmatics", "/customVocabulary"),
    ("assembly-ai", "/keytermsPrompt"),
];

const KEYTERM: &str = "/keyterm";
/// The member of deepgram's older models, whose words can have a weight, as in `word:3`.
const WEIGHTED: &str = "/keywords";
const WEIGHT: &str = "weight";

/// Returns true if the transcriber has a model of deepgram that takes only single words.
fn is_older(transcriber: &Value) -> bool {
    let model = transcriber.get("model").and_then(Value::as_str);
    transcriber["provider"] == "deepgram"
        && model.is_some_and(|model| !["nova-3", "flux"].iter().any(|new| model.starts_with(new)))
}

fn place(provider: &str, transcriber: &Map<String, Value>) -> Option<&'static str> {
    let other = PLACES.iter().find(|(known, _)| *known == provider).map(|(_, place)| *place);
    let is_weighted = other.is_none() && is_older(&Value::Object(transcriber.clone()));
    other.or(is_weighted.then_some(WEIGHTED))
}

fn items(transcriber: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    transcriber.get_mut("keyterm").and_then(Value::as_array_mut).into_iter().flatten()
}

/// Returns the word of an item.
fn content(item: &Value) -> Option<&str> {
    item.as_str().or_else(|| item.get("content")?.as_str())
}

/// Converts the words of a transcriber to the form that the rules read.
pub fn to_rules(provider: &str, transcriber: &mut Map<String, Value>) {
    let Some(place) = place(provider, transcriber) else { return };
    carry(transcriber, place, KEYTERM);
    if provider == "deepgram" {
        for item in items(transcriber) {
            if let Some((word, weight)) = item.as_str().and_then(|word| word.split_once(':')) {
                *item = json!({ "content": word, WEIGHT: weight });
            }
        }
    }
}

/// Converts the words to the form of the transcriber.
pub fn to_vendor(provider: &str, transcriber: &mut Map<String, Value>) {
    let place = place(provider, transcriber);
    if provider == "speechmatics" {
        transcriber.entry("keyterm").or_insert_with(|| json!([]));
    }
    for item in items(transcriber) {
        let Some(word) = content(item) else { continue };
        let weight = item
            .get(WEIGHT)
            .and_then(Value::as_str)
            .filter(|_| place == Some(WEIGHTED) && provider == "deepgram");
        *item = match weight {
            Some(weight) => json!(format!("{word}:{weight}")),
            None if provider != "speechmatics" => json!(word),
            None if item.is_string() => json!({ "content": word }),
            None => continue,
        };
    }
    if let Some(place) = place {
        carry(transcriber, KEYTERM, place);
    }
}

/// Builds the codec for the words. Words that the transcriber has keep their further settings.
pub fn keyterms() -> impl Codec<Vec<String>> {
    Keyterms
}

struct Keyterms;

impl Codec<Vec<String>> for Keyterms {
    fn encode(&self, value: &Vec<String>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        if self.objects(value, with.body) {
            return Err(Refusal::Unsupported(
                "deepgram's models before nova-3 and flux take only single words of letters and digits."
                    .to_owned(),
            ));
        }
        let held = with.observed.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let item = |word: &String| {
            let same = held.iter().find(|item| content(item) == Some(word));
            same.cloned().unwrap_or_else(|| json!(word))
        };
        Ok(Value::Array(value.iter().map(item).collect()).into())
    }
    fn objects(&self, value: &Vec<String>, body: &Value) -> bool {
        let is_single = |word: &String| !word.is_empty() && word.chars().all(char::is_alphanumeric);
        body.get("transcriber").is_some_and(is_older) && !value.iter().all(is_single)
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<String>> {
        wire.as_array()?.iter().map(|item| content(item).map(ToOwned::to_owned)).collect()
    }
    fn domain(&self) -> Domain {
        Domain::List { items: Box::new(Domain::Text { max_length: None }), max_items: None }
    }
}

//! Codecs for the agent's settings that go with each call (vendor documentation of calls, 2026-08-09).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// The maximum number of keywords, and of characters in one.
const MAX_KEYWORDS: usize = 20;
const MAX_KEYWORD_CHARS: usize = 99;

/// The number of the vendor's levels of sensitivity above 0, at which the caller cannot interrupt the agent.
const LEVELS: f64 = 3.0;

/// The reaction to a voicemail.
pub const VOICEMAIL: VoicemailForm = VoicemailForm { read: read_voicemail, write: write_voicemail };

fn read_voicemail(wire: &Value) -> Option<VoicemailReaction<'_>> {
    match wire.get("action").and_then(Value::as_str) {
        // The vendor's default.
        None | Some("hangup") => Some(VoicemailReaction::HangUp),
        Some("ignore") => Some(VoicemailReaction::Continue),
        Some("leave_message") => Some(VoicemailReaction::Leave(wire.get("message").and_then(Value::as_str))),
        Some(_) => None,
    }
}

fn write_voicemail(reaction: VoicemailReaction<'_>, _: &Value) -> Value {
    match reaction {
        VoicemailReaction::Continue => json!({ "action": "ignore" }),
        VoicemailReaction::HangUp => json!({ "action": "hangup" }),
        VoicemailReaction::Leave(message) => {
            json!({ "action": "leave_message", "message": message.unwrap_or_default() })
        }
    }
}

/// Builds the codec for words that are likely to be said. The vendor reads what follows a colon as the weight of the word.
pub fn keywords() -> impl Codec<Vec<String>> {
    structured::<Vec<String>, Vec<String>>(
        |words, _| {
            if words.len() > MAX_KEYWORDS {
                return Err(Refusal::Unsupported(format!("the vendor takes at most {MAX_KEYWORDS} words.")));
            }
            let fits = |word: &&String| {
                (1..=MAX_KEYWORD_CHARS).contains(&word.chars().count()) && !word.contains(':')
            };
            match words.iter().find(|word| !fits(word)) {
                Some(word) => Err(Refusal::Unsupported(format!(
                    "the vendor takes words of 1 to {MAX_KEYWORD_CHARS} characters without a colon, and {word:?} is none."
                ))),
                None => Ok(words.clone()),
            }
        },
        |words, _| Some(words),
    )
}

/// An entry of the guide to pronunciation.
#[derive(Serialize, Deserialize)]
struct Guide {
    word: String,
    pronunciation: String,
}

/// Builds the codec for pronunciations. The vendor takes other words, and no phonetic alphabet.
pub fn pronunciations() -> impl Codec<Vec<Pronunciation>> {
    structured::<Vec<Pronunciation>, Vec<Guide>>(
        |entries, _| {
            let entry = |entry: &Pronunciation| match entry.alphabet {
                Alphabet::Alias => Ok(Guide { word: entry.text.clone(), pronunciation: entry.say.clone() }),
                Alphabet::Ipa => {
                    Err(Refusal::Unsupported("the vendor takes no phonetic alphabet.".to_owned()))
                }
            };
            entries.iter().map(entry).collect()
        },
        |guides, _| {
            let entry = |Guide { word, pronunciation }| Pronunciation {
                text: word,
                say: pronunciation,
                alphabet: Alphabet::Alias,
            };
            Some(guides.into_iter().map(entry).collect())
        },
    )
}

/// Builds the codec for the sensitivity to interruptions. The vendor has the levels 0 to 3.
pub fn interruptibility() -> impl Codec<f64> {
    Interruptibility
}

struct Interruptibility;

impl Codec<f64> for Interruptibility {
    fn encode(&self, value: &f64, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        // A low sensitivity is not none, so the level is rounded up.
        let level = (value * LEVELS - 1e-9).ceil().clamp(0.0, LEVELS);
        let sent = level / LEVELS;
        let loss = ((sent - value).abs() > 1e-9).then(|| Loss {
            verdict: Verdict::Rounded,
            sent: json!(sent),
            why: "The vendor has 4 levels.".to_owned(),
        });
        #[expect(clippy::cast_possible_truncation, reason = "the level is 0 to 3")]
        let wire = json!(level as i64);
        Ok(Encoded { wire, loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<f64> {
        wire.as_f64().map(|level| level / LEVELS)
    }
    fn domain(&self) -> Domain {
        Domain::Number { min: Some(0.0), max: Some(1.0), step: Some(1.0 / LEVELS) }
    }
}

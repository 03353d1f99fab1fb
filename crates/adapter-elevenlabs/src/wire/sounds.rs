//! Codecs for background sounds and filler words. Each converts a portion of a vendor object.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// The background sounds, with the vendor's names (vendor OpenAPI document, 2026-08-22).
#[rustfmt::skip]
const SOUNDS: &[(&str, &str)] = &[
    ("office", "office1"), ("office2", "office2"), ("restaurant", "restaurant"), ("city", "city"), ("typing", "typing"),
    ("elevator1", "elevator1"), ("elevator2", "elevator2"), ("elevator3", "elevator3"), ("elevator4", "elevator4"),
];
/// The pause in seconds after which the agent uses a filler word, if the vendor has no other value.
const FILLER_PAUSE: f64 = 3.0;
/// The filler word that the vendor uses if none is set (vendor OpenAPI document, 2026-08-22).
const FILLER: &str = "Hhmmmm...yeah.";

/// Builds the codec for the background sound. `off` means that there is no sound, and `cafe` is sent as `restaurant`.
/// Refuses any other name that [`SOUNDS`] lacks.
pub fn ambient_sound() -> impl Codec<String> {
    members::<String>(
        |asked, object| {
            let sound = if asked == "cafe" { "restaurant" } else { asked };
            let known = SOUNDS.iter().find(|(ours, theirs)| *ours == sound || *theirs == sound);
            if known.is_none() && sound != "off" {
                let names: Vec<_> = SOUNDS.iter().map(|(ours, _)| *ours).collect();
                return Err(Refusal::Unsupported(format!("the vendor has off, cafe, {}.", names.join(", "))));
            }
            object.insert("source_type".to_owned(), json!(known.map(|_| "preset")));
            object.insert("source_id".to_owned(), json!(known.map(|(_, theirs)| theirs)));
            let why = "The vendor has no sound of a café.";
            Ok((sound != asked).then(|| change(Verdict::Substituted, json!(sound), why)))
        },
        |object| match object.get("source_id") {
            None | Some(Value::Null) => Some(Some("off".to_owned())),
            Some(held) => {
                let held = held.as_str()?;
                let known = SOUNDS.iter().find(|(_, theirs)| *theirs == held);
                Some(Some(known.map_or(held, |(ours, _)| ours).to_owned()))
            }
        },
        || {
            let names = std::iter::once("off").chain(SOUNDS.iter().map(|(ours, _)| *ours));
            Domain::Choice { values: names.map(Value::from).collect() }
        },
    )
}

/// Builds the codec for the volume of the background sound, 0.01 to 1. A lower volume is raised to 0.01.
pub fn ambient_volume() -> impl Codec<f64> {
    members::<f64>(
        |volume, object| {
            let sent = volume.max(0.01);
            object.insert("volume".to_owned(), json!(sent));
            Ok((sent != *volume)
                .then(|| change(Verdict::Clamped, json!(sent), "The vendor takes 0.01 to 1.")))
        },
        |object| object.get("volume").map_or(Some(None), |volume| volume.as_f64().map(Some)),
        || Domain::Number { min: Some(0.01), max: Some(1.0), step: None },
    )
}

/// Builds the codec for the use of filler words. The vendor stores the pause after which the agent uses one, or -1 for
/// never.
pub fn fillers() -> impl Codec<bool> {
    members::<bool>(
        |uses, object| {
            let held = object.get("timeout_seconds").and_then(Value::as_f64).filter(|pause| *pause > 0.0);
            let pause = if *uses { held.unwrap_or(FILLER_PAUSE) } else { -1.0 };
            object.insert("timeout_seconds".to_owned(), json!(pause));
            Ok(None)
        },
        |object| {
            let pause = object.get("timeout_seconds");
            pause.map_or(Some(None), |pause| Some(Some(pause.as_f64()? > 0.0)))
        },
        || Domain::Flag,
    )
}

/// Builds the codec for the filler words: the first one is `message`, and the agent chooses among all of them. An empty
/// list is sent as the vendor's own filler word. Refuses more than 8 words, and a word of 0 or more than 200
/// characters.
pub fn filler_words() -> impl Codec<Vec<String>> {
    members::<Vec<String>>(
        |words, object| {
            if words.len() > 8 || words.iter().any(|word| !(1..=200).contains(&word.chars().count())) {
                let why = "the vendor takes at most 8 filler words, each of 1 to 200 characters.";
                return Err(Refusal::Unsupported(why.to_owned()));
            }
            let (first, others) =
                words.split_first().map_or((FILLER, &words[..]), |(first, rest)| (first, rest));
            object.insert("message".to_owned(), json!(first));
            object.insert("additional_soft_timeout_messages".to_owned(), json!(others));
            object.insert("randomize_fillers".to_owned(), json!(!others.is_empty()));
            Ok(None)
        },
        |object| {
            let others = object.get("additional_soft_timeout_messages").and_then(Value::as_array);
            let words = object.get("message").into_iter().chain(others.into_iter().flatten());
            let words = words.map(|word| word.as_str().map(ToOwned::to_owned)).collect::<Option<Vec<_>>>()?;
            Some(Some(words).filter(|words| !words.is_empty() && *words != [FILLER]))
        },
        || Domain::List { items: Box::new(Domain::Text { max_length: Some(200) }), max_items: Some(8) },
    )
}

fn change(verdict: Verdict, sent: Value, why: &str) -> Loss {
    Loss { verdict, sent, why: why.to_owned() }
}

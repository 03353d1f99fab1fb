//! The language of comments and of the published document. The rules are in `docs/STYLE.md`; these tests
//! count violations.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::sources::{root, sources, test_sources};

/// Words with a standard term in `docs/GLOSSARY.md`.
const BANNED: [&str; 11] = [
    "at once",
    "whoever",
    "nobody",
    "somebody",
    "mend",
    "mended",
    "for good",
    "a text",
    "texts",
    "told",
    "kept no longer",
];

/// Openings that describe a thing by a relative clause or a pronoun.
const RELATIVE: [&str; 24] = [
    "What", "Who", "Whoever", "How", "Where", "When", "Whether", "Which", "The same", "Those", "Of",
    "Nothing", "Nobody", "Somebody", "It", "They", "As", "For", "In", "With", "Without", "At", "Whose",
    "Whom",
];

/// Highest share of comments and of descriptions, in percent, that may open with one of them.
const MAX_RELATIVE: usize = 5;

fn document() -> Value {
    let text = fs::read_to_string(root().join("openapi/openapi.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Finds every description in the document, with its location.
fn descriptions(value: &Value, at: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "description" => found.push((at.to_owned(), text.clone())),
                    member => descriptions(member, &format!("{at}/{name}"), found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                descriptions(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn has_word(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    text.match_indices(word).any(|(at, _)| {
        let bounds = |found: Option<char>| found.is_none_or(|letter| !letter.is_alphanumeric());
        bounds(text[..at].chars().next_back()) && bounds(text[at + word.len()..].chars().next())
    })
}

fn opens_relatively(text: &str) -> bool {
    RELATIVE.iter().any(|opening| {
        text.strip_prefix(opening)
            .is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric()))
    })
}

fn comment(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("//").map(|rest| rest.trim_start_matches(['/', '!']).trim())
}

#[test]
fn comments_have_no_banned_word() {
    let mut found = Vec::new();
    for (file, text) in sources().into_iter().chain(test_sources()) {
        for (number, line) in text.lines().enumerate() {
            let Some(comment) = comment(line) else { continue };
            let banned = BANNED.iter().filter(|word| has_word(comment, word));
            found.extend(banned.map(|word| format!("{file}:{}: {word:?} in {comment:?}", number + 1)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn descriptions_have_no_banned_word() {
    let mut all = Vec::new();
    descriptions(&document(), "", &mut all);
    let found: Vec<_> = all
        .iter()
        .flat_map(|(at, text)| {
            BANNED.iter().filter(|word| has_word(text, word)).map(move |word| (at, word, text))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn comments_open_with_the_thing_or_the_action() {
    let (mut blocks, mut relative) = (0, Vec::new());
    for (file, text) in sources() {
        let mut inside = false;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).map(str::trim);
            if let Some(first) = doc.filter(|first| !inside && !first.is_empty()) {
                blocks += 1;
                if opens_relatively(first) {
                    relative.push(format!("{file}:{}: {first}", number + 1));
                }
            }
            inside = doc.is_some();
        }
    }
    let share = 100 * relative.len() / blocks;
    assert!(share <= MAX_RELATIVE, "{share} % of {blocks}:\n{}", relative.join("\n"));
}

#[test]
fn descriptions_open_with_the_thing_or_the_action() {
    let mut all = Vec::new();
    descriptions(&document(), "", &mut all);
    let distinct: BTreeSet<_> = all.iter().map(|(_, text)| text.as_str()).collect();
    let relative: Vec<_> = distinct.iter().filter(|text| opens_relatively(text)).collect();
    let share = 100 * relative.len() / distinct.len();
    assert!(share <= MAX_RELATIVE, "{share} % of {}: {relative:#?}", distinct.len());
}

#[test]
fn no_description_states_a_thing_twice() {
    let mut all = Vec::new();
    descriptions(&document(), "", &mut all);
    for (at, text) in all {
        let sentences: Vec<_> = text.split(". ").map(|sentence| sentence.trim_end_matches('.')).collect();
        let Some((first, rest)) = sentences.split_first() else { continue };
        assert!(!rest.iter().any(|sentence| sentence.starts_with(first)), "{at}: {text}");
    }
}

#[test]
fn constructors_are_named_by_their_input() {
    for (file, text) in sources() {
        assert!(!text.contains("fn of(") && !text.contains("fn of<"), "{file}");
    }
}

//! Codecs for values that the vendor stores as codes or ids of its own.

use serde_json::{Value, json};

use crate::{
    facts::{CatalogueEntry, CatalogueKind, Facts},
    model::Language,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict, codec::wire_number},
};

/// Builds a codec for a language from (tag, wire code) pairs. If no pair has the tag, the codec sends the language
/// without script and region and reports the substitution. If no pair has that either, the language is unsupported.
pub fn languages(pairs: &'static [(&'static str, &'static str)]) -> impl Codec<Language> {
    Languages(pairs)
}

struct Languages(&'static [(&'static str, &'static str)]);

impl Codec<Language> for Languages {
    fn encode(&self, value: &Language, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let code = |tag: &str| self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag));
        let known = || self.0.iter().map(|(tag, _)| *tag).collect();
        fallback(value, code, known).map(|(tag, (_, code))| encoded(value, tag, json!(code)))
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Language> {
        let code = wire.as_str()?;
        Language::new(self.0.iter().find(|(_, known)| *known == code)?.0).ok()
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: self.0.iter().map(|(tag, _)| json!(tag)).collect() }
    }
}

/// Builds a codec that writes a language as its name in the vendor's catalogue. The codec reads ids as well.
pub fn language_by_name() -> impl Codec<Language> {
    ListedLanguage { wire: |entry| json!(entry.name) }
}

/// Builds a codec that writes a language as its id in the vendor's catalogue. The codec reads names as well.
pub fn language_by_id() -> impl Codec<Language> {
    ListedLanguage { wire: |entry| id(&entry.id) }
}

struct ListedLanguage {
    wire: fn(&CatalogueEntry) -> Value,
}

impl Codec<Language> for ListedLanguage {
    fn encode(&self, value: &Language, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let rows = with.facts.entries(CatalogueKind::LANGUAGES);
        let row = |tag: &str| {
            rows.iter()
                .find(|row| row.language.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(tag)))
        };
        let known = || rows.iter().filter_map(|row| row.language.as_deref()).collect();
        fallback(value, row, known).map(|(tag, row)| encoded(value, tag, (self.wire)(row)))
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<Language> {
        let key = crate::rule::scalar(wire)?;
        let row =
            facts.entries(CatalogueKind::LANGUAGES).iter().find(|row| row.id == key || row.name == key)?;
        Language::new(row.language.as_deref()?).ok()
    }
    fn domain(&self) -> Domain {
        Domain::Listed { catalogue: CatalogueKind::LANGUAGES }
    }
    fn conversion(&self) -> Option<String> {
        Some("by the vendor's list of languages".to_owned())
    }
}

/// Finds the vendor's entry for the tag or, if there is none, for the language without script and region. Returns the
/// tag that was found, and the entry.
///
/// # Errors
/// A refusal that lists the vendor's languages with the same primary language or, if there are none, all languages.
fn fallback<'a, 'b, R>(
    value: &'a Language,
    find: impl Fn(&str) -> Option<R>,
    known: impl FnOnce() -> Vec<&'b str>,
) -> Result<(&'a str, R), Refusal> {
    let tags = [value.as_str(), value.primary()];
    let found = tags.into_iter().find_map(|tag| find(tag).map(|found| (tag, found)));
    found.ok_or_else(|| {
        let mut known = known();
        known.sort_unstable();
        known.dedup();
        let primary = |tag: &&str| tag.split('-').next() == Some(value.primary());
        let near: Vec<_> = known.iter().copied().filter(primary).collect();
        let advice = match (near.as_slice(), known.as_slice()) {
            ([], []) => String::new(),
            ([], all) => format!(" The vendor has {}.", all.join(", ")),
            (near, _) => format!(" Use {}.", near.join(" or ")),
        };
        Refusal::Unsupported(format!("the vendor does not have the language {:?}.{advice}", value.as_str()))
    })
}

fn encoded(value: &Language, tag: &str, wire: Value) -> Encoded {
    let loss = (tag != value.as_str()).then(|| Loss {
        verdict: Verdict::Substituted,
        sent: json!(tag),
        why: format!("The vendor has {tag:?} without regions."),
    });
    Encoded { wire, loss }
}

/// Builds a codec for a vendor's id that is a string in the model and a whole number at the vendor. The codec
/// refuses any other string.
pub fn integer_id() -> impl Codec<String> {
    IntegerId
}

struct IntegerId;

impl Codec<String> for IntegerId {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value.parse::<u32>() {
            Ok(id) if id.to_string() == *value => Ok(json!(id).into()),
            _ => Err(Refusal::Refused(format!(
                "{value:?} is not an id of the vendor, which are whole numbers."
            ))),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        crate::rule::scalar(wire)
    }
    fn conversion(&self) -> Option<String> {
        Some("the vendor's id, a whole number".to_owned())
    }
}

/// Builds a codec that writes the id of an entry in the vendor's catalogue of this kind. The caller identifies the
/// entry by its id or its name; the codec refuses a value that matches no entry. The codec reads an id as the entry's
/// name, or unchanged if the catalogue has no such entry.
pub fn catalogue_id(kind: CatalogueKind) -> impl Codec<String> {
    CatalogueId(kind)
}

struct CatalogueId(CatalogueKind);

impl Codec<String> for CatalogueId {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match with.facts.entries(self.0).iter().find(|row| row.id == *value || row.name == *value) {
            Some(row) => Ok(id(&row.id).into()),
            None => Err(Refusal::Refused(format!("the vendor lists no {value:?} among its {}.", self.0))),
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<String> {
        let key = crate::rule::scalar(wire)?;
        Some(facts.by_id(self.0, &key).map_or(key, |row| row.name.clone()))
    }
    fn domain(&self) -> Domain {
        Domain::Listed { catalogue: self.0 }
    }
    fn conversion(&self) -> Option<String> {
        Some(format!("to the id in the vendor's list of {}", self.0))
    }
}

/// Converts an id to JSON: to a number if the id is a whole number of at most 32 bits, otherwise to a string.
fn id(id: &str) -> Value {
    id.parse::<u32>().map_or_else(|_| json!(id), |number| wire_number(number.into()))
}

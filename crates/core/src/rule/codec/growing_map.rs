//! A codec for a map from which no update can remove an entry.

use serde_json::{Map, Value, json};

use crate::{
    facts::Facts,
    model::Leaf,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict},
};

/// Builds a codec for a map at a vendor whose updates add and change entries but remove none. The codec is used in a
/// [`facet`](crate::rule::facet()). It sends the desired entries, which `write` returns with their loss, and reports the
/// other entries that the vendor keeps.
pub fn growing_map<T: Leaf>(
    write: fn(&T) -> Result<WrittenEntries, Refusal>,
    read: fn(&Map<String, Value>) -> Option<T>,
) -> impl Codec<T> {
    GrowingMap { write, read }
}

/// The entries of a map, and the loss if they differ from the desired value.
type WrittenEntries = (Map<String, Value>, Option<Loss>);

struct GrowingMap<T> {
    write: fn(&T) -> Result<WrittenEntries, Refusal>,
    read: fn(&Map<String, Value>) -> Option<T>,
}

impl<T: Leaf> Codec<T> for GrowingMap<T> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let (entries, loss) = (self.write)(value)?;
        let held = with.held.as_object();
        let stale = held.into_iter().flat_map(Map::keys).filter(|name| !entries.contains_key(*name));
        let stale: Vec<_> = stale.map(String::as_str).collect();
        let kept = (!stale.is_empty()).then(|| {
            let mut after = held.cloned().unwrap_or_default();
            after.extend(entries.clone());
            Loss {
                verdict: Verdict::Substituted,
                sent: (self.read)(&after).as_ref().map(|value| json!(value)).unwrap_or_default(),
                why: format!(
                    "The vendor documents no way to remove an entry, so it keeps {}.",
                    stale.join(", ")
                ),
            }
        });
        let loss = match (loss, kept) {
            (Some(loss), Some(kept)) => {
                let why = format!("{} {}", loss.why, kept.why);
                Some(Loss { why, ..kept })
            }
            (loss, kept) => loss.or(kept),
        };
        Ok(Encoded { wire: Value::Object(entries), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        (self.read)(wire.as_object()?)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.as_object().map_or(wire.is_null(), Map::is_empty)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

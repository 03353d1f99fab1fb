//! The codec for the events that a webhook receives, at a vendor that has a name for each of its events.

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    model::EventName,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict},
};

/// Builds a codec for the events that a webhook receives, to be used in a [`facet`](crate::rule::facet()). `names`
/// pairs the gateway's name of each event with the vendor's. Other items of the vendor's list are kept. Events that the
/// vendor does not have are omitted and reported.
pub fn event_names(names: &'static [(&'static str, &'static str)]) -> impl Codec<Vec<EventName>> {
    EventNames(names)
}

struct EventNames(&'static [(&'static str, &'static str)]);

impl EventNames {
    fn theirs(&self, event: &EventName) -> Option<&'static str> {
        self.0.iter().find(|(ours, _)| *ours == event.as_str()).map(|(_, theirs)| *theirs)
    }

    fn ours(&self, item: &Value) -> Option<&'static str> {
        self.0.iter().find(|(_, theirs)| item == theirs).map(|(ours, _)| *ours)
    }
}

impl Codec<Vec<EventName>> for EventNames {
    fn encode(&self, value: &Vec<EventName>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let held = with.held.as_array().into_iter().flatten();
        let others = held.filter(|item| self.ours(item).is_none()).cloned();
        let known = value.iter().filter_map(|event| self.theirs(event)).map(Value::from);
        let sent: Vec<_> = value.iter().filter(|event| self.theirs(event).is_some()).collect();
        let loss = (sent.len() < value.len()).then(|| {
            let names: Vec<_> = self.0.iter().map(|(ours, _)| *ours).collect();
            let names = match names.split_last() {
                None => "none".to_owned(),
                Some((only, [])) => (*only).to_owned(),
                Some((last, first)) => format!("{} and {last}", first.join(", ")),
            };
            Loss {
                verdict: Verdict::Substituted,
                sent: json!(sent),
                why: format!("The vendor has only {names}."),
            }
        });
        Ok(Encoded { wire: known.chain(others).collect(), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<EventName>> {
        let known = wire.as_array()?.iter().filter_map(|item| self.ours(item));
        known.map(|ours| EventName::new(ours).ok()).collect()
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.as_array().map_or(wire.is_null(), |items| items.iter().all(|item| self.ours(item).is_none()))
    }
    fn domain(&self) -> Domain {
        let values = self.0.iter().map(|(ours, _)| json!(ours)).collect();
        Domain::List { items: Box::new(Domain::Choice { values }), max_items: None }
    }
}

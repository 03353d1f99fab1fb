//! The variables of a dial, and the answer to it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::observed;
use crate::envelope;

/// The members that describe the called person. Each also fills the placeholder of the same name (vendor's page on
/// custom variables).
const PERSON: [&str; 3] = ["first_name", "last_name", "email"];

/// The variables that the vendor fills from the other members (vendor's page on custom variables).
const DERIVED: [&str; 2] = ["full_name", "phone"];

/// The member that contains the values of all other placeholders, as a JSON object in a string (vendor's page on custom
/// variables).
const DESCRIPTION: &str = "description";

/// The vendor fields that variables are written to.
const FIELDS: [&str; 4] = ["/description", "/first_name", "/last_name", "/email"];

/// Builds the rule for the variables of a dial. It must run after the rules for the called person, whose values take
/// precedence over variables of the same names.
pub fn variables() -> Rule<BTreeMap<String, String>> {
    across(&FIELDS, Variables).write_only()
}

struct Variables;

impl Codec<BTreeMap<String, String>> for Variables {
    fn encode(
        &self,
        variables: &BTreeMap<String, String>,
        with: &Translation<'_>,
    ) -> Result<Encoded, Refusal> {
        let (mut members, mut described, mut sent) = (Map::new(), Map::new(), variables.clone());
        let (mut replaced, mut derived) = (Vec::new(), Vec::new());
        for (name, value) in variables {
            if DERIVED.contains(&name.as_str()) {
                sent.remove(name);
                derived.push(name.as_str());
                continue;
            }
            if !PERSON.contains(&name.as_str()) {
                described.insert(name.clone(), json!(value));
                continue;
            }
            match with.body.get(name).and_then(Value::as_str) {
                None => {
                    members.insert(name.clone(), json!(value));
                }
                Some(person) if person == value => {}
                Some(person) => {
                    sent.insert(name.clone(), person.to_owned());
                    replaced.push(name.as_str());
                }
            }
        }
        if !described.is_empty() {
            members.insert(DESCRIPTION.to_owned(), json!(Value::Object(described).to_string()));
        }
        let whys = [
            (
                replaced,
                "The vendor has one value for the called person and for the variable of the same name. The value in to applies to",
            ),
            (
                derived,
                "The vendor itself fills these variables from the called person, so they are not sent:",
            ),
        ];
        let whys = whys.iter().filter(|(names, _)| !names.is_empty());
        let whys: Vec<_> = whys.map(|(names, why)| format!("{why} {}.", names.join(", "))).collect();
        let loss = (!whys.is_empty()).then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(sent),
            why: whys.join(" "),
        });
        Ok(Encoded { wire: Value::Object(members), loss })
    }

    /// Reads nothing, because a dial is never read back.
    fn decode(&self, _: &Value, _: &Facts) -> Option<BTreeMap<String, String>> {
        None
    }

    fn domain(&self) -> Domain {
        Domain::Structure
    }

    fn conversion(&self) -> Option<String> {
        Some(
            "first_name, last_name and email to their own fields, the others to a JSON object in description"
                .to_owned(),
        )
    }
}

/// Reads the answer to a dial: an envelope with a row for the call, an envelope with only a message, or the request
/// itself. A row may have no id or an empty one.
pub fn placed(reply: Reply) -> Result<Placed> {
    const EXPECTED: &str = "an acknowledged dial";
    let status = reply.status;
    let answer = reply.document(EXPECTED)?;
    let is_acknowledged =
        answer["success"] == json!(true) || answer.get("phone_number").is_some() || answer.is_array();
    if !is_acknowledged {
        return Err(Error::unreadable(status, EXPECTED));
    }
    let rows = match (envelope::rows(&answer), answer.get("data")) {
        (Some(rows), _) => rows.as_slice(),
        (None, Some(data)) => std::slice::from_ref(data),
        (None, None) => std::slice::from_ref(&answer),
    };
    let ids: BTreeSet<_> = rows.iter().filter_map(observed::id).collect();
    // One call was dialled. If the answer has several ids, it is not known which one belongs to that call.
    let mut ids = ids.into_iter();
    Ok(match (ids.next(), ids.next()) {
        (Some(id), None) => {
            let row = rows.iter().find(|row| observed::id(row).as_ref() == Some(&id));
            let observation = row.map(|row| {
                observed::with_status(
                    CallObservation::new(id.as_str(), CallObservation::UNDATED),
                    row,
                    "status",
                )
            });
            Placed { remote_id: Some(id), observation }
        }
        _ => Placed::default(),
    })
}

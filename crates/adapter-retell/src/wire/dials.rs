//! Codecs and the completion of requests to dial. The vendor has no fields for the called person, so the person's name and
//! email address are variables, unless the request has variables of these names.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// The variable for the called person's name.
pub const CUSTOMER_NAME: &str = "/retell_llm_dynamic_variables/customer_name";
/// The variable for the called person's email address.
pub const EMAIL: &str = "/retell_llm_dynamic_variables/email";

/// The member of the metadata that holds the gateway's id of the call.
pub const MARKER: &str = "switchboard_call_id";

/// Completes the body of a dial: the agent and its version, the marker, and the key by which the vendor recognizes a repeated
/// dial for one hour. An agent whose published version is not known is used in its latest published version.
pub fn dial(mut body: Value, agent: &PartState, marker: &str, key: &OperationKey) -> Value {
    let version = agent.version.as_deref().map(|version| match version.parse::<u64>() {
        Ok(number) => json!(number),
        Err(_) => json!(version),
    });
    body["override_agent_id"] = json!(agent.id);
    body["override_agent_version"] = version.unwrap_or_else(|| json!("latest_published"));
    body["metadata"] = json!({ MARKER: marker });
    body["idempotency_key"] = json!(key.for_step(&VendorStep::new("call", StepAction::Create(Value::Null))));
    body
}

/// Builds the codec for a portion of the called person's name, which follows the portions before it.
pub fn name_variable() -> impl Codec<String> {
    PersonVariable { name: "customer_name" }
}

/// Builds the codec for the called person's email address.
pub fn email_variable() -> impl Codec<String> {
    PersonVariable { name: "email" }
}

/// A codec that sends a portion of a variable.
struct PersonVariable {
    /// The name of the variable.
    name: &'static str,
}

impl Codec<String> for PersonVariable {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let wire = match with.held.as_str() {
            Some(before) => json!(format!("{before} {value}")),
            None => json!(value),
        };
        let name = self.name;
        let why = format!(
            "The vendor has no such field. It is sent as the variable {name}, unless variables has one."
        );
        Ok(Encoded { wire, loss: Some(Loss { verdict: Verdict::Substituted, sent: json!(value), why }) })
    }
    /// Reads nothing, because the end of the first name is not known.
    fn decode(&self, _: &Value, _: &Facts) -> Option<String> {
        None
    }
    fn conversion(&self) -> Option<String> {
        Some(format!("as the variable {}", self.name))
    }
}

/// Builds the codec for the variables, which replace those of the called person.
pub fn variables() -> impl Codec<BTreeMap<String, String>> {
    structured::<_, Value>(
        |variables: &BTreeMap<String, String>, with| {
            let mut all = with.held.as_object().cloned().unwrap_or_default();
            all.extend(variables.iter().map(|(name, value)| (name.clone(), json!(value))));
            Ok(Value::Object(all))
        },
        |_, _| None,
    )
}

//! The body of a request that starts a planned migration.

use serde_json::{Value, json};
use switchboard_config::routing::{Retire, unknown_loss};
use switchboard_core::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::{Agent, Described, FormerField, Root, schema::escape},
};
use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type, schema::SchemaType},
};

use crate::records::members;

/// The maximum number of accepted losses.
const MAX_LOSSES: usize = 1000;

/// The body of a request that starts a planned migration.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(as = MigrationStart)]
pub struct Start {
    /// The id of the plan to start.
    pub plan_id: String,
    /// The fields whose loss the caller accepts, as JSON pointers. A pointer also covers every field below it, and the empty
    /// pointer covers all fields. If omitted, no loss is accepted.
    #[schema(schema_with = losses_schema, required = false)]
    pub accept_loss: Vec<String>,
    /// The handling of the agents' copies at their old vendors: keep or delete them.
    #[schema(schema_with = retire, required = false)]
    pub retire: Retire,
    /// The gateway's action if the plan has agents that cannot move.
    #[schema(value_type = Option<OnBlocked>, inline)]
    pub on_blocked: OnBlocked,
}

/// The gateway's action if the plan has agents that cannot move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Described)]
pub enum OnBlocked {
    /// The gateway does not start the migration. This is the default.
    Refuse,
    /// The gateway starts the migration of the other agents, and the blocked agents remain at their present vendor.
    Leave,
}

impl Start {
    /// Reads the body `{"plan_id": …, "accept_loss": […], "retire": …, "on_blocked": …}`.
    ///
    /// # Errors
    /// All violations in the body.
    pub fn read(document: &Value) -> Result<Self> {
        const FIELDS: [&str; 4] = ["plan_id", "accept_loss", "retire", "on_blocked"];
        let members = members(document)?;
        let mut violations: Vec<_> = members
            .keys()
            .filter(|name| !FIELDS.contains(&name.as_str()))
            .map(|name| {
                let detail = unknown_name("field", name, FIELDS);
                Violation::at(format!("/{}", escape(name)), Kind::UnknownField, detail)
            })
            .collect();
        let plan_id = match members.get("plan_id").filter(|id| !id.is_null()) {
            Some(Value::String(id)) => Some(id.clone()),
            Some(_) => {
                violations.push(invalid("/plan_id", "/plan_id must be the id of a plan."));
                None
            }
            None => {
                violations.push(Violation::at("/plan_id", Kind::FieldRequired, "/plan_id is required."));
                None
            }
        };
        let accept_loss = losses(members.get("accept_loss"), &mut violations);
        let retire = match members.get("retire") {
            None | Some(Value::Null) => Retire::Keep,
            Some(word) if word == "keep" => Retire::Keep,
            Some(word) if word == "delete" => Retire::Delete,
            Some(_) => {
                violations.push(invalid("/retire", "/retire must be \"keep\" or \"delete\"."));
                Retire::Keep
            }
        };
        let on_blocked = match members.get("on_blocked") {
            None | Some(Value::Null) => OnBlocked::Refuse,
            Some(word) if word == "refuse" => OnBlocked::Refuse,
            Some(word) if word == "leave" => OnBlocked::Leave,
            Some(_) => {
                violations.push(invalid("/on_blocked", "/on_blocked must be \"refuse\" or \"leave\"."));
                OnBlocked::Refuse
            }
        };
        match plan_id.filter(|_| violations.is_empty()) {
            Some(plan_id) => Ok(Self { plan_id, accept_loss, retire, on_blocked }),
            None => Err(Error::invalid(violations)),
        }
    }
}

fn retire() -> RefOr<Schema> {
    let about = "The handling of the agents' copies at their old vendors. `keep`, the default: the copies remain at \
        the old vendors, and the agents can move back. `delete`: the gateway deletes the copies at the old vendors.";
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .enum_values(Some([json!(Retire::Keep), json!(Retire::Delete), Value::Null]))
        .description(Some(about))
        .build()
        .into()
}

/// Builds the schema of `accept_loss`, with the limits that [`losses`] checks.
fn losses_schema() -> RefOr<Schema> {
    let about = "The fields whose loss the caller accepts, as JSON pointers. A pointer also covers every field below it, and the empty pointer covers all fields. The gateway refuses a pointer that is no field of an agent. If omitted, no loss is accepted.";
    let pointer = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(/.*)?$"));
    ArrayBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
        .items(pointer)
        .max_items(Some(MAX_LOSSES))
        .description(Some(about))
        .examples([json!(["/voice/style"])])
        .build()
        .into()
}

fn losses(value: Option<&Value>, violations: &mut Vec<Violation>) -> Vec<String> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Vec::new() };
    let Some(given) = value.as_array().filter(|given| given.len() <= MAX_LOSSES) else {
        let detail = format!("/accept_loss must be a list of at most {MAX_LOSSES} JSON pointers.");
        violations.push(invalid("/accept_loss", &detail));
        return Vec::new();
    };
    let mut losses = Vec::with_capacity(given.len());
    for (place, pointer) in given.iter().enumerate() {
        let at = format!("/accept_loss/{place}");
        match pointer.as_str().filter(|pointer| pointer.is_empty() || pointer.starts_with('/')) {
            Some(pointer) => match FormerField::find(Agent::FORMER, pointer) {
                Some(former) => {
                    let detail = format!("There is no field {pointer} any more; {}.", former.advice);
                    violations.push(invalid(&at, &detail));
                }
                None => match unknown_loss(pointer) {
                    Some(detail) => violations.push(invalid(&at, &detail)),
                    None => losses.push(pointer.to_owned()),
                },
            },
            None => {
                let detail =
                    format!("{at} must be a JSON pointer such as \"/voice/speed\"; \"\" covers every field.");
                violations.push(invalid(&at, &detail));
            }
        }
    }
    losses
}

fn invalid(pointer: &str, detail: &str) -> Violation {
    Violation::at(pointer, Kind::ValidationFailed, detail)
}

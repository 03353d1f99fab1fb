//! The list of calls, with its filters.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{AGENTS, Retell, call, failure, versions};
use crate::Vendor;
use crate::calls::{Order, link};
use crate::simulator::{Answer, SimulatedRequest};

impl Retell {
    /// Lists calls. The key of a page is the id of the last call on the previous page.
    pub(super) fn list_calls(&self, request: &SimulatedRequest<'_>) -> Answer {
        let options = &self.options.calls;
        let order = match request.body["sort_order"].as_str() {
            Some("ascending") => Order::Oldest,
            Some(_) => Order::Newest,
            None => options.order,
        };
        let number = |name: &str| request.body[name].as_u64().and_then(|number| usize::try_from(number).ok());
        let calls = self.calls.listed(options.list_lag_ms, order).into_iter();
        let rows = calls.map(|(call, state)| {
            let agent = self.records.get(AGENTS, &call.agent).map(versions::latest);
            let recording = link(request.origin, Vendor::RETELL, call);
            call::row(call::shown(call, &state, agent.as_ref(), &recording))
        });
        let filters = &request.body["filter_criteria"];
        let rows: Vec<_> = rows.filter(|row| passes(filters, row)).collect();
        let mut first = number("skip").unwrap_or_default();
        if let Some(key) = request.body["pagination_key"].as_str() {
            let Some(last) = rows.iter().position(|row| row["call_id"] == key) else {
                return failure::refused("pagination_key is invalid");
            };
            first += last + 1;
        }
        let size = number("limit").unwrap_or(self.options.page_size.get());
        let total = rows.len();
        let items: Vec<_> = rows.into_iter().skip(first).take(size).collect();
        let has_more = first.saturating_add(items.len()) < total;
        let mut page = json!({ "items": [], "has_more": has_more });
        if let Some(last) = items.last().filter(|_| has_more) {
            page["pagination_key"] = last["call_id"].clone();
        }
        if request.body["include_total"] == true {
            page["total"] = json!(total);
        }
        page["items"] = Value::Array(items);
        Answer::ok(page)
    }
}

/// Returns true if a row passes all filters.
fn passes(filters: &Value, row: &Value) -> bool {
    filters.as_object().into_iter().flatten().all(|(name, filter)| match name.as_str() {
        "agent" => filter.as_array().into_iter().flatten().any(|wanted| {
            let versions = wanted["version"].as_array();
            wanted["agent_id"] == row["agent_id"]
                && versions.is_none_or(|versions| versions.contains(&row["agent_version"]))
        }),
        "metadata" => filter.as_array().into_iter().flatten().all(|wanted| {
            let value = wanted["key"].as_str().map_or(&Value::Null, |key| &row["metadata"][key]);
            holds(wanted, value)
        }),
        name => holds(filter, &row[name]),
    })
}

/// Returns true if a value passes a filter. A missing value passes no filter.
fn holds(filter: &Value, value: &Value) -> bool {
    let wanted = &filter["value"];
    match (filter["type"].as_str(), filter["op"].as_str()) {
        (Some("enum"), _) => wanted.as_array().is_some_and(|wanted| wanted.contains(value)),
        (Some("string"), Some(operator)) => {
            let (Some(value), Some(wanted)) = (value.as_str(), wanted.as_str()) else { return false };
            match operator {
                "eq" => value == wanted,
                "ne" => value != wanted,
                "sw" => value.starts_with(wanted),
                "ew" => value.ends_with(wanted),
                _ => value.contains(wanted),
            }
        }
        (Some("number"), Some(operator)) => match (compare(value, wanted), operator) {
            (None, _) => false,
            (Some(order), "eq") => order == Ordering::Equal,
            (Some(order), "ne") => order != Ordering::Equal,
            (Some(order), "gt") => order == Ordering::Greater,
            (Some(order), "ge") => order != Ordering::Less,
            (Some(order), "lt") => order == Ordering::Less,
            (Some(order), _) => order != Ordering::Greater,
        },
        (Some("range"), _) => {
            let within = |limit: usize, outside: Ordering| {
                compare(value, &wanted[limit]).is_some_and(|order| order != outside)
            };
            within(0, Ordering::Less) && within(1, Ordering::Greater)
        }
        _ => false,
    }
}

fn compare(value: &Value, wanted: &Value) -> Option<Ordering> {
    value.as_f64()?.partial_cmp(&wanted.as_f64()?)
}

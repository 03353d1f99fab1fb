//! The exchanges that read and write dialers.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{
    creation,
    envelope::{self, Answer, acknowledged},
    listing::{Listing, Row},
    trunk, wire,
};

/// JSON pointers to the secrets in a dialer request.
const SECRETS: [&str; 2] = ["/auth_token", "/sip_trunk_password"];

/// The rules and exchanges for dialers.
pub struct Trunks {
    rules: TrunkRules,
}

impl Default for Trunks {
    fn default() -> Self {
        Self { rules: trunk::rules() }
    }
}

impl Rules<Trunk> for Trunks {
    fn rules(&self) -> &TrunkRules {
        &self.rules
    }

    /// Returns parts that an update replaces whole. The vendor does not document whether an update of a
    /// dialer clears the fields that it omits. An update of an assistant clears them, so the same is assumed
    /// for dialers.
    fn parts(&self) -> &'static [Part] {
        Part::REPLACED
    }
}

impl SingleObject<Trunk> for Trunks {
    fn create(&self, body: Value, _: OperationKey) -> Exchange<StepAnswer> {
        let request = Request::new("create trunk", Method::Post, ["dialer", "create"])
            .json(body.clone())
            .hiding(SECRETS);
        Exchange::ask(request, move |reply| {
            let said = Answer::parse(reply, "a created dialer")?.written()?;
            Ok(match envelope::id(&said) {
                Some(id) => Exchange::Done(remote(id, said).into()),
                None => {
                    Exchange::Done(StepAnswer::unidentified(|bound| find(body, bound).map(Performed::from)))
                }
            })
        })
    }

    /// Searches the list, because the vendor documents no way to read one dialer.
    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>> {
        let id = remote_id.to_owned();
        Some(listing().find(id.clone(), |row| Ok(Exchange::Done(row.map(|row| remote(id, row)).into()))))
    }

    fn update(&self, remote_id: &str, mut body: Value) -> Exchange<Option<Value>> {
        wire::drop_sip_settings(&mut body);
        let request = Request::new("update trunk", Method::Put, ["dialer", "update"])
            .query("id", remote_id)
            .json(body)
            .hiding(SECRETS);
        Exchange::send(request, |reply| {
            let said = acknowledged(reply, "an updated dialer")?;
            Ok(is_whole(&said).then(|| wire::dialer(&said)))
        })
    }

    /// Deletes the dialer. The id is sent in the query, as in the vendor's older documentation, and in the body,
    /// as in its newer documentation (vendor's OpenAPI documents of 2026-08 and 2026-09).
    fn delete(&self, remote_id: &str) -> Exchange<()> {
        let request = Request::new("delete trunk", Method::Delete, ["dialer", "delete"])
            .query("id", remote_id)
            .json(json!({ "id": remote_id }));
        Exchange::send(request, |reply| acknowledged(reply, "an acknowledged deletion").map(drop))
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        listing().read(|rows| {
            let named = |row| envelope::id(&row).map(|id| remote(id, row));
            Ok(Exchange::Done(rows.into_iter().filter_map(named).collect()))
        })
    }
}

fn listing() -> Listing {
    let request = || Request::new("list trunks", Method::Get, ["dialer", "list"]);
    Listing::new(request, "a list of dialers")
}

fn remote(id: String, row: Row) -> Remote {
    let name = row.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
    let created_at = row.get("created_at").and_then(parse_timestamp);
    let coverage = Coverage::whole_if(is_whole(&row));
    Remote { name, coverage, created_at, ..Remote::new(id, wire::dialer(&row)) }
}

/// Returns true if a row has both members that can be read: the name and the phone number.
fn is_whole(row: &Row) -> bool {
    ["name", "phone_number"].iter().all(|member| row.contains_key(*member))
}

/// Searches the list for the dialer that was just created: one with the name and phone number in `body` to which no
/// trunk of the gateway is bound.
fn find(body: Value, bound: Vec<String>) -> Exchange<Remote> {
    listing().read(move |rows| {
        let same = |row: &Row, member: &str| row.get(member) == body.get(member);
        let found = rows
            .into_iter()
            .filter(|row| same(row, "name") && same(row, "phone_number"))
            .filter(|row| !envelope::is_among(row, &bound))
            .filter_map(|row| envelope::id(&row).map(|id| remote(id, row)))
            .collect();
        creation::only(found).map(Exchange::Done)
    })
}

//! The called person as variables of the call, for a vendor that has no fields for a person.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{DialTo, DialToRules};
use crate::{
    model::PhoneNumber,
    rule::{Domain, Loss, Refusal, Rule, Verdict, facet, members},
};

/// The variable that holds the name of the called person.
const NAME: &str = "customer_name";
/// The variable that holds the email address of the called person.
const EMAIL: &str = "email";

const NAME_WHY: &str = "The vendor has no field for the name of the called person. The gateway sends the name as the variable customer_name.";
const EMAIL_WHY: &str = "The vendor has no field for the email address of the called person. The gateway sends the address as the variable email.";

/// The object of variables in the vendor's request to dial.
type Variables = Map<String, Value>;

impl DialToRules {
    /// Builds the rules of a vendor that accepts variables at the path `variables` and has no fields for the called
    /// person. The name becomes the variable `customer_name`, and the email address the variable `email`. If the dial
    /// has a variable of the same name, that variable is sent, and the name or the address is reported as unsupported.
    /// The rule for the dial's variables is [`variables_beside_person`].
    pub fn as_variables(phone_number: Rule<PhoneNumber>, variables: &'static str) -> Self {
        let rule = |write, read, why| {
            facet(variables, members::<String>(write, read, any_text)).write_only().note(why)
        };
        Self {
            phone_number,
            first_name: rule(write_first_name, read_first_name, NAME_WHY),
            last_name: rule(write_last_name, read_last_name, NAME_WHY),
            email: rule(write_email, read_email, EMAIL_WHY),
        }
    }
}

impl DialTo {
    /// Returns the names of the variables by which [`DialToRules::as_variables`] sends the called person.
    pub fn variable_names(&self) -> Vec<&'static str> {
        let has_name = self.first_name.is_some() || self.last_name.is_some();
        let names = [(NAME, has_name), (EMAIL, self.email.is_some())];
        names.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect()
    }
}

/// Builds the rule for the variables of a dial, if [`DialToRules::as_variables`] writes the person to the same path.
pub fn variables_beside_person(path: &'static str) -> Rule<BTreeMap<String, String>> {
    let codec = members::<BTreeMap<String, String>>(
        |variables, held| {
            held.extend(variables.iter().map(|(name, value)| (name.clone(), json!(value))));
            Ok(None)
        },
        |held| {
            let entry = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
            Some(Some(held.iter().map(entry).collect::<Option<_>>()?))
        },
        || Domain::Structure,
    );
    facet(path, codec).write_only()
}

fn any_text() -> Domain {
    Domain::Text { max_length: None }
}

#[expect(clippy::ptr_arg, reason = "the codec takes the value of the field")]
fn write_first_name(name: &String, held: &mut Variables) -> Result<Option<Loss>, Refusal> {
    Ok(set(held, NAME, name.clone(), NAME_WHY))
}

/// Writes the last name, after the first name if there is one.
fn write_last_name(name: &String, held: &mut Variables) -> Result<Option<Loss>, Refusal> {
    let whole = match held.get(NAME).and_then(Value::as_str) {
        Some(first) => format!("{first} {name}"),
        None => name.clone(),
    };
    Ok(set(held, NAME, whole, NAME_WHY))
}

#[expect(clippy::ptr_arg, reason = "the codec takes the value of the field")]
fn write_email(email: &String, held: &mut Variables) -> Result<Option<Loss>, Refusal> {
    Ok(set(held, EMAIL, email.clone(), EMAIL_WHY))
}

fn set(held: &mut Variables, name: &str, value: String, why: &str) -> Option<Loss> {
    let sent = json!(value);
    held.insert(name.to_owned(), sent.clone());
    Some(Loss { verdict: Verdict::Substituted, sent, why: why.to_owned() })
}

/// Returns the first word of the name. The encoder calls this function after it writes the first name, and again after
/// it has written all fields. If the two results differ, the encoder reports the first name as lost. The last name is
/// appended between the two calls, so the function returns only the first word: another first word means that a
/// variable of the dial has replaced the name. For the same reason, [`read_last_name`] returns only the last word.
fn read_first_name(held: &Variables) -> Option<Option<String>> {
    read_name(held, |name| name.split(' ').next())
}

fn read_last_name(held: &Variables) -> Option<Option<String>> {
    read_name(held, |name| name.rsplit(' ').next())
}

fn read_name(held: &Variables, word: impl Fn(&str) -> Option<&str>) -> Option<Option<String>> {
    Some(held.get(NAME).and_then(Value::as_str).and_then(word).map(ToOwned::to_owned))
}

fn read_email(held: &Variables) -> Option<Option<String>> {
    Some(held.get(EMAIL).and_then(Value::as_str).map(ToOwned::to_owned))
}

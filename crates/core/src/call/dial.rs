//! The request to dial.

use std::{collections::BTreeMap, fmt};

use switchboard_core_derive::Fields;

use super::{Overrides, usual};
use crate::{
    error::{Kind, Violation},
    model::{FieldReader, PhoneNumber, Root, UsualName, check_name, schema},
};

/// The maximum combined size of the names and values of all variables, in UTF-8: 16 KiB.
pub const MAX_VARIABLE_BYTES: usize = 16 * 1024;

/// The maximum number of characters of a variable's name.
const MAX_VARIABLE_NAME: usize = 64;

/// The name prefix of the variables that the gateway itself sends.
pub const RESERVED_VARIABLES: &str = "switchboard_";

/// The pattern of the names of variables, apart from the reserved prefix. It equals `is_variable`.
pub const VARIABLE_PATTERN: &str = "^[a-z][a-z0-9_]{0,63}$";

/// The pattern of email addresses. It equals `is_email`.
pub const EMAIL_PATTERN: &str = r"^[^\s\x00-\x1f\x7f-\x9f]+@[^\s\x00-\x1f\x7f-\x9f@.]([^\s\x00-\x1f\x7f-\x9f@]*[^\s\x00-\x1f\x7f-\x9f@.])?$";

/// The reason that reports show for the phone number of an agent that only places calls, at a vendor that binds a number
/// to the agent that answers it.
pub const NUMBER_PER_CALL: &str = "Held per call only if direction is outbound: such an agent answers no calls, so no number is bound to it. The gateway keeps the number and calls from it, unless a request to dial names another one.";

/// A request to place one call.
#[derive(Clone, Default, PartialEq, Fields)]
pub struct Dial {
    /// The called party.
    pub to: DialTo,
    /// The phone number from which the call is placed.
    pub from: DialFrom,
    /// The id of the gateway's trunk by which the call is placed, such as `trk_01jd…`. Not allowed together with
    /// `from.phone_number_id`. If both are omitted, the vendor uses the phone number of the agent or its own default.
    #[field(essential, min_len = 1, max_len = 255)]
    pub trunk_id: Option<String>,
    /// The values of placeholders in the agent's prompt and messages for this call, by placeholder name. They are added
    /// to the agent's `variables` and replace those of the same name. A name starts with a lower-case letter, consists
    /// of lower-case letters, digits and underscores, has at most 64 characters, and does not start with
    /// `switchboard_`. All names and values together have at most 16 KiB.
    #[field(essential, max_items = 50)]
    pub variables: Option<BTreeMap<String, String>>,
    /// Settings of the agent that apply to this call instead of the agent's own.
    pub overrides: Overrides,
}

/// The called party.
#[derive(Clone, Default, PartialEq, Fields)]
pub struct DialTo {
    /// The phone number to call.
    #[field(required, essential)]
    pub phone_number: Option<PhoneNumber>,
    /// The first name of the called person. Characters that are not allowed in the name of an agent are not allowed here.
    #[field(min_len = 1, max_len = 100)]
    pub first_name: Option<String>,
    /// The last name of the called person. Characters that are not allowed in the name of an agent are not allowed here.
    #[field(min_len = 1, max_len = 100)]
    pub last_name: Option<String>,
    /// The email address of the called person, such as `ann@example.com`.
    #[field(min_len = 3, max_len = 254)]
    pub email: Option<String>,
}

/// The phone number from which a call is placed.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct DialFrom {
    /// The phone number: an alias from the gateway's configuration (`[phone_numbers.NAME]`), or the vendor's own id. If
    /// omitted, the agent's `phone_number_id` applies.
    #[field(essential, min_len = 1, max_len = 255)]
    pub phone_number_id: Option<String>,
}

impl Root for Dial {
    const NAME: &'static str = "call";
    const PREFIX: &'static str = "call";
    const USUAL: &'static [UsualName] = usual::NAMES;
    const TEXTS: &'static [(&'static str, &'static str)] = usual::TEXTS;

    /// Returns `None`, because a call has no name.
    fn label(&self) -> Option<&str> {
        None
    }
}

impl Dial {
    /// Checks the conditions that concern several fields or the content of a field. Adds a violation to `reader` for
    /// each unmet condition.
    pub fn check(&self, reader: &mut FieldReader) {
        let mut violations = Vec::new();
        if self.trunk_id.is_some() && self.from.phone_number_id.is_some() {
            violations.push(invalid("/trunk_id", "is not allowed together with /from/phone_number_id"));
        }
        let names = [("/to/first_name", &self.to.first_name), ("/to/last_name", &self.to.last_name)];
        let wrong = names.into_iter().filter_map(|(at, name)| Some((at, check_name(name.as_deref()?)?)));
        violations.extend(wrong.map(|(at, wrong)| invalid(at, &wrong)));
        if self.to.email.as_deref().is_some_and(|email| !is_email(email)) {
            violations.push(invalid("/to/email", "must be an email address, such as \"ann@example.com\""));
        }
        check_variables(self.variables.iter().flatten(), &mut violations);
        violations.into_iter().for_each(|violation| reader.refuse(violation));
    }
}

fn check_variables<'a>(
    variables: impl Iterator<Item = (&'a String, &'a String)>,
    violations: &mut Vec<Violation>,
) {
    let mut size = 0;
    for (name, value) in variables {
        size += name.len() + value.len();
        let at = format!("/variables/{}", schema::escape(name));
        if !is_variable(name) {
            let wrong = "must have a name of at most 64 lower-case letters, digits and underscores that starts with a letter";
            violations.push(invalid(&at, wrong));
        } else if name.starts_with(RESERVED_VARIABLES) {
            violations
                .push(invalid(&at, "is reserved for the gateway, because its name starts with switchboard_"));
        }
    }
    if size > MAX_VARIABLE_BYTES {
        let wrong = format!("must have at most {MAX_VARIABLE_BYTES} bytes of names and values, not {size}");
        violations.push(invalid("/variables", &wrong));
    }
}

/// Returns true if a dial can have a variable with this name.
pub(super) fn is_variable(name: &str) -> bool {
    name.len() <= MAX_VARIABLE_NAME
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Returns true if a string has the form of an email address. Only the vendor can find out whether the address exists.
fn is_email(text: &str) -> bool {
    let fits = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control());
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        fits(local)
            && fits(domain)
            && !domain.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    })
}

fn invalid(at: &str, wrong: &str) -> Violation {
    Violation::at(at, Kind::ValidationFailed, format!("{at} {wrong}."))
}

/// `Debug` shows neither the person nor the values of variables.
impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dial")
            .field("to", &self.to)
            .field("from", &self.from)
            .field("trunk_id", &self.trunk_id)
            .field("variables", &self.variables.as_ref().map(BTreeMap::len))
            .finish_non_exhaustive()
    }
}

/// `Debug` shows at most the last two digits of the phone number.
impl fmt::Debug for DialTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DialTo").field("phone_number", &self.phone_number).finish_non_exhaustive()
    }
}

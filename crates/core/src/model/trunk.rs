//! The normalized trunk: the way in which calls reach the telephone network.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use switchboard_core_derive::Fields;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type, schema::AdditionalProperties};

use crate::{
    error::{Kind, Violation, unknown_name},
    model::{Component, Leaf, PhoneNumber, Root, agent::tag, leaf::parse, schema, strict_value::StrictValue},
};

/// A SIP trunk: the way in which calls reach the telephone network.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Trunk {
    /// The name of the trunk.
    #[field(required, min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// The number that calls come from or go to.
    #[field(required, essential)]
    pub phone_number: Option<PhoneNumber>,
    /// The carrier of the calls. Changed and sent as a whole.
    #[field(required, essential)]
    pub carrier: Option<Carrier>,
}

impl Root for Trunk {
    const NAME: &'static str = "trunk";
    const PREFIX: &'static str = "trk";
    const SECRETS: &'static [&'static str] = &["/carrier/auth_token", "/carrier/password"];

    fn label(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn secrets(&self) -> BTreeMap<&'static str, SecretString> {
        let mut secrets = self.carrier.as_ref().map(Leaf::secrets).unwrap_or_default();
        let named = |pointer: &&'static str| {
            let secret = secrets.remove(pointer.strip_prefix("/carrier/")?)?;
            Some((*pointer, secret))
        };
        Self::SECRETS.iter().filter_map(named).collect()
    }
}

/// The carrier of the calls, with the account there.
///
/// Writing it out never shows a secret: `auth_token` and `password` become `auth_token_set` and `password_set`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Carrier {
    /// A Twilio account.
    Twilio {
        /// The account's SID.
        account_sid: String,
        /// The account's token.
        #[serde(rename(serialize = "auth_token_set"), serialize_with = "is_set")]
        auth_token: Option<Secret>,
    },
    /// A Telnyx connection.
    Telnyx {
        /// The connection's id.
        connection_id: String,
    },
    /// A SIP trunk.
    Sip {
        /// The destination of calls: the URI of the trunk's far end.
        termination_uri: String,
        /// The user name at the far end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        username: Option<String>,
        /// The password at the far end.
        #[serde(default, rename(serialize = "password_set"), serialize_with = "is_set")]
        password: Option<Secret>,
    },
}

fn is_set<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(secret.is_some())
}

/// A credential that is written and never shown.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(SecretString);

impl Secret {
    /// Returns the credential in clear, for the vendor's request only.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

const SECRET_MEMBERS: [&str; 2] = ["auth_token", "password"];

/// Members that the gateway writes in place of secrets.
const SET_MEMBERS: [&str; 2] = ["auth_token_set", "password_set"];

impl Leaf for Carrier {
    fn schema() -> RefOr<Schema> {
        schema::reference("Carrier")
    }

    fn components(out: &mut Vec<Component>) {
        schema::tagged(
            out,
            "Carrier",
            "type",
            [("twilio", "TwilioCarrier"), ("telnyx", "TelnyxCarrier"), ("sip", "SipCarrier")],
        );
        let twilio =
            object(&[("account_sid", "The account's SID.")], &[], &[("auth_token", "The account's token.")]);
        let telnyx = object(&[("connection_id", "The connection's id.")], &[], &[]);
        let uri = ("termination_uri", "The destination of calls: the URI of the trunk's far end.");
        let sip = object(
            &[uri],
            &[("username", "The user name at the far end.")],
            &[("password", "The password at the far end.")],
        );
        schema::variant(out, "TwilioCarrier", twilio, &[("type", "twilio")]);
        schema::variant(out, "TelnyxCarrier", telnyx, &[("type", "telnyx")]);
        schema::variant(out, "SipCarrier", sip, &[("type", "sip")]);
    }

    fn secrets(&self) -> BTreeMap<&'static str, SecretString> {
        let (name, secret) = match self {
            Self::Twilio { auth_token, .. } => ("auth_token", auth_token),
            Self::Sip { password, .. } => ("password", password),
            Self::Telnyx { .. } => return BTreeMap::new(),
        };
        secret.iter().map(|Secret(text)| (name, text.clone())).collect()
    }

    /// Ignores `*_set` members, which the gateway itself writes, and refuses masks in place of
    /// secrets.
    fn read(value: &Value, at: &str) -> Result<Self, Vec<Violation>> {
        let kind = tag(value, at, "type")?;
        let (required, optional): (&[&str], &[&str]) = match kind {
            "twilio" => (&["account_sid", "auth_token"], &[]),
            "telnyx" => (&["connection_id"], &[]),
            "sip" => (&["termination_uri"], &["username", "password"]),
            _ => {
                let detail = format!("{at}/type must be twilio, telnyx or sip.");
                return Err(vec![Violation::at(format!("{at}/type"), Kind::ValidationFailed, detail)]);
            }
        };
        let known = || required.iter().chain(optional).copied();
        let given = value.as_object().into_iter().flatten();
        let wrong = given.filter(|(name, _)| *name != "type").filter_map(|(name, member)| {
            let member_at = format!("{at}/{}", schema::escape(name));
            // No detail repeats the given value: it may be a secret of the wrong type.
            let (code, detail) = match member {
                Value::Null => return None,
                Value::Bool(_) if SET_MEMBERS.contains(&name.as_str()) => return None,
                _ if !known().any(|known| known == name) => {
                    (Kind::UnknownField, unknown_name("field", name, known()))
                }
                Value::String(text) if SECRET_MEMBERS.contains(&name.as_str()) && is_mask(text) => {
                    let keep = "leave it out to keep the stored one.";
                    (Kind::MaskedValue, format!("{member_at} is a mask, not a credential; {keep}"))
                }
                Value::String(_) => return None,
                _ => (Kind::ValidationFailed, format!("{member_at} must be a string.")),
            };
            Some(Violation::at(member_at, code, detail))
        });
        let missing = required.iter().filter(|name| value[**name].is_null()).map(|name| {
            let detail = format!("{at}/{name} is required.");
            Violation::at(format!("{at}/{name}"), Kind::FieldRequired, detail)
        });
        let violations: Vec<_> = wrong.chain(missing).collect();
        match violations.is_empty() {
            true => parse(StrictValue::without(value, &SET_MEMBERS), at).map_err(|violation| vec![violation]),
            false => Err(violations),
        }
    }
}

/// Returns true if a string looks like the mask that an interface shows in place of a secret.
fn is_mask(text: &str) -> bool {
    let filler = |c: char| matches!(c, '*' | '•' | '●' | 'x' | 'X');
    matches!(
        text.to_lowercase().as_str(),
        "[redacted]" | "redacted" | "<redacted>" | "[hidden]" | "true" | "false"
    ) || (!text.is_empty() && text.chars().all(filler))
        || text.starts_with("***")
}

fn object(required: &[(&str, &str)], optional: &[(&str, &str)], secrets: &[(&str, &str)]) -> RefOr<Schema> {
    let text = |doc: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(doc));
    let mut object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    for (name, doc) in required {
        object = object.property(*name, text(doc)).required(*name);
    }
    for (name, doc) in optional {
        object = object.property(*name, text(doc));
    }
    for (name, doc) in secrets {
        let doc = format!("{doc} Write-only; left out of an update, the stored one stays.");
        object = object.property(*name, text(&doc).write_only(true));
        let set = ObjectBuilder::new().schema_type(Type::Boolean).read_only(true);
        object = object
            .property(format!("{name}_set"), set.description(Some(format!("True where {name} is stored."))));
    }
    object.build().into()
}

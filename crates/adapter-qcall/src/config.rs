//! The settings of one QCall account.

use secrecy::SecretString;
use serde_json::{Map, Value};
use switchboard_core::{Kind, Violation, unknown};
use url::Url;

/// The vendor's own host (QCall docs). White-labels serve the same API elsewhere.
const DEFAULT_BASE_URL: &str = "https://api.qcall.ai/api/v1";

const MEMBERS: [&str; 2] = ["base_url", "api_key"];

/// The settings of one QCall account.
#[derive(Debug)]
pub struct Config {
    /// Where the API begins.
    pub base_url: Url,
    /// The account's key, printable ASCII.
    pub api_key: SecretString,
}

/// Reads the settings; all that is wrong with them at once, with pointers below the vendor's table.
pub fn parse(settings: Value) -> Result<Config, Vec<Violation>> {
    let Value::Object(members) = settings else {
        return Err(vec![invalid("", "must be a table.")]);
    };
    let mut violations: Vec<_> = strangers(&members).collect();
    let base_url = base_url(members.get("base_url")).map_err(|violation| violations.push(violation));
    let api_key = api_key(members.get("api_key")).map_err(|violation| violations.push(violation));
    match (base_url, api_key) {
        (Ok(base_url), Ok(api_key)) if violations.is_empty() => Ok(Config { base_url, api_key }),
        _ => Err(violations),
    }
}

fn strangers(members: &Map<String, Value>) -> impl Iterator<Item = Violation> {
    members.keys().filter(|name| !MEMBERS.contains(&name.as_str())).map(|name| {
        let pointer = format!("/{name}");
        let detail = unknown("setting", name, MEMBERS);
        Violation::at(pointer, Kind::UnknownField, detail)
    })
}

fn base_url(setting: Option<&Value>) -> Result<Url, Violation> {
    let wrong =
        || invalid("/base_url", "must be an http or https URL without credentials, query and fragment.");
    let text = match setting {
        None => DEFAULT_BASE_URL,
        Some(setting) => setting.as_str().ok_or_else(wrong)?,
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if plain { Ok(url) } else { Err(wrong()) }
}

/// A key is one header value; what is wrong with it is said without saying it.
fn api_key(setting: Option<&Value>) -> Result<SecretString, Violation> {
    let Some(setting) = setting else {
        return Err(Violation::at("/api_key", Kind::FieldRequired, "/api_key is required."));
    };
    match setting.as_str() {
        Some(key) if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(key.into()),
        Some("") => Err(invalid("/api_key", "must not be empty.")),
        _ => Err(invalid("/api_key", "must be a text of printable ASCII characters without spaces.")),
    }
}

fn invalid(pointer: &str, wrong: &str) -> Violation {
    let what = if pointer.is_empty() { "The settings" } else { pointer };
    Violation::at(pointer, Kind::ValidationFailed, format!("{what} {wrong}"))
}

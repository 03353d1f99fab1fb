//! `extensions.opencx`: the settings that only OpenCX has.

use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_core::prelude::*;
use utoipa::openapi::{RefOr, Schema};

/// Settings that only OpenCX has.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct OpencxExtension {
    /// The United States area code of the phone number to buy. Required to create an agent, unless the configuration of
    /// the vendor has an `area_code`.
    pub area_code: Option<AreaCode>,
}

/// Builds the rules of the extension. `area_code` applies to agents that name no area code.
pub fn rules(area_code: Option<&AreaCode>) -> OpencxExtensionRules {
    let rule = at("/area_code", text())
        .required()
        .creation_only("The area code is chosen when the number is bought.")
        .write_only();
    let rule = match area_code {
        Some(area_code) => rule.default(json!(area_code.text())),
        None => rule,
    };
    OpencxExtensionRules { area_code: rule }
}

/// An area code of the United States: three digits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct AreaCode(String);

impl TryFrom<String> for AreaCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Ok(Self(text)),
            false => Err(format!("must be an area code of three digits such as \"415\", not {text:?}")),
        }
    }
}

impl Leaf for AreaCode {
    fn measure(&self) -> Measure {
        Measure::Text(self.0.len())
    }
    fn schema() -> RefOr<Schema> {
        schema::text("Three digits.", None, Some("^[0-9]{3}$"), None)
    }
}

impl Textual for AreaCode {
    fn text(&self) -> &str {
        &self.0
    }
    fn from_text(text: &str) -> Option<Self> {
        Self::try_from(text.to_owned()).ok()
    }
}

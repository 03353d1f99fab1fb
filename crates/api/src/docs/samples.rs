//! The samples of an operation in curl, TypeScript and Python. Their values are the examples of the OpenAPI document.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    document::{Operation, members, text},
    literal::{Notation, literal},
};

/// The tool or language of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Curl,
    TypeScript,
    Python,
}

impl Language {
    const ALL: [Self; 3] = [Self::Curl, Self::TypeScript, Self::Python];

    fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::TypeScript => "TypeScript",
            Self::Python => "Python",
        }
    }
}

/// A header of a sample.
struct Header<'a> {
    name: &'a str,
    value: HeaderValue<'a>,
}

/// The value of a header.
enum HeaderValue<'a> {
    /// The API key from the environment.
    Key,
    /// A new random value for each request.
    Fresh,
    /// A value from the OpenAPI document.
    Fixed(&'a str),
}

/// A request in terms that all languages share.
struct Call<'a> {
    method: String,
    /// The path and the required query parameters, with the example of each parameter.
    address: String,
    headers: Vec<Header<'a>>,
    body: Option<&'a Value>,
    has_answer: bool,
}

/// Renders the samples. The choice of the language needs no script.
pub fn section(operation: Operation<'_>) -> Markup {
    let call = Call::new(operation);
    html! {
        section.samples aria-labelledby="samples" {
            h2 #samples { "Request" }
            fieldset.languages {
                legend { "Language" }
                @for language in Language::ALL {
                    label { input type="radio" name="language" value=(language.title()) checked[language == Language::Curl]; " " (language.title()) }
                }
            }
            @for language in Language::ALL {
                @let label = format!("The request in {}", language.title());
                pre data-language=(language.title()) tabindex="0" role="group" aria-label=(label) {
                    code { (call.sample(language)) }
                }
            }
        }
    }
}

impl<'a> Call<'a> {
    fn new(operation: Operation<'a>) -> Self {
        let mut address = operation.path.to_owned();
        let (mut query, mut headers) = (Vec::new(), Vec::new());
        if !operation.is_open() {
            headers.push(Header { name: "Authorization", value: HeaderValue::Key });
        }
        for parameter in operation.parameters() {
            let (name, example) = (text(parameter, "name"), text(parameter, "example"));
            match text(parameter, "in") {
                "path" => address = address.replace(&format!("{{{name}}}"), &plain(&parameter["example"])),
                "query" if parameter["required"] == true => query.push(format!("{name}={example}")),
                "header" if name == "Idempotency-Key" => {
                    headers.push(Header { name, value: HeaderValue::Fresh })
                }
                "header" if parameter["required"] == true => {
                    headers.push(Header { name, value: HeaderValue::Fixed(example) });
                }
                _ => {}
            }
        }
        if !query.is_empty() {
            address = format!("{address}?{}", query.join("&"));
        }
        let body = operation.body();
        if let Some((media, _)) = body {
            headers.push(Header { name: "Content-Type", value: HeaderValue::Fixed(media) });
        }
        let answers = members(&operation.said["responses"]).filter(|(status, _)| status.starts_with('2'));
        Self {
            method: operation.method.to_uppercase(),
            address,
            headers,
            body: body.map(|(_, content)| &content["example"]),
            has_answer: answers.into_iter().all(|(_, answer)| answer["content"].is_object()),
        }
    }

    fn sample(&self, language: Language) -> String {
        match language {
            Language::Curl => self.curl(),
            Language::TypeScript => self.typescript(),
            Language::Python => self.python(),
        }
    }

    fn curl(&self) -> String {
        let method = match (&*self.method, self.body) {
            ("GET", None) | ("POST", Some(_)) => String::new(),
            (method, _) => format!(" -X {method}"),
        };
        let headers = self.headers.iter().map(|Header { name, value }| match value {
            HeaderValue::Key => format!(" \\\n  -H \"{name}: Bearer $SWITCHBOARD_KEY\""),
            HeaderValue::Fresh => format!(" \\\n  -H \"{name}: $(uuidgen)\""),
            HeaderValue::Fixed(value) => format!(" \\\n  -H '{name}: {value}'"),
        });
        let body = self.body.map(|body| {
            let body = literal(body, Notation::Json, 1).replace('\'', "'\\''");
            format!(" \\\n  -d '{body}'")
        });
        let (headers, body) = (headers.collect::<String>(), body.unwrap_or_default());
        format!("curl -sS{method} \"$SWITCHBOARD_URL{}\"{headers}{body}", self.address)
    }

    fn typescript(&self) -> String {
        let headers = self.headers.iter().map(|Header { name, value }| match value {
            HeaderValue::Key => format!("    \"{name}\": `Bearer ${{process.env.SWITCHBOARD_KEY}}`,\n"),
            HeaderValue::Fresh => format!("    \"{name}\": crypto.randomUUID(),\n"),
            HeaderValue::Fixed(value) => format!("    \"{name}\": {},\n", Value::from(*value)),
        });
        let headers: String = headers.collect();
        let headers = if headers.is_empty() { headers } else { format!("  headers: {{\n{headers}  }},\n") };
        let body = self
            .body
            .map(|body| format!("  body: JSON.stringify({}),\n", literal(body, Notation::TypeScript, 1)));
        let answer = if self.has_answer { "await response.json()" } else { "response.status" };
        format!(
            "const response = await fetch(`${{process.env.SWITCHBOARD_URL}}{}`, {{\n  method: \"{}\",\n{headers}{}}});\n\
             if (!response.ok) throw new Error(await response.text());\nconsole.log({answer});",
            self.address,
            self.method,
            body.unwrap_or_default(),
        )
    }

    fn python(&self) -> String {
        let headers = self.headers.iter().map(|Header { name, value }| match value {
            HeaderValue::Key => {
                format!("        \"{name}\": f\"Bearer {{os.environ['SWITCHBOARD_KEY']}}\",\n")
            }
            HeaderValue::Fresh => format!("        \"{name}\": str(uuid.uuid4()),\n"),
            HeaderValue::Fixed(value) => format!("        \"{name}\": {},\n", Value::from(*value)),
        });
        let headers: String = headers.collect();
        let headers =
            if headers.is_empty() { headers } else { format!("    headers={{\n{headers}    }},\n") };
        let body = self.body.map(|body| format!("    json={},\n", literal(body, Notation::Python, 1)));
        let is_fresh = self.headers.iter().any(|header| matches!(header.value, HeaderValue::Fresh));
        let (imports, answer) = (
            if is_fresh { "import os\nimport uuid\n" } else { "import os\n" },
            if self.has_answer { "response.json()" } else { "response.status_code" },
        );
        format!(
            "{imports}\nimport requests\n\nresponse = requests.{}(\n    f\"{{os.environ['SWITCHBOARD_URL']}}{}\",\n{headers}{}\
             \x20   timeout=70,\n)\nif not response.ok:\n    raise SystemExit(response.text)\nprint({answer})",
            self.method.to_lowercase(),
            self.address,
            body.unwrap_or_default(),
        )
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

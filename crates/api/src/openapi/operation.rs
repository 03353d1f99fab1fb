//! The documentation of API operations as data, for handlers that are generic over the kind of record.

use std::collections::BTreeMap;

use axum::{handler::Handler, routing::MethodRouter};
use serde_json::Value;
use switchboard_core::model::Component;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, HeaderBuilder, HttpMethod, Ref, RefOr, Required, Response, ResponseBuilder,
        path::{OperationBuilder, Parameter, ParameterIn, Paths},
        request_body::RequestBodyBuilder,
    },
};
use utoipa_axum::{PathItemExt, router::UtoipaMethodRouter};

use crate::Api;

/// An API operation with its documentation and its handler.
pub struct Operation {
    method: HttpMethod,
    about: About,
    handler: MethodRouter<Api>,
}

impl Operation {
    /// Joins a handler with its documentation.
    pub fn new<H, T>(method: HttpMethod, handler: H, about: About) -> Self
    where
        H: Handler<T, Api>,
        T: 'static,
    {
        let handler = MethodRouter::new().on(method.to_method_filter(), handler);
        Self { method, about, handler }
    }
}

/// Builds the route of a path from its operations.
pub fn route(path: &str, operations: impl IntoIterator<Item = Operation>) -> UtoipaMethodRouter<Api> {
    let (mut components, mut paths, mut router) = (Vec::new(), Paths::new(), MethodRouter::new());
    for Operation { method, about, handler } in operations {
        components.extend(about.components);
        paths.add_path_operation(path, vec![method], about.operation);
        router = router.merge(handler);
    }
    (components, paths, router)
}

/// The documentation of an API operation.
pub struct About {
    operation: OperationBuilder,
    components: Vec<Component>,
}

impl About {
    /// Starts the documentation with its tag, id, summary and description.
    pub fn new(tag: &str, id: &str, summary: &str, description: &str) -> Self {
        let operation = OperationBuilder::new().tag(tag).operation_id(Some(id));
        let operation = operation.summary(Some(summary)).description(Some(description));
        Self { operation, components: Vec::new() }
    }

    /// Adds the parameters that an extractor reads.
    pub fn takes<P: IntoParams>(self, place: ParameterIn) -> Self {
        let parameters = P::into_params(|| Some(place.clone()));
        parameters.into_iter().fold(self, Self::parameter)
    }

    /// Adds a parameter.
    pub fn parameter(self, parameter: Parameter) -> Self {
        Self { operation: self.operation.parameter(parameter), ..self }
    }

    /// Adds a request body that has one of these media types and the schema with this name.
    pub fn body(self, media_types: &[&str], schema: &str, example: Value) -> Self {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema)));
        let content = content.example(Some(example)).build();
        let body = RequestBodyBuilder::new().required(Some(Required::True));
        let body =
            media_types.iter().fold(body, |body, media_type| body.content(*media_type, content.clone()));
        Self { operation: self.operation.request_body(Some(body.build())), ..self }
    }

    /// Adds the answer for a status, with its description.
    pub fn answers(self, status: u16, about: &str, answer: Answer) -> Self {
        let mut response = ResponseBuilder::new().description(about);
        for (name, about) in answer.headers {
            let schema = if name == RETRY_AFTER { u64::schema() } else { String::schema() };
            let header = HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build();
            response = response.header(name, header);
        }
        if let Some((schema, example)) = answer.content {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema)));
            response = response.content("application/json", content.example(Some(example)).build());
        }
        Self { operation: self.operation.response(status.to_string(), response.build()), ..self }
    }

    /// Adds the answers for failures, by status.
    pub fn fails(self, failures: BTreeMap<String, RefOr<Response>>) -> Self {
        let operation = failures
            .into_iter()
            .fold(self.operation, |operation, (status, response)| operation.response(status, response));
        Self { operation, ..self }
    }

    /// Adds the schemas of a type that a body or an answer refers to.
    pub fn refers_to<T: ToSchema>(mut self) -> Self {
        self.components.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.components);
        self
    }
}

/// The header with the number of seconds to wait.
const RETRY_AFTER: &str = "Retry-After";

/// The content and headers of an answer.
#[derive(Default)]
pub struct Answer {
    headers: Vec<(String, String)>,
    content: Option<(String, Value)>,
}

impl Answer {
    /// Documents a JSON body whose schema has this name.
    pub fn new(schema: &str, example: Value) -> Self {
        Self { headers: Vec::new(), content: Some((schema.to_owned(), example)) }
    }

    /// Sets the headers, each with its description.
    pub fn with(self, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, about)| ((*name).to_owned(), (*about).to_owned()));
        Self { headers: headers.collect(), ..self }
    }
}

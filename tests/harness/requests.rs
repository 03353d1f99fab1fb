//! Requests to the gateway.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::{Answer, Harness, KEY};

impl Harness {
    /// Builds a request that is authenticated with the key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.gateway.url)).bearer_auth(KEY)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn put(&self, path: &str, revision: u64, body: &Value) -> Answer {
        let request = self.request(Method::PUT, path).header("if-match", format!("\"{revision}\""));
        Answer::to(request.json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    /// Sends a request with strict handling, which makes the gateway refuse any loss.
    pub async fn strictly(&self, method: Method, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(method, path).header("prefer", "handling=strict").json(body)).await
    }

    /// Creates a record and returns it with the gateway's answer.
    #[track_caller]
    pub fn create(&self, route: &str, body: &Value) -> impl Future<Output = Record> + use<> {
        let request = self.request(Method::POST, route).json(body);
        let route = route.to_owned();
        async move {
            let body = Answer::to(request).await.expect(201);
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let (id, remote_id) = (text(&body["id"]), text(&body["placement"]["remote_id"]));
            Record { path: format!("{route}/{id}"), id, remote_id, body }
        }
    }
}

/// A created record.
pub struct Record {
    /// The record's path: `/v1/agents/agt_…`.
    pub path: String,
    pub id: String,
    /// The vendor's id of the record.
    pub remote_id: String,
    /// The answer to the creation.
    pub body: Value,
}

//! Owns one call of one endpoint: token, headers, and every way to fail as an [`Error`]. Must not know about repeats.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use serde::Deserialize;

use crate::answer::Envelope;
use crate::{Error, ErrorKind, Limits, Options, VERSION};

/// What may stand in a part of a path as it is (RFC 3986, section 2.3).
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) struct Endpoint<'a> {
    pub(crate) url: String,
    http: &'a reqwest::Client,
    options: &'a Options,
}

/// A success, as it came.
pub(crate) struct Success {
    pub(crate) body: Bytes,
    status: u16,
    headers: HeaderMap,
}

impl<'a> Endpoint<'a> {
    pub(crate) fn new(http: &'a reqwest::Client, options: &'a Options, algorithm: &str) -> Self {
        let parts = [&options.project, &options.location, options.endpoint.as_deref().unwrap_or(algorithm)];
        let [project, location, name] = parts.map(|part| utf8_percent_encode(part, IN_PATH));
        let base_url = &options.target.base_url;
        let url = format!("{base_url}/v1/projects/{project}/locations/{location}/endpoints/{name}");
        Self { url, http, options }
    }

    pub(crate) async fn predict(&self, body: Bytes) -> Result<Success, Error> {
        self.answered(Method::POST, ":predict", body).await
    }

    /// The limits in the endpoint's labels, if it states them.
    pub(crate) async fn stated_limits(&self) -> Result<Option<Limits>, Error> {
        let success = self.answered(Method::GET, "", Bytes::new()).await?;
        let described: Option<Described> = serde_json::from_slice(&success.body).ok();
        Ok(described.and_then(|described| {
            let limits = Limits {
                max_instances: described.labels.max_instances.parse().ok()?,
                max_body_bytes: described.labels.max_body_bytes.parse().ok()?,
            };
            (limits.max_instances > 0 && limits.max_body_bytes > 0).then_some(limits)
        }))
    }

    /// Asks the provider once more after a 401.
    async fn answered(&self, method: Method, verb: &str, body: Bytes) -> Result<Success, Error> {
        let Some(token) = &self.options.token else {
            return self.once(method, verb, body, None).await;
        };
        let first = token.give(None).await?;
        let result = self.once(method.clone(), verb, body.clone(), Some(&first)).await;
        match result {
            Err(error) if error.kind() == ErrorKind::Authentication => {
                let fresh = token.give(Some(first.clone())).await?;
                if fresh == first {
                    return Err(error);
                }
                self.once(method, verb, body, Some(&fresh)).await
            }
            done => done,
        }
    }

    async fn once(&self, method: Method, verb: &str, body: Bytes, token: Option<&str>) -> Result<Success, Error> {
        let mut headers = self.options.headers.clone();
        headers.insert(USER_AGENT, header_value(format!("predict-schemata-rust/{VERSION}"))?);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, header_value(format!("Bearer {token}"))?);
        }
        if method == Method::POST {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let url = format!("{}{verb}", self.url);
        let request = self.http.request(method, url).headers(headers).body(body);
        let lost = |cause: reqwest::Error| {
            let message = "No whole answer came from the server. Check that it runs and can be reached.";
            Error::new(ErrorKind::Connection, message).because(cause.without_url())
        };
        let response = request.send().await.map_err(lost)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(lost)?;
        if !status.is_success() {
            return Err(Error::of_answer(status.as_u16(), &headers, &body));
        }
        let status = status.as_u16();
        Ok(Success { body, status, headers })
    }
}

/// Of a token, which is never shown.
fn header_value(text: String) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(text).map_err(|_| {
        Error::new(ErrorKind::Token, "Expected a token that a header can hold, got one with control characters.")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

impl Success {
    /// An answer with as many predictions as there were instances.
    pub(crate) fn envelope(&self, count: usize) -> Result<Envelope<'_>, Error> {
        let envelope: Envelope<'_> = serde_json::from_slice(&self.body)
            .map_err(|cause| self.wrong("The answer is not JSON of the contract's form.").because(cause))?;
        let got = envelope.predictions.len();
        if got != count {
            let message = format!("Expected a prediction for each of {count} instances, got {got}.");
            return Err(self.wrong(message));
        }
        Ok(envelope)
    }

    pub(crate) fn wrong(&self, message: impl Into<String>) -> Error {
        Error::invalid_answer(message, self.status, &self.headers)
    }
}

#[derive(Deserialize)]
struct Described {
    labels: Labels,
}

#[derive(Deserialize)]
struct Labels {
    max_instances: String,
    max_body_bytes: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        let options = Options { project: "p q".to_owned(), endpoint: Some("a/b".to_owned()), ..Options::default() };
        let http = reqwest::Client::new();
        assert_eq!(
            Endpoint::new(&http, &options, "any").url,
            "http://127.0.0.1:8080/v1/projects/p%20q/locations/us-central1/endpoints/a%2Fb"
        );
    }
}

//! Owns the errors of a call: a kind for each family of statuses and for each way to get no answer. Must not know how calls are made.

use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::generated::contract::ALGORITHMS;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// 400, 405, 413, 415 and other 4xx: the same call fails again.
    InvalidRequest,
    /// 401: no token, or one that is not accepted.
    Authentication,
    /// 403: the token is not for this endpoint.
    Permission,
    /// 404: no such endpoint.
    NotFound,
    /// 429, after all repeats.
    RateLimited,
    /// 503, after all repeats.
    Unavailable,
    /// 500 and other 5xx: a failure of the server that is not repeated.
    Server,
    /// 504 after all repeats, or the deadline of the call passed (then without a status).
    Deadline,
    /// No answer, or one that was cut, after all repeats.
    Connection,
    /// A success whose body does not keep the contract.
    InvalidAnswer,
    /// Something that cannot be sent: a file that cannot be read, an option out of its range, an unknown algorithm.
    Input,
    /// The token's provider failed.
    Token,
}

/// A call that failed for good.
pub struct Error(Box<Facts>);

pub(crate) type Source = Box<dyn std::error::Error + Send + Sync>;

struct Facts {
    kind: ErrorKind,
    message: String,
    status: Option<u16>,
    reason: Option<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Source>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Facts {
            kind,
            message,
            status: None,
            reason: None,
            request_id: None,
            retry_after: None,
            source: None,
        }))
    }

    pub(crate) fn because(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn unknown_algorithm(name: &str) -> Self {
        let known: Vec<_> = ALGORITHMS.iter().map(|algorithm| algorithm.name).collect();
        let known = known.join(", ");
        Self::new(ErrorKind::Input, format!("Expected one of {known}, got {name:?}."))
    }

    /// The error of a success that is none.
    pub(crate) fn invalid_answer(message: impl Into<String>, status: u16, headers: &HeaderMap) -> Self {
        let mut error = Self::new(ErrorKind::InvalidAnswer, message);
        error.0.status = Some(status);
        error.0.request_id = text_of(headers, "x-request-id");
        error
    }

    /// The error of an answer that is no success, whoever sent it: a proxy knows no contract.
    pub(crate) fn of_answer(status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        // What is no JSON, or of another form, says nothing but its status.
        let StatusBody { error: said } = serde_json::from_slice(body).unwrap_or_default();
        let info = said.details.into_iter().find(|detail| detail.reason.is_some()).unwrap_or_default();
        let message = said.message.unwrap_or_else(|| format!("The server answered {status}."));
        let mut error = Self::new(kind_of(status), message);
        error.0.status = Some(status);
        error.0.reason = info.reason;
        error.0.request_id = text_of(headers, "x-request-id").or(info.metadata.request_id);
        error.0.retry_after = text_of(headers, "retry-after").and_then(|text| retry_after(&text, SystemTime::now()));
        error
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Of HTTP, when there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// One of the contract's fixed list: branch on it, not on the message.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// For the operator, who finds the cause in the server's log under it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The time that the server asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { message, status, reason, request_id, .. } = &*self.0;
        if let Some(status) = status {
            write!(f, "{status}")?;
            if let Some(reason) = reason {
                write!(f, " {reason}")?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{message}")?;
        match request_id {
            Some(id) => write!(f, " [request {id}]"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)?;
        match &self.0.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// google.rpc.Status, as far as it is read.
#[derive(Default, Deserialize)]
struct StatusBody {
    error: Said,
}

#[derive(Default, Deserialize)]
struct Said {
    message: Option<String>,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    reason: Option<String>,
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(rename = "requestId")]
    request_id: Option<String>,
}

fn kind_of(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Authentication,
        403 => ErrorKind::Permission,
        404 => ErrorKind::NotFound,
        429 => ErrorKind::RateLimited,
        503 => ErrorKind::Unavailable,
        504 => ErrorKind::Deadline,
        500.. => ErrorKind::Server,
        _ => ErrorKind::InvalidRequest,
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let at = httpdate::parse_http_date(header).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (given, want) in [
            ("7", Some(7)),
            ("Sun, 06 Nov 1994 08:49:40 GMT", Some(3)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(retry_after(given, now), want.map(Duration::from_secs), "{given}");
        }
    }

    #[test]
    fn an_answer_says_what_it_can() {
        let body = br#"{"error":{"message":"m","details":[{"fieldViolations":[]},{"reason":"R","metadata":{"requestId":"id"}}]}}"#;
        let error = Error::of_answer(429, &HeaderMap::new(), body);
        assert_eq!(error.to_string(), "429 R: m [request id]");
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        let page = Error::of_answer(502, &HeaderMap::new(), b"<html>");
        assert_eq!(page.to_string(), "502: The server answered 502.");
        assert_eq!(page.kind(), ErrorKind::Server);
    }
}

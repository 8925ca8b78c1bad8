//! Owns what a caller may set, its defaults, and saying what is wrong with it. Must not know how calls are made.

use std::fmt;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName};

use crate::{Error, ErrorKind, Target, Token};

/// What a [`Client`](crate::Client) is made of; set some and take the others from `Options::default()`.
#[derive(Clone)]
pub struct Options {
    /// `Target::server("http://127.0.0.1:8080")` by default.
    pub target: Target,
    /// `demo` by default.
    pub project: String,
    /// `us-central1` by default.
    pub location: String,
    /// The algorithm's name by default.
    pub endpoint: Option<String>,
    /// None by default.
    pub token: Option<Token>,
    /// Sent with every request.
    pub headers: HeaderMap,
    /// One of its own by default, which follows no redirects and takes proxies from the environment.
    pub http_client: Option<reqwest::Client>,
    /// The first one counts: 4 by default.
    pub max_attempts: u32,
    /// Half to all of it is waited before the first repeat: 250 ms by default.
    pub initial_backoff: Duration,
    /// 8 s by default.
    pub max_backoff: Duration,
    /// Of the whole call, repeats included: 60 s by default; `None` leaves it to the caller to drop the call.
    pub deadline: Option<Duration>,
    /// Calls under way at once: 4 by default.
    pub max_parallel_calls: usize,
    /// Of one call; what the endpoint's labels say by default.
    pub max_instances: Option<usize>,
    /// Of one call; what the endpoint's labels say by default.
    pub max_body_bytes: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            target: Target::server("http://127.0.0.1:8080"),
            project: "demo".to_owned(),
            location: "us-central1".to_owned(),
            endpoint: None,
            token: None,
            headers: HeaderMap::new(),
            http_client: None,
            max_attempts: 4,
            initial_backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(8),
            deadline: Some(Duration::from_secs(60)),
            max_parallel_calls: 4,
            max_instances: None,
            max_body_bytes: None,
        }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut problems = Vec::new();
        let base_url = &self.target.base_url;
        let is_web = Url::parse(base_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !is_web {
            let base_url = self.target.shown_url();
            problems.push(format!("expected a base URL like http://127.0.0.1:8080, got {base_url:?}"));
        }
        let one = Some(1);
        for (name, value) in [
            ("max_attempts", Some(self.max_attempts as usize)),
            ("max_parallel_calls", Some(self.max_parallel_calls)),
            ("max_instances", self.max_instances.or(one)),
            ("max_body_bytes", self.max_body_bytes.or(one)),
            ("target.limits.max_instances", Some(self.target.limits.max_instances)),
            ("target.limits.max_body_bytes", Some(self.target.limits.max_body_bytes)),
        ] {
            if value == Some(0) {
                problems.push(format!("expected {name} of at least 1, got 0"));
            }
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Input, problems.join("; ")))
    }
}

/// Shows the names of headers alone, since one of them may be a key, and nothing of a client of the caller's own.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All of them, so that a new one is not forgotten.
        let Self {
            target,
            project,
            location,
            endpoint,
            token,
            headers,
            http_client,
            max_attempts,
            initial_backoff,
            max_backoff,
            deadline,
            max_parallel_calls,
            max_instances,
            max_body_bytes,
        } = self;
        f.debug_struct("Options")
            .field("target", target)
            .field("project", project)
            .field("location", location)
            .field("endpoint", endpoint)
            .field("token", token)
            .field("headers", &headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("http_client", &http_client.is_some())
            .field("max_attempts", max_attempts)
            .field("initial_backoff", initial_backoff)
            .field("max_backoff", max_backoff)
            .field("deadline", deadline)
            .field("max_parallel_calls", max_parallel_calls)
            .field("max_instances", max_instances)
            .field("max_body_bytes", max_body_bytes)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn no_key_is_shown() {
        let key = || HeaderMap::from_iter([(HeaderName::from_static("x-api-key"), HeaderValue::from_static("secret"))]);
        let options = Options {
            target: Target::server("http://user:secret@host"),
            token: Some("secret".into()),
            headers: key(),
            http_client: Some(reqwest::Client::builder().default_headers(key()).build().unwrap()),
            ..Options::default()
        };
        let client = crate::Client::new(options.clone()).unwrap();
        for shown in [format!("{options:?}"), format!("{client:?}")] {
            assert!(!shown.contains("secret"), "{shown}");
            for part in ["http://…@host", "x-api-key", "us-central1"] {
                assert!(shown.contains(part), "{shown}");
            }
        }
        let wrong = Options { target: Target::server("user:secret@host"), ..Options::default() };
        assert!(!wrong.check().unwrap_err().to_string().contains("secret"));
    }

    #[test]
    fn all_that_is_wrong_is_said() {
        let options = Options {
            target: Target::server("localhost:8080"),
            max_parallel_calls: 0,
            max_instances: Some(0),
            ..Options::default()
        };
        let said = options.check().unwrap_err().to_string();
        for part in ["http://127.0.0.1:8080", "max_parallel_calls", "max_instances"] {
            assert!(said.contains(part), "{said}");
        }
        assert!(Options::default().check().is_ok());
    }
}

//! Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each is known to have.

use std::fmt;

/// The most that one call may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// At least 1.
    pub max_instances: usize,
    /// Of the whole body.
    pub max_body_bytes: usize,
}

/// A server of this project started without limits of its own takes 64 instances and 10 MB.
const SERVER: Limits = Limits { max_instances: 64, max_body_bytes: 10_000_000 };
/// <https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type>: 1.5 MB on shared endpoints, 10 MB on dedicated ones.
const VERTEX_SHARED: Limits = Limits { max_instances: 64, max_body_bytes: 1_500_000 };

/// A base URL, and the limits to keep where the endpoint does not state its own.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// Without a slash at its end.
    pub base_url: String,
    /// For endpoints without labels.
    pub limits: Limits,
}

impl Target {
    /// A server of your own, for example `http://127.0.0.1:8080`, which `npm start` runs.
    #[must_use]
    pub fn server(base_url: &str) -> Self {
        Self { base_url: base_url.trim_end_matches('/').to_owned(), limits: SERVER }
    }

    /// A shared public endpoint of Vertex AI in a location, for example `us-central1`.
    #[must_use]
    pub fn vertex_shared(location: &str) -> Self {
        Self { base_url: format!("https://{location}-aiplatform.googleapis.com"), limits: VERTEX_SHARED }
    }

    /// A dedicated endpoint of Vertex AI, which has a host of its own.
    #[must_use]
    pub fn vertex_dedicated(endpoint: &str, location: &str, project_number: &str) -> Self {
        Self {
            base_url: format!("https://{endpoint}.{location}-{project_number}.prediction.vertexai.goog"),
            limits: SERVER,
        }
    }

    /// Without what stands before an @, which may be a password.
    pub(crate) fn shown_url(&self) -> String {
        let (scheme, rest) =
            self.base_url.split_once("://").map_or(("", &*self.base_url), |(scheme, rest)| (scheme, rest));
        match rest.rsplit_once('@') {
            Some((_, host)) => format!("{scheme}://…@{host}"),
            None => self.base_url.clone(),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("base_url", &self.shown_url()).field("limits", &self.limits).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_where_servers_and_vertex_ai_listen() {
        for (target, want) in [
            (Target::server("http://host:1/"), "http://host:1"),
            (Target::vertex_shared("us-central1"), "https://us-central1-aiplatform.googleapis.com"),
            (Target::vertex_dedicated("12", "us-central1", "34"), "https://12.us-central1-34.prediction.vertexai.goog"),
        ] {
            assert_eq!(target.base_url, want);
        }
    }
}

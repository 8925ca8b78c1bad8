//! Owns what is known of the limits of endpoints, each asked for them once. Must not know what is split by them.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::endpoint::Endpoint;
use crate::{Error, ErrorKind, Limits, Options};

/// Endpoint's URL → the limits in its labels, or those of the target where it states none.
#[derive(Default)]
pub(crate) struct KnownLimits(Mutex<HashMap<String, Limits>>);

impl KnownLimits {
    /// Given ones, else those of the endpoint's labels, else those that the target is known for.
    pub(crate) async fn of(&self, endpoint: &Endpoint<'_>, options: &Options) -> Limits {
        if let (Some(max_instances), Some(max_body_bytes)) = (options.max_instances, options.max_body_bytes) {
            return Limits { max_instances, max_body_bytes };
        }
        let stated = self.stated(endpoint, options.target.limits).await;
        Limits {
            max_instances: options.max_instances.unwrap_or(stated.max_instances),
            max_body_bytes: options.max_body_bytes.unwrap_or(stated.max_body_bytes),
        }
    }

    async fn stated(&self, endpoint: &Endpoint<'_>, otherwise: Limits) -> Limits {
        let known = self.0.lock().expect("nothing panics while it is held").get(&endpoint.url).copied();
        if let Some(known) = known {
            return known;
        }
        let stated = match endpoint.stated_limits().await {
            Ok(stated) => stated.unwrap_or(otherwise),
            // A token may be for predictions alone, and some hosts of Vertex AI know no other call.
            Err(error) if is_lasting(&error) => otherwise,
            // What else is wrong, the prediction will say.
            Err(_) => return otherwise,
        };
        self.0.lock().expect("nothing panics while it is held").insert(endpoint.url.clone(), stated);
        stated
    }
}

/// Whether the next answer would be the same: not of a server that is busy, broken or out of reach, nor of one that refuses a
/// token, which the next call may replace.
fn is_lasting(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidRequest | ErrorKind::Permission | ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::local_server::LocalServer;
    use crate::{ALGORITHMS, Client, Target};

    /// How often a server is asked for a description and for predictions by a client that sends two sounds, and sends them again.
    async fn asked(status: u16, description: &'static str, given: Options) -> (usize, usize) {
        let algorithm = &ALGORITHMS[0];
        let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
        let (descriptions, predictions) = (counts.clone(), counts.clone());
        let server = LocalServer::start(move |request| {
            if request.starts_with("GET ") {
                descriptions.0.fetch_add(1, Ordering::SeqCst);
                return (status, description.to_owned());
            }
            predictions.1.fetch_add(1, Ordering::SeqCst);
            let instances = request.matches(algorithm.file_field).count();
            let list = vec![r#"{"error":{"reason":"ANY","description":"any"}}"#; instances].join(",");
            (200, format!(r#"{{"predictions":[{list}]}}"#))
        });
        let client = Client::new(Options { target: Target::server(&server.url()), ..given }).unwrap();
        for _ in 0..2 {
            let answer = client.predict_sounds(algorithm.name, vec![vec![0f32; 10]; 2]).await.unwrap();
            assert_eq!(answer.predictions.len(), 2);
        }
        (counts.0.load(Ordering::SeqCst), counts.1.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn an_endpoint_is_asked_once_when_its_answer_stands_and_once_a_call_when_it_may_pass() {
        for (status, description, want) in [
            (200, r#"{"labels":{"max_instances":"1","max_body_bytes":"1000"}}"#, (1, 4)),
            (200, r#"{"labels":{"max_instances":"1"}}"#, (1, 2)),
            (200, r#"{"labels":{"max_instances":"many","max_body_bytes":"0"}}"#, (1, 2)),
            (200, "{}", (1, 2)),
            (200, "<html>", (1, 2)),
            (403, "", (1, 2)),
            (404, "", (1, 2)),
            (405, "", (1, 2)),
            (401, "", (2, 2)),
            (429, "", (2, 2)),
            (500, "", (2, 2)),
            (503, "", (2, 2)),
        ] {
            assert_eq!(asked(status, description, Options::default()).await, want, "{status} {description}");
        }
    }

    #[tokio::test]
    async fn an_endpoint_is_not_asked_when_its_limits_are_given() {
        let one = Options { max_instances: Some(1), ..Options::default() };
        assert_eq!(asked(200, "{}", one.clone()).await, (1, 4));
        assert_eq!(asked(200, "{}", Options { max_body_bytes: Some(1000), ..one }).await, (0, 4));
    }
}

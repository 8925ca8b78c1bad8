//! Owns what callers use: predictions of instances in one call, and of sounds in as many as they need. Must not know an algorithm.

use std::fmt;

use bytes::Bytes;
use reqwest::redirect::Policy;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::limits::KnownLimits;
use crate::retry::{by, with_retries};
use crate::sending::Sending;
use crate::{ALGORITHMS, Algorithm, Answer, Error, ErrorKind, Options, Sound};

/// A request of the contract; generated types are.
pub trait Request: Serialize + DeserializeOwned + Sync {
    /// The name of its algorithm.
    const ALGORITHM: &'static str;
    /// What answers it.
    type Response: Serialize + DeserializeOwned;
    /// As many predictions must come back.
    fn instance_count(&self) -> usize;
}

/// Calls prediction endpoints. Share it: it keeps connections. Dropping the future of a call cancels it.
pub struct Client {
    options: Options,
    http: reqwest::Client,
    limits: KnownLimits,
}

impl Client {
    /// Makes a client.
    ///
    /// # Errors
    ///
    /// When an option is out of its range.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check()?;
        let http = match &options.http_client {
            Some(client) => client.clone(),
            None => reqwest::Client::builder()
                // A token is for one server alone, and a prediction is no page that moves.
                .redirect(Policy::none())
                .build()
                .map_err(|cause| Error::new(ErrorKind::Input, "No HTTP client could be made.").because(cause))?,
        };
        Ok(Self { options, http, limits: KnownLimits::default() })
    }

    /// Sends a request of the contract in one call, which is repeated when it may be.
    ///
    /// # Errors
    ///
    /// When the call fails for good.
    pub async fn predict<R: Request>(&self, request: &R) -> Result<R::Response, Error> {
        let body = serde_json::to_vec(request)
            .map_err(|cause| Error::new(ErrorKind::Input, "The request cannot be written as JSON.").because(cause))?;
        let body = Bytes::from(body);
        let endpoint = Endpoint::new(&self.http, &self.options, R::ALGORITHM);
        let deadline = self.deadline();
        let attempt = || async {
            let success = endpoint.predict(body.clone()).await?;
            success.envelope(request.instance_count())?;
            serde_json::from_slice(&success.body)
                .map_err(|cause| success.wrong("The answer is not of the contract's form.").because(cause))
        };
        by(deadline, &self.options, with_retries(&self.options, deadline, attempt)).await
    }

    pub(crate) async fn predict_json_as<R: Request>(
        &self,
        request: serde_json::Value,
    ) -> Result<serde_json::Value, Error> {
        // The cause would say what stands in the place of something else: a sound, or a token.
        let request: R = serde_json::from_value(request).map_err(|_| {
            let message = format!("Expected a request of {} as the contract has it, got another JSON.", R::ALGORITHM);
            Error::new(ErrorKind::Input, message)
        })?;
        let response = self.predict(&request).await?;
        serde_json::to_value(response).map_err(|cause| {
            Error::new(ErrorKind::InvalidAnswer, "The answer cannot be written as JSON.").because(cause)
        })
    }

    /// Predicts sounds of any form with the algorithm of a name.
    ///
    /// They are encoded without loss, split by the endpoint's limits and sent within a bound side by side; calls and single sounds
    /// that may be repeated are. What is wrong with one sound stands at its place.
    ///
    /// # Errors
    ///
    /// When a call fails for good, or, before anything is sent, for what is no sound or no algorithm.
    pub async fn predict_sounds<'a, S: Into<Sound<'a>>>(
        &self,
        algorithm: &str,
        sounds: impl IntoIterator<Item = S>,
    ) -> Result<Answer, Error> {
        let sounds: Vec<Sound<'a>> = sounds.into_iter().map(Into::into).collect();
        let algorithm = algorithm_of(algorithm)?;
        for (index, sound) in sounds.iter().enumerate() {
            if let Err(problem) = sound.check(algorithm).await {
                let message = format!("Sound at place {index}: {problem}");
                return Err(Error::new(ErrorKind::Input, message));
            }
        }
        let endpoint = Endpoint::new(&self.http, &self.options, algorithm.name);
        let deadline = self.deadline();
        let limits = if sounds.is_empty() {
            self.options.target.limits
        } else {
            by(deadline, &self.options, async { Ok(self.limits.of(&endpoint, &self.options).await) }).await?
        };
        let sending =
            Sending { algorithm, sounds: &sounds, endpoint: &endpoint, options: &self.options, limits, deadline };
        sending.run().await
    }

    fn deadline(&self) -> Option<Instant> {
        // One that no clock can show never comes.
        self.options.deadline.and_then(|limit| Instant::now().checked_add(limit))
    }
}

/// Shows no connection: a client of the caller's own may have headers that are keys.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

fn algorithm_of(name: &str) -> Result<&'static Algorithm, Error> {
    let found = ALGORITHMS.iter().find(|algorithm| algorithm.name == name);
    found.ok_or_else(|| Error::unknown_algorithm(name))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    /// Of a place where nothing listens.
    fn client(token: Option<&str>) -> Client {
        let target = crate::Target::server("http://127.0.0.1:1");
        let token = token.map(Into::into);
        Client::new(Options { target, token, max_attempts: 1, ..Options::default() }).unwrap()
    }

    #[tokio::test]
    async fn what_is_no_sound_is_told_before_anything_is_sent() {
        let client = client(None);
        let wrong = client.predict_sounds("nothing", [vec![0f32]]).await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Input);
        assert!(wrong.to_string().contains("got \"nothing\""), "{wrong}");
        for algorithm in ALGORITHMS {
            let sounds = [Sound::wav(vec![1]), Sound::file("no/such.wav")];
            let wrong = client.predict_sounds(algorithm.name, sounds).await.unwrap_err();
            assert!(wrong.to_string().contains("place 1: no/such.wav"), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_token_that_no_header_can_hold_is_not_sent() {
        let client = client(Some("secret\n"));
        let wrong = client.predict_sounds(ALGORITHMS[0].name, [vec![0f32]]).await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Token);
        assert!(!format!("{wrong:?} {client:?}").contains("secret"), "{wrong:?} {client:?}");
    }

    #[tokio::test]
    async fn what_is_no_request_is_not_repeated_in_the_error() {
        for algorithm in ALGORITHMS {
            for wrong in [json!("secret"), json!({"instances": "secret"}), json!({"instances": [{"secret": "secret"}]})]
            {
                let error = client(None).predict_json(algorithm.name, wrong).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Input);
                assert!(error.to_string().contains(algorithm.name), "{error}");
                assert!(!format!("{error:?}").contains("secret"), "{error:?}");
            }
        }
    }

    #[tokio::test]
    async fn the_longest_deadline_that_can_be_written_is_one() {
        let far = Options { deadline: Some(Duration::MAX), ..client(None).options };
        let lost = Client::new(far).unwrap().predict_sounds(ALGORITHMS[0].name, [vec![0f32]]).await.unwrap_err();
        assert_eq!(lost.kind(), ErrorKind::Connection);
    }

    #[tokio::test]
    async fn a_call_may_move_between_threads() {
        let lost = tokio::spawn(async {
            let silence = [0f32; 10];
            client(None).predict_sounds(ALGORITHMS[0].name, [&silence[..]]).await.unwrap_err().kind()
        });
        assert_eq!(lost.await.unwrap(), ErrorKind::Connection);
    }
}

//! Owns one call with sounds: making its batches, taking its answers, and sending once more what may pass. Must not know HTTP.

use std::pin::pin;

use futures_util::stream::{self, Stream, TryStreamExt};
use tokio::time::{Instant, sleep};

use crate::answer::prediction_of;
use crate::endpoint::Endpoint;
use crate::generated::contract::RETRYABLE_REASONS;
use crate::retry::{backoff, by, leaves, with_retries};
use crate::sound::Instance;
use crate::split::{Batch, Splitter};
use crate::{Algorithm, Answer, Error, ErrorKind, InstanceError, Limits, Options, Sound};

pub(crate) struct Sending<'a, 's> {
    pub(crate) algorithm: &'static Algorithm,
    pub(crate) sounds: &'a [Sound<'s>],
    pub(crate) endpoint: &'a Endpoint<'a>,
    pub(crate) options: &'a Options,
    pub(crate) limits: Limits,
    pub(crate) deadline: Option<Instant>,
}

/// What splitting gives: a call to make, or a sound that none can take.
enum Made {
    Call(Batch),
    TooLong { index: usize, bytes: usize },
}

/// What came of some sounds.
#[derive(Default)]
struct Part {
    predictions: Vec<(usize, Result<Vec<f32>, InstanceError>)>,
    model_display_name: Option<String>,
    deployed_model_id: Option<String>,
}

/// Whether a call may be repeated and fails the whole, or leaves the errors that its sounds have.
#[derive(Clone, Copy, PartialEq)]
enum Round {
    First,
    Repeat,
}

impl Sending<'_, '_> {
    pub(crate) async fn run(&self) -> Result<Answer, Error> {
        let all: Vec<usize> = (0..self.sounds.len()).collect();
        let mut answer = Answer {
            // Each is replaced, or the first round fails.
            predictions: vec![Ok(Vec::new()); all.len()],
            names: self.algorithm.result_names,
            model_display_name: None,
            deployed_model_id: None,
        };
        let first = self.round(Round::First, &all, &mut answer);
        by(self.deadline, self.options, first).await?;
        for repeat in 0..self.options.max_attempts - 1 {
            let failed = may_pass(&answer);
            let wait = backoff(self.options, repeat, None, rand::random());
            if failed.is_empty() || !leaves(self.deadline, wait) {
                break;
            }
            sleep(wait).await;
            let round = self.round(Round::Repeat, &failed, &mut answer);
            match by(self.deadline, self.options, round).await {
                // The errors that sounds have are results already.
                Err(error) if error.kind() == ErrorKind::Deadline => break,
                done => done?,
            }
        }
        Ok(answer)
    }

    async fn round(&self, round: Round, places: &[usize], answer: &mut Answer) -> Result<(), Error> {
        let calls = self.batches(places).map_ok(|made| self.outcome(round, made));
        let mut parts = pin!(calls.try_buffer_unordered(self.options.max_parallel_calls));
        while let Some(part) = parts.try_next().await? {
            for (index, prediction) in part.predictions {
                answer.predictions[index] = prediction;
            }
            if part.model_display_name.is_some() {
                answer.model_display_name = part.model_display_name;
                answer.deployed_model_id = part.deployed_model_id;
            }
        }
        Ok(())
    }

    /// Reads and encodes sounds as they are asked for, so that only those under way are held.
    fn batches(&self, places: &[usize]) -> impl Stream<Item = Result<Made, Error>> + Send {
        let start = (Splitter::new(self.limits), places.iter());
        stream::try_unfold(start, move |(mut split, mut places)| async move {
            for &index in places.by_ref() {
                let most = split.most_instance_bytes();
                match self.sounds[index].instance(self.algorithm, most).await? {
                    Instance::TooLong(bytes) => {
                        return Ok(Some((Made::TooLong { index, bytes }, (split, places))));
                    }
                    Instance::Text(text) => {
                        if let Some(full) = split.add(index, &text) {
                            return Ok(Some((Made::Call(full), (split, places))));
                        }
                    }
                }
            }
            Ok(split.rest().map(|rest| (Made::Call(rest), (split, places))))
        })
    }

    async fn outcome(&self, round: Round, made: Made) -> Result<Part, Error> {
        let batch = match made {
            Made::Call(batch) => batch,
            Made::TooLong { index, bytes } => return Ok(self.too_long(index, bytes)),
        };
        if round == Round::First {
            return with_retries(self.options, self.deadline, || self.send(&batch)).await;
        }
        // A repeat that fails as a whole takes nothing away.
        Ok(self.send(&batch).await.unwrap_or_default())
    }

    async fn send(&self, batch: &Batch) -> Result<Part, Error> {
        let success = self.endpoint.predict(batch.body.clone()).await?;
        let envelope = success.envelope(batch.indices.len())?;
        let mut predictions = Vec::with_capacity(batch.indices.len());
        for (&index, text) in batch.indices.iter().zip(&envelope.predictions) {
            let prediction = prediction_of(text, self.algorithm).ok_or_else(|| {
                let field = self.algorithm.result_field;
                success.wrong(format!("Expected a prediction with numbers in {field}, or an error."))
            })?;
            predictions.push((index, prediction));
        }
        Ok(Part {
            predictions,
            model_display_name: envelope.model_display_name,
            deployed_model_id: envelope.deployed_model_id,
        })
    }

    fn too_long(&self, index: usize, bytes: usize) -> Part {
        let most = self.limits.max_body_bytes;
        let error = InstanceError {
            reason: "BODY_TOO_LARGE".to_owned(),
            description: format!(
                "Expected an instance that fits a body of {most} bytes, got one of {bytes}. Send a shorter file."
            ),
        };
        Part { predictions: vec![(index, Err(error))], ..Part::default() }
    }
}

/// The places of sounds that failed for a passing reason.
fn may_pass(answer: &Answer) -> Vec<usize> {
    let is_passing = |prediction: &Result<_, InstanceError>| {
        prediction.as_ref().is_err_and(|error| RETRYABLE_REASONS.contains(&error.reason.as_str()))
    };
    let places = answer.predictions.iter().enumerate();
    places.filter_map(|(index, prediction)| is_passing(prediction).then_some(index)).collect()
}

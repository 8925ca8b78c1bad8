//! Owns the call that a program without the helper makes: the generated types, serde_json and reqwest, which `--speed` compares the
//! helper with. Must not use the client.

use predict_schemata::hear::{HearInputArray, HearInstance, HearPrediction, PredictRequest, PredictResponse};
use predict_schemata::reqwest;
use predict_schemata::reqwest::header::CONTENT_TYPE;

use crate::Failure;

/// Sends arrays as lists of numbers, `per_call` of them in each call, one call after the other over one connection.
pub async fn predictions(
    url: &str,
    token: &str,
    per_call: usize,
    arrays: &[Vec<f32>],
) -> Result<Vec<HearPrediction>, Failure> {
    let http = reqwest::Client::new();
    let mut predictions = Vec::with_capacity(arrays.len());
    for part in arrays.chunks(per_call) {
        let input_array = |samples: &Vec<f32>| HearInputArray::new(samples.clone());
        let instances = part.iter().map(|samples| HearInstance::HearInputArray(Box::new(input_array(samples))));
        let body = serde_json::to_vec(&PredictRequest::new(instances.collect()))?;
        let call = http.post(url).bearer_auth(token).header(CONTENT_TYPE, "application/json").body(body);
        let answer = call.send().await?.error_for_status()?.bytes().await?;
        let response: PredictResponse = serde_json::from_slice(&answer)?;
        predictions.extend(response.predictions);
    }
    Ok(predictions)
}

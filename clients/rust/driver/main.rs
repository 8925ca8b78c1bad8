//! Owns the conformance driver of the Rust client (clients/README.md): a case a line in, a result a line out. Uses the crate as a
//! user would.

mod plain;

use std::collections::HashMap;
use std::io::{Write, stdin, stdout};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use predict_schemata::hear::HearPrediction;
use predict_schemata::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use predict_schemata::{ALGORITHMS, Algorithm, Client, Error, ErrorKind, Options, Samples, Sound, Target, Token};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Case {
    case: String,
    algorithm: String,
    call: String,
    endpoint: Place,
    tokens: Vec<String>,
    headers: HashMap<String, String>,
    options: CaseOptions,
    cancel_after_ms: Option<u64>,
    #[serde(default)]
    instances: Value,
    #[serde(default)]
    sounds: Vec<HashMap<String, Value>>,
}

#[derive(Deserialize)]
struct Place {
    base_url: String,
    project: String,
    location: String,
    endpoint: String,
}

#[derive(Deserialize)]
struct CaseOptions {
    max_attempts: u32,
    initial_backoff_ms: u64,
    max_backoff_ms: u64,
    deadline_ms: u64,
    max_parallel_calls: usize,
    max_instances: Option<usize>,
    max_body_bytes: Option<usize>,
}

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    for line in stdin().lines() {
        let case: Case = serde_json::from_str(&line?)?;
        let mut result = match run(&case).await {
            Ok(predictions) => predictions,
            Err(failure) => json!({ "ok": false, "error": shown_error(failure.as_ref()) }),
        };
        result["case"] = json!(case.case);
        println!("{result}");
        stdout().flush()?;
    }
    Ok(())
}

async fn run(case: &Case) -> Result<Value, Failure> {
    let client = Client::new(options_of(case)?)?;
    let call = async {
        match case.call.as_str() {
            "instances" => predict_instances(&client, case).await,
            "plain" => predict_plain(case).await,
            _ => predict_sounds(&client, case).await,
        }
    };
    let Some(cancel_after_ms) = case.cancel_after_ms else {
        return call.await;
    };
    // Dropping the call cancels it.
    match tokio::time::timeout(Duration::from_millis(cancel_after_ms), call).await {
        Ok(result) => result,
        Err(_) => Ok(json!({ "ok": false, "error": shown("cancelled", "The call was dropped.") })),
    }
}

fn options_of(case: &Case) -> Result<Options, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in &case.headers {
        headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    let given = &case.options;
    Ok(Options {
        target: Target::server(&case.endpoint.base_url),
        project: case.endpoint.project.clone(),
        location: case.endpoint.location.clone(),
        endpoint: Some(case.endpoint.endpoint.clone()),
        token: token_of(case.tokens.clone()),
        headers,
        http_client: None,
        max_attempts: given.max_attempts,
        initial_backoff: Duration::from_millis(given.initial_backoff_ms),
        max_backoff: Duration::from_millis(given.max_backoff_ms),
        deadline: Some(Duration::from_millis(given.deadline_ms)),
        max_parallel_calls: given.max_parallel_calls,
        max_instances: given.max_instances,
        max_body_bytes: given.max_body_bytes,
    })
}

/// A provider of several gives the next one each time that one is refused.
fn token_of(tokens: Vec<String>) -> Option<Token> {
    if tokens.len() < 2 {
        return tokens.into_iter().next().map(Token::from);
    }
    let tokens = Mutex::new(tokens);
    Some(Token::provider(move |refused: Option<String>| {
        let mut tokens = tokens.lock().expect("nothing panics while it is held");
        if refused.as_ref() == tokens.first() && tokens.len() > 1 {
            tokens.remove(0);
        }
        let token = tokens[0].clone();
        async { Ok::<_, std::convert::Infallible>(token) }
    }))
}

async fn predict_sounds(client: &Client, case: &Case) -> Result<Value, Failure> {
    let sounds: Vec<Sound<'_>> = case.sounds.iter().map(sound_of).collect::<Result<_, _>>()?;
    let start = Instant::now();
    let answer = client.predict_sounds(&case.algorithm, sounds).await?;
    let elapsed_ms = ms_since(start);
    let shown: Vec<Value> = answer
        .predictions
        .iter()
        .map(|prediction| match prediction {
            Ok(values) => shown_values(values),
            Err(error) => json!({ "error": { "reason": error.reason, "description": error.description } }),
        })
        .collect();
    let name = answer.model_display_name;
    Ok(json!({ "ok": true, "predictions": shown, "model_display_name": name, "elapsed_ms": elapsed_ms }))
}

async fn predict_plain(case: &Case) -> Result<Value, Failure> {
    let Place { base_url, project, location, endpoint } = &case.endpoint;
    let url = format!("{base_url}/v1/projects/{project}/locations/{location}/endpoints/{endpoint}:predict");
    let token = case.tokens.first().ok_or("no token")?;
    let per_call = case.options.max_instances.ok_or("no max_instances")?;
    let arrays: Vec<Vec<f32>> = case.sounds.iter().map(floats_of).collect::<Result<_, _>>()?;
    let start = Instant::now();
    let predictions = plain::predictions(&url, token, per_call, &arrays).await?;
    let elapsed_ms = ms_since(start);
    let shown: Vec<Value> = predictions
        .iter()
        .map(|prediction| match prediction {
            HearPrediction::HearEmbedding(result) => shown_values(&result.embedding),
            HearPrediction::FailedPrediction(failed) => json!({ "error": failed.error }),
        })
        .collect();
    Ok(json!({ "ok": true, "predictions": shown, "elapsed_ms": elapsed_ms }))
}

fn ms_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// The samples as the contract's numbers.
fn floats_of(given: &HashMap<String, Value>) -> Result<Vec<f32>, Failure> {
    match sound_of(given)? {
        Sound::Samples(Samples::Int16(samples), None) => {
            Ok(samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect())
        }
        Sound::Samples(Samples::Float32(samples), None) => Ok(samples.into_owned()),
        _ => Err("expected int16 or float32 at the algorithm's rate".into()),
    }
}

/// Through the generated types in both directions.
async fn predict_instances(client: &Client, case: &Case) -> Result<Value, Failure> {
    let request = json!({ "instances": case.instances });
    let answer = client.predict_json(&case.algorithm, request).await?;
    let algorithm = ALGORITHMS.iter().find(|algorithm| algorithm.name == case.algorithm);
    let algorithm = algorithm.ok_or("no such algorithm")?;
    let predictions = answer["predictions"].as_array().ok_or("no predictions")?;
    let shown: Vec<Value> = predictions.iter().map(|one| shown_prediction(one, algorithm)).collect();
    Ok(json!({ "ok": true, "predictions": shown, "model_display_name": answer["modelDisplayName"] }))
}

fn shown_prediction(prediction: &Value, algorithm: &Algorithm) -> Value {
    if prediction.get("error").is_some() {
        return json!({ "error": prediction["error"] });
    }
    let result = &prediction[algorithm.result_field];
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN) as f32;
    let values: Vec<f32> = match result.as_array() {
        Some(list) => list.iter().map(number).collect(),
        None => algorithm.result_names.iter().map(|name| number(&result[*name])).collect(),
    };
    shown_values(&values)
}

fn sound_of(given: &HashMap<String, Value>) -> Result<Sound<'static>, Failure> {
    let text = |key: &str| given.get(key).and_then(Value::as_str);
    if let Some(path) = text("file") {
        return Ok(Sound::file(path));
    }
    if let Some(uri) = text("uri") {
        let token = text("token").map(str::to_owned);
        return Ok(Sound::Cloud { uri: uri.to_owned(), token });
    }
    let samples: Samples<'static> = if let Some(path) = text("int16") {
        numbers(path, i16::from_le_bytes)?.into()
    } else if let Some(path) = text("float32") {
        numbers(path, f32::from_le_bytes)?.into()
    } else {
        numbers(text("float64").ok_or("no sound")?, f64::from_le_bytes)?.into()
    };
    let rate_hz = given.get("sample_rate_hz").and_then(Value::as_u64);
    Ok(Sound::Samples(samples, rate_hz.map(u32::try_from).transpose()?))
}

/// Reads a file of raw little-endian samples.
fn numbers<T, const BYTES: usize>(path: &str, number: impl Fn([u8; BYTES]) -> T) -> Result<Vec<T>, Failure> {
    let raw = std::fs::read(path)?;
    let parts = raw.chunks_exact(BYTES).map(<[u8; BYTES]>::try_from);
    Ok(parts.map(|part| part.map(&number)).collect::<Result<_, _>>()?)
}

/// Base64 of little-endian 32-bit floats.
fn shown_values(values: &[f32]) -> Value {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    json!({ "values": BASE64_STANDARD.encode(raw) })
}

fn shown(kind: &str, message: &str) -> Value {
    json!({ "kind": kind, "message": message, "status": null, "reason": null, "request_id": null })
}

fn shown_error(failure: &(dyn std::error::Error + 'static)) -> Value {
    let Some(error) = failure.downcast_ref::<Error>() else {
        return shown("unexpected", &failure.to_string());
    };
    let kind = match error.kind() {
        ErrorKind::InvalidRequest => "invalid_request",
        ErrorKind::Authentication => "authentication",
        ErrorKind::Permission => "permission",
        ErrorKind::NotFound => "not_found",
        ErrorKind::RateLimited => "rate_limited",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Server => "server",
        ErrorKind::Deadline => "deadline",
        ErrorKind::Connection => "connection",
        ErrorKind::InvalidAnswer => "invalid_answer",
        _ => "unexpected",
    };
    let mut result = shown(kind, &error.to_string());
    result["status"] = json!(error.status());
    result["reason"] = json!(error.reason());
    result["request_id"] = json!(error.request_id());
    result
}

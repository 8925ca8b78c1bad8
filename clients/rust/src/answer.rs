//! Owns what callers get for sounds: numbers or an error for each, in their order. Must not know how it came.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Algorithm;

/// Why one sound has no result. The others are not affected.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InstanceError {
    /// One of the contract's fixed list: branch on it, not on the description.
    pub reason: String,
    /// For people.
    pub description: String,
}

impl fmt::Display for InstanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.description)
    }
}

impl std::error::Error for InstanceError {}

/// What any number of sounds gave.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// One for each sound, in their order.
    pub predictions: Vec<Result<Vec<f32>, InstanceError>>,
    /// What each number is, where the contract gives them names.
    pub names: &'static [&'static str],
    /// Of the answer that came last; says when it is an untrained development model. `None` when no call was needed.
    pub model_display_name: Option<String>,
    /// Of the answer that came last: the same id, the same numbers.
    pub deployed_model_id: Option<String>,
}

/// What is read of every answer to a prediction.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope<'a> {
    #[serde(borrow)]
    pub(crate) predictions: Vec<&'a RawValue>,
    pub(crate) model_display_name: Option<String>,
    pub(crate) deployed_model_id: Option<String>,
}

/// Reads straight to 32-bit floats. None for what is no prediction.
pub(crate) fn prediction_of(text: &RawValue, algorithm: &Algorithm) -> Option<Result<Vec<f32>, InstanceError>> {
    let fields: HashMap<&str, &RawValue> = serde_json::from_str(text.get()).ok()?;
    if let Some(error) = fields.get("error") {
        return serde_json::from_str(error.get()).ok().map(Err);
    }
    let result = fields.get(algorithm.result_field)?.get();
    let values: Vec<f32> = if algorithm.result_names.is_empty() {
        serde_json::from_str(result).ok()?
    } else {
        let named: HashMap<&str, f32> = serde_json::from_str(result).ok()?;
        let values = algorithm.result_names.iter().map(|name| named.get(name));
        values.map(|value| value.copied()).collect::<Option<_>>()?
    };
    // A number that 32 bits do not hold is read as infinity.
    values.iter().all(|value| value.is_finite()).then_some(Ok(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: Algorithm = Algorithm {
        name: "any",
        sample_rate_hz: 16_000,
        file_field: "f",
        uri_field: None,
        uri_token_field: None,
        result_field: "r",
        result_names: &[],
    };
    const NAMED: Algorithm = Algorithm { result_names: &["b", "a"], ..LIST };

    fn read(text: &str, algorithm: &Algorithm) -> Option<Result<Vec<f32>, InstanceError>> {
        prediction_of(serde_json::from_str(text).unwrap(), algorithm)
    }

    #[test]
    fn predictions_are_numbers_or_an_error() {
        assert_eq!(read(r#"{"r":[1,0.1]}"#, &LIST), Some(Ok(vec![1.0, 0.1])));
        assert_eq!(read(r#"{"r":{"a":1,"b":0.1}}"#, &NAMED), Some(Ok(vec![0.1, 1.0])));
        let failed = read(r#"{"error":{"reason":"R","description":"d"}}"#, &LIST).unwrap();
        assert_eq!(failed.unwrap_err().to_string(), "R: d");
        for text in ["[]", "{}", r#"{"r":"x"}"#, r#"{"r":[null]}"#, r#"{"r":[1e99]}"#, "null"] {
            assert_eq!(read(text, &LIST), None, "{text}");
        }
        assert_eq!(read(r#"{"r":{"a":1}}"#, &NAMED), None);
    }
}

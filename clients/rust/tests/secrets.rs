//! Owns the proof that a request can be shown, in a log for example, without the token in it.

use std::fmt::Debug;

use predict_schemata::{Request, hear, hear_events};
use serde_json::json;

fn assert_hidden<R: Request + Debug>() {
    let instances = json!([
        { "gcs_uri": "gs://b/c.wav", "bearer_token": "secret" },
        { "gcs_uri": "gs://b/public.wav" },
    ]);
    let sent = json!({ "instances": instances });
    let request: R = serde_json::from_value(sent.clone()).unwrap();
    let shown = format!("{request:?}");
    assert!(!shown.contains("secret"), "{shown}");
    for part in ["gs://b/c.wav", "bearer_token: Some(…)", "bearer_token: None"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert_eq!(serde_json::to_value(&request).unwrap(), sent);
}

#[test]
fn tokens_are_sent_and_not_shown() {
    assert_hidden::<hear::PredictRequest>();
    assert_hidden::<hear_events::PredictRequest>();
}

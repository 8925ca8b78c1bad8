"""Owns the conformance driver of the Python client (clients/README.md): a case a line in, a result a line out.

Uses the installed package as a user would.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from predict_schemata import (
    ALGORITHMS,
    AuthenticationError,
    Cancellation,
    CancelledError,
    CloudFile,
    ConnectionLostError,
    DeadlineError,
    InstanceError,
    InvalidAnswerError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    PredictClient,
    PredictError,
    RateLimitError,
    Samples,
    ServerError,
    Sound,
    UnavailableError,
)

KINDS: dict[type[BaseException], str] = {
    InvalidRequestError: "invalid_request",
    AuthenticationError: "authentication",
    PermissionDeniedError: "permission",
    NotFoundError: "not_found",
    RateLimitError: "rate_limited",
    UnavailableError: "unavailable",
    ServerError: "server",
    DeadlineError: "deadline",
    ConnectionLostError: "connection",
    CancelledError: "cancelled",
    InvalidAnswerError: "invalid_answer",
}
DTYPES = {"int16": "<i2", "float32": "<f4", "float64": "<f8"}


def main() -> None:
    for line in sys.stdin:
        given = json.loads(line)
        try:
            result: dict[str, Any] = {"ok": True, **run(given)}
        except Exception as error:  # Whatever went wrong is the result.
            result = {"ok": False, "error": shown_error(error)}
        print(json.dumps({"case": given["case"], **result}), flush=True)


def run(given: dict[str, Any]) -> dict[str, Any]:
    if given["call"] == "plain":
        return run_plain(given)
    endpoint, options, tokens = given["endpoint"], given["options"], given["tokens"]
    cancellation = Cancellation()
    with PredictClient(
        endpoint["base_url"],
        project=endpoint["project"],
        location=endpoint["location"],
        endpoint=endpoint["endpoint"],
        token=Tokens(tokens) if len(tokens) > 1 else (tokens[0] if tokens else None),
        headers=given["headers"],
        max_attempts=options["max_attempts"],
        initial_backoff_s=options["initial_backoff_ms"] / 1000,
        max_backoff_s=options["max_backoff_ms"] / 1000,
        deadline_s=options["deadline_ms"] / 1000,
        max_parallel_calls=options["max_parallel_calls"],
        max_instances=options.get("max_instances"),
        max_body_bytes=options.get("max_body_bytes"),
        cancellation=cancellation,
    ) as client:
        cancel_after_ms = given.get("cancel_after_ms")
        timer = threading.Timer((cancel_after_ms or 0) / 1000, cancellation.cancel)
        if cancel_after_ms is not None:
            timer.start()
        try:
            return call(client, given)
        finally:
            timer.cancel()


def call(client: PredictClient, given: dict[str, Any]) -> dict[str, Any]:
    algorithm = given["algorithm"]
    facts = ALGORITHMS[algorithm]
    if given["call"] == "instances":
        # Through the generated models in both directions.
        model = getattr(facts.models, facts.instance)
        answer = client.predict(algorithm, [model.from_dict(instance) for instance in given["instances"]])
        predictions = [shown_model(prediction.to_dict(), facts.result_field) for prediction in answer.predictions]
        return {"predictions": predictions, "model_display_name": answer.model_display_name}
    all_sounds = [sound_of(sound) for sound in given["sounds"]]
    started_s = time.perf_counter()
    sounds = client.predict_sounds(algorithm, all_sounds)
    elapsed_s = time.perf_counter() - started_s
    return {
        "predictions": [shown_outcome(outcome) for outcome in sounds],
        "model_display_name": sounds.model_display_name,
        "elapsed_ms": elapsed_s * 1000,
    }


def run_plain(given: dict[str, Any]) -> dict[str, Any]:
    """As a caller of the generated core writes it who has no helper."""
    endpoint = given["endpoint"]
    facts = ALGORITHMS[given["algorithm"]]
    models = facts.models
    configuration = models.Configuration(host=endpoint["base_url"], access_token=given["tokens"][0])
    core = models.PredictionsApi(models.ApiClient(configuration))
    predict = getattr(core, f"predict_{facts.module}")
    instance = getattr(models, facts.instance)
    # The schemas of an algorithm begin with its own word.
    input_array = getattr(models, facts.instance.removesuffix("Instance") + "InputArray")
    arrays = [sound_of(sound) for sound in given["sounds"]]
    per_call = given["options"]["max_instances"]
    predictions = []
    started_s = time.perf_counter()
    for start in range(0, len(arrays), per_call):
        lists = [numbers_of(array) for array in arrays[start : start + per_call]]
        request = models.PredictRequest(instances=[instance(input_array(input_array=numbers)) for numbers in lists])
        predictions += predict(endpoint["project"], endpoint["location"], endpoint["endpoint"], request).predictions
    elapsed_s = time.perf_counter() - started_s
    shown = [shown_model(prediction.to_dict(), facts.result_field) for prediction in predictions]
    return {"predictions": shown, "elapsed_ms": elapsed_s * 1000}


def numbers_of(samples: Any) -> list[float]:
    return (samples / 32_768 if samples.dtype == np.int16 else samples).tolist()


class Tokens:
    """Gives the next one of a list each time that one is refused."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens

    def __call__(self, refused: str | None) -> str:
        if refused == self._tokens[0] and len(self._tokens) > 1:
            self._tokens = self._tokens[1:]
        return self._tokens[0]


def sound_of(given: dict[str, Any]) -> Sound:
    if "file" in given:
        return Path(given["file"])
    if "uri" in given:
        return CloudFile(given["uri"], given.get("token"))
    kind = next(kind for kind in DTYPES if kind in given)
    array = np.fromfile(given[kind], dtype=DTYPES[kind])
    return Samples(array, given["sample_rate_hz"]) if "sample_rate_hz" in given else array


def shown_outcome(outcome: Any) -> dict[str, Any]:
    if isinstance(outcome, InstanceError):
        return {"error": {"reason": outcome.reason, "description": outcome.description}}
    return {"values": base64.b64encode(outcome.astype("<f4").tobytes()).decode()}


def shown_model(prediction: dict[str, Any], result_field: str) -> dict[str, Any]:
    if "error" in prediction:
        return {"error": prediction["error"]}
    result = prediction[result_field]
    values = list(result.values()) if isinstance(result, dict) else result
    return shown_outcome(np.array(values, dtype=np.float32))


def shown_error(error: Exception) -> dict[str, Any]:
    known = error if isinstance(error, PredictError) else None
    return {
        "kind": KINDS.get(type(error), "unexpected"),
        "message": str(error),
        "status": known.status if known else None,
        "reason": known.reason if known else None,
        "request_id": known.request_id if known else None,
    }


if __name__ == "__main__":
    main()

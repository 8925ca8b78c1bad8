"""Files out of samples, sounds of all forms, splitting, waiting, errors, targets: what needs no server."""

from __future__ import annotations

import io
import json
import wave
from pathlib import Path

import numpy as np
import pytest

from predict_schemata import (
    ALGORITHMS,
    AuthenticationError,
    CloudFile,
    ConnectionLostError,
    DeadlineError,
    InvalidAnswerError,
    InvalidRequestError,
    Limits,
    NotFoundError,
    PermissionDeniedError,
    PredictError,
    RateLimitError,
    RetryPolicy,
    Samples,
    ServerError,
    UnavailableError,
    encode_wav,
    gcloud_token,
    server_target,
    vertex_dedicated_target,
    vertex_shared_target,
)
from predict_schemata.answer import InstanceError, SoundAnswer, outcome_of
from predict_schemata.errors import error_of_answer, retry_after_s
from predict_schemata.generated import hear
from predict_schemata.retry import backoff_s, is_retryable
from predict_schemata.sound import checked_sounds, resolve_sound
from predict_schemata.split import Call, Piece, TooLong, split

GRID = np.array([-32768, -1, 0, 1, 32767], dtype=np.int16)


def samples_of(file: bytes) -> np.ndarray:
    """The samples as a server reads them."""
    code, bits = int.from_bytes(file[20:22], "little"), int.from_bytes(file[34:36], "little")
    assert (code, bits) in ((1, 16), (3, 32))
    return np.frombuffer(file[44:], "<i2").astype(np.float32) / 32768 if code == 1 else np.frombuffer(file[44:], "<f4")


@pytest.mark.parametrize(
    ("given", "sample_bytes"),
    [
        (GRID, 2),
        (GRID.astype(">i2").astype(np.int16), 2),
        (GRID.astype(np.float32) / 32768, 2),
        (GRID.astype(np.float64) / 32768, 2),
        (np.array([0.5, 0.25], dtype=np.float16), 2),
        (np.array([0.001, -0.3], dtype=np.float16), 4),
        (np.array([0.1, 0.5], dtype=np.float32), 4),
        (np.array([1.0, 0.5], dtype=np.float32), 4),
        (np.array([3.4e38, -7.0], dtype=np.float32), 4),
        (np.array([1 / 3], dtype=np.float64), 4),
        (np.zeros(0, dtype=np.float32), 2),
        (GRID[::-2], 2),
    ],
)
def test_samples_go_the_shortest_way_that_loses_nothing(given: np.ndarray, sample_bytes: int) -> None:
    file = encode_wav(given, 16_000)
    want = given.astype(np.float32) / 32768 if given.dtype == np.int16 else given.astype(np.float32)
    assert np.array_equal(samples_of(file), want)
    assert len(file) == 44 + sample_bytes * given.size


def test_the_file_is_one_that_the_standard_library_reads() -> None:
    with wave.open(io.BytesIO(encode_wav(GRID, 44_100))) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate(), read.getnframes()) == (1, 2, 44_100, 5)
        assert read.readframes(5) == GRID.tobytes()


def test_not_a_number_stays_one() -> None:
    read = samples_of(encode_wav(np.array([np.nan, np.inf, 0.0], dtype=np.float32), 16_000))
    assert np.isnan(read[0]) and read[1] == np.inf


def test_sounds_of_all_forms(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")
    assert resolve_sound(path, 1) == resolve_sound(str(path), 1) == b"RIFF"
    assert resolve_sound(b"RIFF", 1) == b"RIFF"
    assert resolve_sound(GRID, 8_000) == encode_wav(GRID, 8_000)
    assert resolve_sound(Samples(GRID, 44_100), 8_000) == encode_wav(GRID, 44_100)
    address = CloudFile("gs://b/c.wav", "secret")
    assert resolve_sound(address, 1) is address
    assert "secret" not in repr(address)
    # The rows of a two-dimensional array are sounds.
    assert len(checked_sounds(np.zeros((3, 5), dtype=np.float32))) == 3


def test_no_text_about_a_model_shows_its_token() -> None:
    uri = hear.HearGcsUri(gcs_uri="gs://bucket/a.wav", bearer_token="ya29.secret")
    request = hear.PredictRequest(instances=[hear.HearInstance(uri)])
    for model in (uri, hear.HearInstance(uri), request):
        for text in (repr(model), str(model), f"{[model]}", model.to_str()):
            assert "gs://bucket/a.wav" in text and "bearer_token" in text and "secret" not in text
    # The server gets it, and what has none does not look as if it had.
    assert request.to_dict()["instances"] == [{"gcs_uri": "gs://bucket/a.wav", "bearer_token": "ya29.secret"}]
    assert "bearer_token=None" in repr(hear.HearGcsUri(gcs_uri="gs://bucket/a.wav"))
    assert "'bearer_token': None" in hear.HearGcsUri(gcs_uri="gs://bucket/a.wav").to_str()


def test_what_a_model_refuses_is_not_shown() -> None:
    with pytest.raises(ValueError, match="bearer_token") as caught:
        hear.HearGcsUri(gcs_uri="gs://bucket/a.wav", bearer_token="a secret with spaces")
    assert "secret" not in str(caught.value)
    # Told by each of the union's members.
    with pytest.raises(ValueError, match="input_bytes") as caught:
        hear.HearInstance.from_json('{"gcs_uri": "gs://bucket/a.wav", "bearer_token": "a secret with spaces"}')
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (b"RIFF", "a single one"),
        ("a.wav", "a single one"),
        (Samples(GRID, 16_000), "a single one"),
        (GRID, "the samples of one"),
        ([[0.1, 0.2]], "got a list as sound 0"),
        ([b"RIFF", GRID.astype(np.int32)], "int32 with shape \\(5,\\) as sound 1"),
        ([np.zeros((2, 2, 2), dtype=np.float32)[0]], "shape \\(2, 2\\) as sound 0"),
        ([Samples([1, 2], 16_000)], "Samples of a list"),  # type: ignore[arg-type]
        ([Samples(GRID, 0)], "whole Hz above 0"),
        (["gs://bucket/a.wav"], "CloudFile"),
    ],
)
def test_what_is_no_sound_is_told_with_its_place(given: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        checked_sounds(given)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        checked_sounds([b"RIFF", tmp_path / "none.wav"])


@pytest.mark.parametrize(
    ("lengths", "max_instances", "max_body_bytes", "want"),
    [
        ([10, 10, 10], 2, 1000, [(0, 1), (2,)]),
        # 16 bytes around them and a comma between: 37 hold two of ten.
        ([10, 10, 10], 9, 37, [(0, 1), (2,)]),
        ([10, 10, 10], 9, 36, [(0,), (1,), (2,)]),
        ([10, 90, 10], 9, 50, ["too long: 1", (0, 2)]),
        ([], 9, 50, []),
    ],
)
def test_splits(lengths: list[int], max_instances: int, max_body_bytes: int, want: list[object]) -> None:
    pieces = [Piece(index, b'"' + b"x" * (length - 2) + b'"') for index, length in enumerate(lengths)]
    parts = list(split(pieces, Limits(max_instances, max_body_bytes)))
    assert [part.indices if isinstance(part, Call) else f"too long: {part.index}" for part in parts] == want
    for part in parts:
        if isinstance(part, Call):
            assert len(part.body) <= max_body_bytes
            assert len(json.loads(part.body)["instances"]) == len(part.indices)
        else:
            assert isinstance(part, TooLong) and part.body_bytes > max_body_bytes


@pytest.mark.parametrize(
    ("repeat", "asked_s", "share", "want_s"),
    [(0, None, 0.0, 0.125), (0, None, 1.0, 0.25), (3, None, 1.0, 2.0), (9, None, 1.0, 8.0), (0, 3.0, 1.0, 3.0), (5, 3.0, 1.0, 8.0)],
)
def test_waits(repeat: int, asked_s: float | None, share: float, want_s: float) -> None:
    assert backoff_s(RetryPolicy(), repeat, PredictError("x", retry_after_s=asked_s), share) == want_s


@pytest.mark.parametrize(
    ("error", "want"),
    [
        (RateLimitError("x", status=429), True),
        (UnavailableError("x", status=503), True),
        (DeadlineError("x", status=504), True),
        (DeadlineError("x"), False),
        (ConnectionLostError("x"), True),
        (ServerError("x", status=500), False),
        (InvalidAnswerError("x", status=200), False),
        (AuthenticationError("x", status=401), False),
    ],
)
def test_what_is_repeated(error: PredictError, want: bool) -> None:
    assert is_retryable(error) is want


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (400, InvalidRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (413, InvalidRequestError),
        (429, RateLimitError),
        (500, ServerError),
        (502, ServerError),
        (503, UnavailableError),
        (504, DeadlineError),
    ],
)
def test_errors_of_statuses(status: int, family: type[PredictError]) -> None:
    info = {"@type": "x", "reason": "QUEUE_FULL", "metadata": {"requestId": "r"}}
    body = {"error": {"message": "No room.", "details": [{"@type": "y"}, info]}}
    error = error_of_answer(status, {"retry-after": "7"}, json.dumps(body).encode())
    assert type(error) is family
    assert (error.status, error.reason, error.request_id, error.retry_after_s) == (status, "QUEUE_FULL", "r", 7.0)
    assert str(error) == f"{status} QUEUE_FULL: No room. [request r]"


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"error": "text"}', b'{"error": {"details": {"a": 1}, "message": 3}}'])
def test_errors_of_whoever_knows_no_contract(body: bytes) -> None:
    error = error_of_answer(502, {}, body)
    assert str(error) == "502: The server answered 502."


@pytest.mark.parametrize(
    ("header", "want_s"),
    [
        (None, None),
        ("3", 3.0),
        ("soon", None),
        ("-3", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 100.0),
        ("Wed, 31 Dec 1969 23:59:00 GMT", 0.0),
    ],
)
def test_retry_after(header: str | None, want_s: float | None) -> None:
    assert retry_after_s(header, now_s=0.0) == want_s


def test_outcomes() -> None:
    named = outcome_of({"scores": {"b": 2, "a": 1}}, "scores", ("a", "b"))
    assert not isinstance(named, InstanceError) and named.dtype == np.float32 and named.tolist() == [1, 2]
    assert outcome_of({"error": {"reason": "R", "description": "d"}}, "x", ()) == InstanceError("R", "d")


@pytest.mark.parametrize("given", [None, {}, {"other": [1]}, {"x": None}, {"x": "text"}, {"x": ["text"]}, {"x": {"b": 1}}, []])
def test_what_is_no_prediction(given: object) -> None:
    with pytest.raises(InvalidAnswerError):
        outcome_of(given, "x", ("a",))


def test_an_answer_is_a_matrix_too() -> None:
    answer = SoundAnswer((np.ones(3, np.float32), InstanceError("R", "d")), (), None, None)
    assert answer.values.dtype == np.float32
    assert np.array_equal(answer.values, [[1, 1, 1], [np.nan] * 3], equal_nan=True)
    assert answer.errors == {1: InstanceError("R", "d")}
    assert SoundAnswer((), (), None, None).values.shape == (0, 0)


def test_targets() -> None:
    assert server_target("http://h:1/").base_url == "http://h:1"
    assert vertex_shared_target("us-central1").base_url == "https://us-central1-aiplatform.googleapis.com"
    assert vertex_shared_target("us-central1").limits.max_body_bytes == 1_500_000
    dedicated = vertex_dedicated_target(endpoint="77", location="europe-west4", project_number="123")
    assert dedicated.base_url == "https://77.europe-west4-123.prediction.vertexai.goog"
    with pytest.raises(ValueError, match="Expected a base URL"):
        server_target("127.0.0.1:8080")


def test_tokens_of_a_program_are_kept_until_refused(tmp_path: Path) -> None:
    count = tmp_path / "count"
    provide = gcloud_token(["sh", "-c", f'echo x >> "{count}"; wc -l < "{count}"'])
    assert [provide(None), provide(None), provide("1"), provide("1")] == ["1", "1", "2", "2"]


def test_the_contract_is_there_for_each_algorithm() -> None:
    for facts in ALGORITHMS.values():
        assert hasattr(facts.models, facts.instance) and hasattr(facts.models, facts.prediction)
        assert facts.sample_rate_hz > 0
